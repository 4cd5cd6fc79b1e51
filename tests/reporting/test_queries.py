from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from app.companies.rules import SizeClass
from app.kit.actors import Role
from app.kit.errors import Forbidden, NotFound
from app.reporting import queries
from app.reporting.queries import counts
from app.reporting.rules import ALL, YEAR, Quarter, quarters_begun
from app.runs.rules import EnrolmentState, RunState
from tests.factories import NOON, as_actor
from tests.reporting.conftest import FEBRUARY
from tests.reporting.worlds import Company, Participation, counted

END_OF_YEAR = datetime(2026, 12, 31, 12, 0, tzinfo=UTC)
QUARTERS = quarters_begun(2026, now=END_OF_YEAR)


def test_every_statement_counts_what_the_slow_way_counts(session, make, world):
    """A random year: two Trios, four quarters, people who come again for another company, companies of all kinds."""
    dice = Random(2026)  # noqa: S311 (a test must draw the same every time)
    trios = [make.trio(), make.trio()]
    modules = {trio.id: make.module(trio=trio) for trio in trios}
    firms = [make.company(size_class=size, nuts3=region) for size in SizeClass for region in ("DED2C", "DED43", None)]
    people = world.people(40)
    rows: list[Participation] = []
    for at in range(16):
        trio, start = trios[at % 2], datetime(2026, 1 + at * 3 // 4, 5, tzinfo=UTC)
        run = make.run(modules[trio.id], starts_at=start, state=RunState.FINISHED)
        for user_id in dice.sample(people, 7):
            firm = dice.choice([*firms, None])
            state = dice.choice([EnrolmentState.COMPLETED, EnrolmentState.ATTENDED, EnrolmentState.NO_SHOW])
            make.enrolment(run, state, user_id=user_id, company_id=firm.id if firm else None)
            if state is not EnrolmentState.NO_SHOW:
                company = Company(str(firm.id), firm.size_class.value, firm.nuts3 or "") if firm else None
                done = state is EnrolmentState.COMPLETED
                rows.append(Participation(trio.id, Quarter.of(run.ends_at).number, user_id, company, done, run.id))
    slow = counted(rows)

    assert counts.count_activity(session, QUARTERS) == slow.activity
    assert counts.count_companies(session, QUARTERS) == slow.companies
    assert counts.count_sizes(session, QUARTERS) == slow.sizes
    assert counts.count_regions(session, QUARTERS) == slow.regions
    by_quarter = counts.count_people_by_quarter(session, QUARTERS)
    assert by_quarter == {q: slow.activity[ALL, q.number].people for q in QUARTERS}
    whole = {"since": QUARTERS[0].starts_at, "until": QUARTERS[-1].ends_at}
    assert counts.count_people(session, **whole) == slow.activity[ALL, YEAR].people
    kinds = {kind: slow.companies[ALL, YEAR, kind].companies for kind in ("sme", "large", "unchecked")}
    assert counts.count_all(session, **whole) == (
        16, slow.activity[ALL, YEAR].people, sum(kinds.values()), kinds["sme"],
    )  # fmt: skip


def test_only_finished_runs_in_which_somebody_took_part_count(session, make, world):
    trio = make.trio()
    world.took_part(trio, (None, 6))
    world.took_part(trio, (None, 6), state=RunState.PUBLISHED)
    world.took_part(trio, (None, 6), state=RunState.CANCELLED)
    empty = make.run(make.module(trio=trio), starts_at=FEBRUARY, state=RunState.FINISHED)
    make.enrolment(empty, EnrolmentState.NO_SHOW)
    make.enrolment(empty, EnrolmentState.CANCELLED)
    activity = counts.count_activity(session, QUARTERS)
    assert activity[trio.id, 1].runs == activity[ALL, YEAR].runs == 1
    assert activity[ALL, YEAR].participations == 6


def test_a_run_counts_in_the_quarter_in_which_its_last_session_ended_in_berlin(session, make, world):
    trio = make.trio()
    new_year = datetime(2026, 1, 1, 0, 30, tzinfo=UTC) - timedelta(hours=1)  # 0:30 in Berlin, still 2025 in UTC
    world.took_part(trio, (None, 6), starts_at=new_year - timedelta(minutes=90))
    assert counts.count_activity(session, QUARTERS)[ALL, 1].runs == 1
    assert counts.count_activity(session, quarters_begun(2025, now=END_OF_YEAR)) == {}


def frame(session, actor, **wanted):
    return queries.get_frame(session, actor, **{"now": NOON} | wanted)


def test_the_programme_office_sees_all_trios_and_their_sum(session, make, office):
    one, other = make.trio(name="A"), make.trio(name="B")
    found = frame(session, as_actor(office))
    assert (found.trio, found.year, found.with_sum) == (None, 2026, True)
    assert list(found.trios) == [one, other]
    assert list(found.years) == [2026, 2025]
    assert frame(session, as_actor(office), trio=other.slug, year=2025).trio is other


def test_a_cluster_manager_sees_the_own_trio_only(session, make, manager):
    mine, other = make.trio(), make.trio()
    actor = as_actor(manager(mine))
    found = frame(session, actor)
    assert (found.trio, found.with_sum, list(found.trios)) == (mine, False, [mine])
    assert frame(session, actor, trio="").trio is mine
    for slug in (other.slug, "nowhere"):
        with pytest.raises(NotFound):
            frame(session, actor, trio=slug)


@pytest.mark.parametrize("year", [1999, 2024, 2027, 0, -1])
def test_there_are_no_reports_of_other_years(session, make, office, year):
    make.trio()
    with pytest.raises(NotFound):
        frame(session, as_actor(office), year=year)


@pytest.mark.parametrize("role", [None, Role.AUTHOR, Role.TRAINER, Role.REVIEWER, Role.HR_CONTACT])
def test_others_see_no_report(session, make, role):
    trio = make.trio()
    with pytest.raises(Forbidden):
        frame(session, make.actor(role, trio=trio))


def test_a_role_for_a_company_opens_no_report(session, make):
    make.trio()
    with pytest.raises(NotFound):
        frame(session, make.actor(Role.CLUSTER_MANAGER, company=make.company()))


def test_before_there_is_any_trio_the_office_finds_an_empty_report(session, office):
    found = frame(session, as_actor(office))
    report = queries.get_report(session, found, now=NOON)
    assert (report.total.runs, report.held) == (0, 0)


def test_a_running_quarter_with_few_people_does_not_count_yet(session, make, world, office):
    trio = make.trio()
    world.busy(trio, starts_at=datetime(2026, 1, 20, tzinfo=UTC))
    april = datetime(2026, 4, 20, tzinfo=UTC)
    found = frame(session, as_actor(office), now=april)
    world.took_part(trio, (None, 4), starts_at=april - timedelta(days=3))
    report = queries.get_report(session, found, now=april)
    assert (report.pending, report.total.people, report.lines[1].runs) == (2, 36, None)
    assert queries.list_runs(session, found, 2, now=april) == []
    world.took_part(trio, (None, 1), starts_at=april - timedelta(days=2))
    report = queries.get_report(session, found, now=april)
    assert (report.pending, report.total.people, report.lines[1].people) == (None, 41, 5)


def test_the_runs_behind_a_quarter(session, make, world, manager, office, later):
    trio, other = make.trio(name="Mine"), make.trio(name="Other")
    world.busy(trio)
    large = world.took_part(trio, (None, 9), starts_at=later(1))
    small = world.took_part(trio, (None, 4), starts_at=later(2))
    world.busy(other)
    mine = frame(session, as_actor(manager(trio)))
    found = queries.list_runs(session, mine, 1, now=NOON)
    assert [run.participations for run in found] == [36, None, None]
    assert [run.run_id for run in found[1:]] == [large.id, small.id]
    assert {run.trio for run in found} == {"Mine"}
    assert len(queries.list_runs(session, frame(session, as_actor(office)), 1, now=NOON)) == 4


def test_runs_are_withheld_where_their_sum_is(session, make, world, office):
    trio, other = make.trio(), make.trio()
    world.took_part(trio, (None, 3))
    world.busy(other)
    found = queries.list_runs(session, frame(session, as_actor(office), trio=trio.slug), 1, now=NOON)
    assert [run.participations for run in found] == [None]


@pytest.mark.parametrize("quarter", [0, 2, 5, -1])
def test_there_are_no_runs_of_a_quarter_that_has_not_begun(session, make, office, quarter):
    make.trio()
    with pytest.raises(NotFound):
        queries.list_runs(session, frame(session, as_actor(office)), quarter, now=NOON)


def test_the_headline_counts_finished_quarters_of_all_trios(session, make, world):
    assert queries.headline(session, NOON) is None
    trio = make.trio()
    world.busy(trio, starts_at=datetime(2025, 8, 1, tzinfo=UTC))
    world.busy(make.trio(), starts_at=datetime(2025, 11, 1, tzinfo=UTC))
    world.busy(trio, starts_at=datetime(2026, 2, 1, tzinfo=UTC))  # this quarter still runs
    found = queries.headline(session, NOON)
    assert found is not None
    assert (found.runs, found.people, found.companies, found.smes) == (2, 72, 24, 12)
    assert found.since == Quarter(2025, 3).starts_at
    assert found.until == Quarter(2026, 1).starts_at


def test_a_first_run_in_this_quarter_gives_no_headline(session, make, world):
    world.busy(make.trio())
    assert queries.headline(session, NOON) is None


def test_the_number_of_queries_does_not_depend_on_the_number_of_rows(session, make, world, office, queries_of):
    def used():
        session.expire_all()
        actor = as_actor(office)
        with queries_of() as sent:
            found = frame(session, actor, now=END_OF_YEAR)
            queries.get_report(session, found, now=END_OF_YEAR)
            queries.list_runs(session, found, 1, now=END_OF_YEAR)
            queries.headline(session, END_OF_YEAR)
        return len(sent)

    world.busy(make.trio())
    few = used()
    for _ in range(6):
        world.busy(make.trio(), each=13)
    assert used() == few <= 14
