"""Reading the catalogue: what is in it, and that its size does not change the number of queries."""

from datetime import timedelta

import pytest

from app.catalogue import queries
from app.catalogue.rules import Facet, Wanted
from app.competences.rules import Stage
from app.kit.errors import NotFound
from app.modules.models import ModuleCompetence, ModuleStep
from app.profiles.models import ProfileCompetence
from app.runs.rules import EnrolmentState, RunState, Standing
from tests.counting import statements
from tests.factories import NOON, both

ANYTHING = Wanted()


def find(session, wanted=ANYTHING, **given):
    return queries.browse(session, wanted, language="en", now=NOON, **given)


def test_only_published_modules_are_listed(session, make, shelf):
    draft = make.module(published=False)
    found = {hit.entry.code for hit in find(session).page.items}
    assert found == {shelf.cells.code, shelf.packs.code}
    assert queries.count_modules(session) == 2
    with pytest.raises(NotFound):
        queries.get_course(session, draft.code, now=NOON)


def test_a_hit_names_its_next_run(session, make, shelf):
    make.enrolment(shelf.run)
    make.enrolment(shelf.run, EnrolmentState.CANCELLED)
    make.enrolment(shelf.run, EnrolmentState.WAITING)
    cells, packs = find(session).page.items
    assert cells.next is not None
    assert (cells.next.run.id, cells.next.places.taken, cells.next.places.waiting) == (shelf.run.id, 1, 1)
    assert cells.next.standing is Standing.WAITING_LIST
    assert packs.next is None


def test_with_a_place_it_is_the_next_run_there(session, shelf):
    hit = find(session, Wanted(chosen={Facet.PLACE: frozenset({"online"})})).page.items[0]
    assert hit.next is not None
    assert hit.next.run.id == shelf.online.id


@pytest.mark.parametrize(
    "change",
    [{"state": RunState.CANCELLED}, {"state": RunState.PLANNED}, {"enrolment_closes": NOON - timedelta(hours=1)}],
)
def test_runs_nobody_can_enrol_in_are_no_dates(session, make, shelf, change):
    for name, value in change.items():
        setattr(shelf.run, name, value)
    session.commit()
    hit = find(session).page.items[0]
    assert hit.next is not None
    assert hit.next.run.id == shelf.online.id


def test_words_are_looked_for_in_lessons_too(session, shelf):
    assert find(session, Wanted("lesson 2 cell")).page.total == 1
    assert find(session, Wanted("pruefung")).page.items[0].entry.code == shelf.packs.code
    assert find(session, Wanted("nothing")).page.total == 0


@pytest.mark.parametrize("page,number,first", [(1, 1, 0), (2, 2, 1), (99, 2, 1), (0, 1, 0), (-5, 1, 0)])
def test_pages(session, shelf, page, number, first):
    found = find(session, page=page, size=1)
    assert (found.page.number, found.page.pages, found.page.total) == (number, 2, 2)
    assert found.page.items[0].entry.code == [shelf.cells.code, shelf.packs.code][first]


def test_stages_are_counted_with_their_zeros(session, make, shelf):
    counts = queries.count_by_stage(session)
    assert list(counts) == list(Stage)
    assert (counts[Stage.CELL], counts[Stage.PACK], counts[Stage.RECYCLING]) == (1, 1, 0)


def test_a_course_with_all_that_belongs_to_it(session, shelf):
    course = queries.get_course(session, shelf.packs.slug, now=NOON)
    assert course.module.code == shelf.packs.code
    assert [(needed.code, needed.slug) for needed in course.requirements] == [
        (shelf.cells.code, shelf.cells.slug),
        ("M99", ""),
    ]
    assert [one.level for one in course.competences] == [1]
    assert [one.code for one in course.profiles] == [shelf.profile.code]
    assert course.runs == []
    cells = queries.get_course(session, shelf.cells.code, now=NOON)
    assert [offer.run.id for offer, _standing in cells.runs] == [shelf.run.id, shelf.online.id]


def test_a_profile_and_its_coverage(session, shelf):
    covered, trio = queries.get_profile(session, shelf.profile.code)
    assert trio.id == shelf.trio.id
    assert [(need.coverage.value, need.reached) for need in covered.needs] == [("full", 2), ("partly", 1), ("open", 0)]
    assert (covered.full, covered.open) == (1, 1)
    assert [module.code for module in covered.needs[0].teaching] == [shelf.cells.code]
    with pytest.raises(NotFound):
        queries.get_profile(session, "T99")


def test_a_draft_does_not_cover_anything(session, make, shelf):
    draft = make.module(published=False)
    session.add(ModuleCompetence(version_id=draft.draft_id, competence_id=shelf.missing.id, level=4))
    session.commit()
    assert queries.get_profile(session, shelf.profile.code)[0].open == 1


def test_the_size_of_the_catalogue_does_not_change_the_number_of_queries(session, connection, make, shelf):
    def look() -> dict[str, int]:
        session.expire_all()
        sent = {}
        reads = {
            "browse": lambda: find(session, Wanted("e")),
            "course": lambda: queries.get_course(session, shelf.cells.code, now=NOON),
            "profiles": lambda: queries.list_profiles(session),
            "profile": lambda: queries.get_profile(session, shelf.profile.code),
        }
        for name, read in reads.items():
            with statements(connection) as told:
                read()
            sent[name] = len(told)
        return sent

    shelf.cells.code, shelf.profile.code  # noqa: B018 (loaded before counting)
    few = look()
    for number in range(12):
        module = make.module(title=both(f"More {number}"), requires=[shelf.cells.code])
        step, competence = make.step(code=f"Q{number:02}"), make.competence()
        session.add(ModuleStep(version_id=module.published_id, step_code=step.code))
        session.add(ModuleCompetence(version_id=module.published_id, competence_id=competence.id, level=2))
        session.add(ProfileCompetence(version_id=shelf.profile.published_id, competence_id=competence.id, level=2))
        make.enrolment(make.run(module))
        make.run(shelf.cells)
        make.profile()
    session.commit()
    many = look()
    assert many == few
    assert max(many.values()) <= 10
