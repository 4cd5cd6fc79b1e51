from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.kit.actors import Role
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound
from app.modules import package, queries, services
from app.modules.models import Item, Lesson, Module, ModuleVersion
from app.trios.rules import OrganisationKind
from tests.factories import NOON
from tests.modules.test_package import LESSON, MODULE, TEST, files


@pytest.fixture
def trio(make):
    make.competence(code="C01")
    make.step(code="P08")
    return make.trio()


@pytest.fixture
def author(make, trio):
    return make.actor(Role.AUTHOR, trio=trio)


@pytest.fixture
def reviewer(make, trio):
    return make.actor(Role.REVIEWER, trio=trio)


def changed(**texts):
    return package.read(files(**texts))


SECOND = {"lessons/01-eins.yaml": LESSON.replace("Ein **Satz**", "Ein **besserer** Satz")}


def version_of(session, pointer):
    """The version that a pointer of a module names; there must be one."""
    assert pointer is not None
    return queries.get_version(session, pointer)


def bring_in(session, author, trio, content=None):
    return services.import_package(session, author, content or changed(), trio_id=trio.id, now=NOON)


def test_a_package_becomes_a_draft_with_all_its_parts(session, trio, author):
    done = bring_in(session, author, trio)
    assert done == ("M99", 1, True)
    module = queries.get_module(session, "M99")
    assert module.published_id is None
    version = version_of(session, module.draft_id)
    assert [lesson.key for lesson in version.lessons] == ["eins"]
    assert [block["type"] for block in version.lessons[0].blocks] == ["text", "picture", "question"]
    assert version.items[0].options[0] == {"right": True, "text": {"de": "A", "en": "A"}}
    assert version.pictures[0].name == "zelle.svg"
    assert [link.level for link in version.competences] == [2]
    assert [link.step_code for link in version.steps] == ["P08"]
    assert version.units.total == 3.5
    assert (version.completion.attendance, version.completion.test, version.completion.lessons) == (80, 70, True)


def test_the_same_content_again_changes_nothing(session, trio, author, reviewer):
    bring_in(session, author, trio)
    assert bring_in(session, author, trio) == ("M99", 1, False)
    services.release(session, reviewer, "M99", number=1, now=NOON)
    assert bring_in(session, author, trio) == ("M99", 1, False)
    assert queries.get_module(session, "M99").draft_id is None


def test_a_changed_package_stands_as_a_draft_beside_the_published_version(session, trio, author, reviewer):
    bring_in(session, author, trio)
    services.release(session, reviewer, "M99", number=1, now=NOON)
    assert bring_in(session, author, trio, changed(**SECOND)).number == 2
    module = queries.get_module(session, "M99")
    published, draft = version_of(session, module.published_id), version_of(session, module.draft_id)
    assert (published.number, published.released_at, published.released_by) == (1, NOON, reviewer.user_id)
    assert (draft.number, draft.released_at) == (2, None)
    assert "besserer" in draft.lessons[0].blocks[0]["text"]["de"]
    assert "besserer" not in published.lessons[0].blocks[0]["text"]["de"]


def test_a_newer_draft_replaces_the_older_one_and_leaves_nothing_behind(session, trio, author):
    bring_in(session, author, trio)
    assert bring_in(session, author, trio, changed(**SECOND)).number == 1
    counts = [session.scalar(select(func.count()).select_from(table)) for table in (ModuleVersion, Lesson, Item)]
    assert counts == [1, 1, 1]


def test_only_authors_of_the_trio_bring_in_and_a_code_belongs_to_one_trio(session, make, trio, author, reviewer):
    with pytest.raises(Forbidden, match="Only authors of this Trio"):
        bring_in(session, reviewer, trio)
    bring_in(session, author, trio)
    other = make.trio()
    with pytest.raises(Conflict, match="belongs to another Trio"):
        bring_in(session, make.actor(Role.AUTHOR, trio=other), other)


def test_an_unknown_competence_or_step_refuses_the_whole_package(session, trio, author):
    unknown = {"module.yaml": MODULE.replace("area: C01", "area: C77").replace("[P08]", "[P08, P55]")}
    with pytest.raises(Invalid, match="The framework has no C77, P55"), session.begin_nested():
        bring_in(session, author, trio, changed(**unknown))
    assert session.scalar(select(Module.id)) is None


def test_release_needs_a_second_pair_of_eyes_and_a_complete_trio(session, make, author, trio, reviewer):
    bring_in(session, author, trio)
    with pytest.raises(Forbidden, match="scientific partner"):
        services.release(session, author, "M99", number=1, now=NOON)
    with pytest.raises(Conflict, match="replaced meanwhile"):
        services.release(session, reviewer, "M99", number=2, now=NOON)
    with pytest.raises(NotFound):
        services.release(session, reviewer, "M77", number=1, now=NOON)
    with pytest.raises(Forbidden):
        services.release(session, make.actor(Role.REVIEWER, trio=make.trio()), "M99", number=1, now=NOON)
    lonely = make.trio(kinds=(OrganisationKind.PROVIDER,))
    module = make.module(trio=lonely, published=False)
    with pytest.raises(Conflict, match="Still missing: scientific institution, innovation cluster"):
        services.release(session, make.actor(Role.REVIEWER, trio=lonely), module.code, number=1, now=NOON)


def test_releasing_twice_is_the_same_as_once(session, trio, author, reviewer):
    bring_in(session, author, trio)
    services.release(session, reviewer, "M99", number=1, now=NOON)
    services.release(session, reviewer, "M99", number=1, now=NOON + timedelta(days=1))
    module = queries.get_module(session, "M99")
    assert version_of(session, module.published_id).released_at == NOON
    with pytest.raises(Conflict, match="no draft"):
        services.release(session, reviewer, "M99", number=2, now=NOON)


def test_a_draft_can_be_thrown_away(session, trio, author, reviewer):
    bring_in(session, author, trio)
    services.release(session, reviewer, "M99", number=1, now=NOON)
    bring_in(session, author, trio, changed(**{"test.yaml": TEST.replace("Darum.", "Deshalb.")}))
    services.discard_draft(session, author, "M99", now=NOON)
    services.discard_draft(session, author, "M99", now=NOON)
    assert queries.get_module(session, "M99").draft_id is None
    assert session.scalar(select(func.count()).select_from(ModuleVersion)) == 1
    with pytest.raises(Forbidden):
        services.discard_draft(session, reviewer, "M99", now=NOON)
