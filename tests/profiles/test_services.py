"""Publishing a profile, again, changed, and by people who may not."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from app.kit.actors import Role
from app.kit.errors import Conflict, Forbidden, Invalid
from app.profiles import queries
from app.profiles.models import ProfileVersion
from app.profiles.services import publish_profile
from app.trios.rules import OrganisationKind
from tests.conftest import rows
from tests.factories import NOON, Make
from tests.profiles.test_rules import CONTENT


@pytest.fixture
def trio(make: Make):
    make.competence(code="C01")
    make.competence(code="C02")
    make.step(code="P08")
    make.step(code="P09")
    return make.trio()


@pytest.fixture
def publish(session: Session, make: Make, trio):
    reviewer = make.actor(Role.REVIEWER, trio=trio)

    def _publish(content=CONTENT, actor=reviewer, code="T04", trio=trio):
        return publish_profile(session, actor, code=code, trio_id=trio.id, content=content, now=NOON)

    return _publish


def test_a_profile_is_published(session, publish, trio):
    assert publish() == ("T04", 1, True)
    found = queries.get_profile(session, "T04")
    assert (found.profile.trio_id, found.profile.draft_id) == (trio.id, None)
    assert (found.version.title, found.version.released_at, found.version.kldb) == (CONTENT.title, NOON, "25112")
    assert (list(found.levels.values()), found.step_codes) == ([2], ["P08"])
    assert found.version.released_by is not None


def test_the_same_again_makes_no_version(session, publish):
    publish()
    assert publish(replace(CONTENT, changes={"de": "Nichts."})) == ("T04", 1, False)
    assert rows(session, ProfileVersion) == 1


@pytest.mark.parametrize(
    "change",
    [{"summary": {"de": "Neu."}}, {"competences": {"C01": 3}}, {"competences": {"C02": 2}}, {"steps": ("P08", "P09")}],
)
def test_a_change_makes_the_next_version(session, publish, change):
    publish()
    first = queries.get_profile(session, "T04").version
    assert publish(replace(CONTENT, **change)) == ("T04", 2, True)
    assert queries.get_profile(session, "T04").version.id != first.id
    assert queries.find_version(session, first.id) is first


def test_only_reviewers_of_the_trio_publish(make, publish, trio):
    for actor in (make.actor(Role.AUTHOR, trio=trio), make.actor(Role.REVIEWER, trio=make.trio()), make.actor()):
        with pytest.raises(Forbidden):
            publish(actor=actor)


def test_an_incomplete_trio_does_not_publish(make, publish):
    trio = make.trio(kinds=(OrganisationKind.SCIENCE,))
    with pytest.raises(Conflict, match="complete"):
        publish(actor=make.actor(Role.REVIEWER, trio=trio), trio=trio)


def test_a_code_belongs_to_one_trio(make, publish):
    publish()
    other = make.trio()
    with pytest.raises(Conflict, match="another Trio"):
        publish(actor=make.actor(Role.REVIEWER, trio=other), trio=other)


def test_all_that_is_wrong_is_told_and_nothing_is_written(session, publish):
    with pytest.raises(Invalid) as told:
        publish(replace(CONTENT, dqr=9, competences={"C01": 2, "C99": 1}, steps=("P08", "P99")))
    assert len(told.value.problems) == 2
    assert "C99, P99" in told.value.problems[1]
    assert queries.find_profile(session, "T04") is None
