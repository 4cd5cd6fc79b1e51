from datetime import timedelta

import pytest

from app.kit.actors import ANYONE, Role
from app.kit.errors import NotFound
from app.runs import queries
from app.runs.rules import EnrolmentState, Mark, Places, RunState
from tests.factories import NOON, as_actor

DAY = timedelta(days=1)


def ids(offers):
    return [offer.run.id for offer in offers]


def test_places_are_counted_by_what_takes_a_seat(session, make):
    run = make.run(seats=10)
    for state in EnrolmentState:
        make.enrolment(run, state)
    make.enrolment(make.run())
    assert queries.count_places(session, run) == Places(seats=10, taken=4, waiting=1)
    assert queries.get_offer(session, ANYONE, run.id).places == Places(seats=10, taken=4, waiting=1)


def test_an_offer_tells_module_provider_and_texts_of_the_version_taught(session, make):
    module = make.module(trio=make.trio())
    run = make.run(module, provider=make.organisation(name="Bildungswerk Muldental", phone="03583 1"))
    newer = make.version(module, number=2, title={"de": "Neu", "en": "New"})
    module.published_id = newer.id
    session.commit()
    offer = queries.get_offer(session, ANYONE, run.id)
    assert (offer.title["en"], offer.module_code, offer.module_slug) == ("Cell basics", module.code, module.slug)
    assert (offer.provider, offer.phone) == ("Bildungswerk Muldental", "03583 1")


def test_an_unpublished_run_is_there_for_its_planners_only(session, make):
    run = make.run(state=RunState.PLANNED)
    planner = make.actor(Role.SITE_ADMIN)
    assert queries.get_offer(session, planner, run.id).run is run
    for actor in (ANYONE, make.actor(), make.actor(Role.TRAINER, trio=make.trio())):
        with pytest.raises(NotFound, match="no such run"):
            queries.get_offer(session, actor, run.id)
    with pytest.raises(NotFound, match="no such run"):
        queries.get_offer(session, planner, 999_999)


def test_what_is_upcoming(session, make):
    module = make.module()
    later, sooner = make.run(module, starts_at=NOON + 20 * DAY), make.run(module, city="Freiberg")
    other = make.run(starts_at=NOON + 30 * DAY, language="en")
    make.run(module, starts_at=NOON - DAY)
    for state in (RunState.PLANNED, RunState.CANCELLED, RunState.FINISHED):
        make.run(module, state=state)

    assert ids(queries.list_upcoming(session, now=NOON).items) == [sooner.id, later.id, other.id]
    assert ids(queries.list_upcoming(session, now=NOON, module_id=module.id).items) == [sooner.id, later.id]
    assert ids(queries.list_upcoming(session, now=NOON, module_slug=module.slug).items) == [sooner.id, later.id]
    assert ids(queries.list_upcoming(session, now=NOON, city="Freiberg").items) == [sooner.id]
    assert ids(queries.list_upcoming(session, now=NOON, language="en").items) == [other.id]
    page = queries.list_upcoming(session, now=NOON, page=2, size=2)
    assert (ids(page.items), page.pages, page.total) == ([other.id], 2, 3)
    assert ids(queries.list_runs_of_module(session, module.id, now=NOON)) == [sooner.id, later.id]
    assert ids(queries.list_runs_of_module(session, module.id, now=NOON, most=1)) == [sooner.id]


def test_the_next_run_of_each_module_that_is_still_open(session, make):
    one, two, three = make.module(), make.module(), make.module()
    make.run(one, starts_at=NOON + 5 * DAY, enrolment_closes=NOON)
    expected = {one.id: make.run(one).id, two.id: make.run(two).id}
    make.run(one, starts_at=NOON + 40 * DAY)
    found = queries.list_next_offers(session, [one.id, two.id, three.id], now=NOON)
    assert {module_id: offer.run.id for module_id, offer in found.items()} == expected
    assert queries.list_next_offers(session, [], now=NOON) == {}


def test_staff_see_the_runs_of_their_trios_and_those_they_teach(session, make):
    trio, trainer = make.trio(), make.user()
    own, running = make.run(make.module(trio=trio)), make.run(make.module(trio=trio), starts_at=NOON - DAY / 48)
    past = make.run(make.module(trio=trio), starts_at=NOON - DAY)
    cancelled = make.run(make.module(trio=trio), state=RunState.CANCELLED)
    taught = make.run(trainer_id=trainer.id)
    admin, site = make.actor(Role.TRIO_ADMIN, trio=trio), make.actor(Role.SITE_ADMIN)

    assert ids(queries.list_runs_to_teach(session, admin, now=NOON).items) == [running.id, own.id]
    assert ids(queries.list_runs_to_teach(session, admin, now=NOON, past=True).items) == [cancelled.id, past.id]
    assert ids(queries.list_runs_to_teach(session, as_actor(trainer), now=NOON).items) == [taught.id]
    assert queries.list_runs_to_teach(session, site, now=NOON).total == 3


def test_modules_to_do_first_keep_their_order_even_when_they_are_not_here(session, make):
    basics = make.module()
    run = make.run(make.module(requires=["M99", basics.code]))
    needed = queries.list_requirements(session, run.version_id)
    assert [(one.code, one.slug) for one in needed] == [("M99", ""), (basics.code, basics.slug)]
    assert queries.list_requirements(session, make.run().version_id) == []
    assert queries.list_requirements(session, 999_999) == []


def test_a_session_belongs_to_its_run(session, make):
    run, other = make.run(sessions=2), make.run()
    first, second = queries.list_sessions(session, run.id)
    assert queries.get_session(session, run.id, second.id) is second
    for run_id, session_id in ((other.id, first.id), (run.id, 999_999)):
        with pytest.raises(NotFound, match="no such session"):
            queries.get_session(session, run_id, session_id)


def test_the_roster_lists_seats_by_name_with_marks_of_this_session(session, make):
    run = make.run(sessions=2)
    first, second = queries.list_sessions(session, run.id)
    company = make.company(name="Weber")
    zoe = make.enrolment(run, user_id=make.user(name="Zoe").id)
    adam = make.enrolment(run, user_id=make.user(name="adam").id, company_id=company.id)
    make.enrolment(run, EnrolmentState.WAITING)
    make.attendance(first.id, adam, Mark.LATE, minutes_missed=15)
    make.attendance(second.id, zoe)

    rows = queries.list_roster(session, first)
    assert [(row.name, row.company, row.mark) for row in rows] == [("adam", "Weber", Mark.LATE), ("Zoe", None, None)]
    assert queries.count_unmarked(session, first) == 1
    assert len(queries.list_participants(session, run.id)) == 3
    noted = [(one.session.id, one.mark, one.minutes_missed) for one in queries.attendance_of(session, adam.id)]
    assert noted == [(first.id, Mark.LATE, 15), (second.id, None, 0)]


def test_lists_that_are_due(session, make):
    run = make.run(sessions=3, starts_at=NOON - DAY)
    first, second, _third = queries.list_sessions(session, run.id)
    assert queries.list_due_sessions(session, [run.id], now=NOON) == {run.id: [first, second]}
    first.closed_at = NOON
    session.commit()
    assert queries.list_due_sessions(session, [run.id, make.run().id], now=NOON) == {run.id: [second]}


def test_what_a_person_enrolled_in(session, make):
    person, company = make.user(), make.company(name="Weber")
    soon, late = make.run(), make.run(starts_at=NOON + 40 * DAY)
    assert queries.find_company_choice(session, person.id) is None
    old = make.enrolment(soon, user_id=person.id, company_id=company.id, shares_with_employer=True)
    assert queries.find_company_choice(session, person.id) == queries.CompanyChoice(company.id, "Weber", True)
    new = make.enrolment(late, EnrolmentState.WAITING, user_id=person.id, enrolled_at=NOON + DAY)
    make.enrolment(soon)

    assert [mine.enrolment.id for mine in queries.list_enrolments_of(session, person.id)] == [new.id, old.id]
    assert queries.list_states(session, person.id, [soon.id, late.id, 999_999]) == {
        soon.id: EnrolmentState.CONFIRMED, late.id: EnrolmentState.WAITING,
    }  # fmt: skip
    assert queries.list_states(session, None, [soon.id]) == {}
    assert queries.find_company_choice(session, person.id) == queries.CompanyChoice(None, "", False)
    assert queries.find_company_choice(session, None) is None
    assert queries.find_enrolment(session, soon.id, None) is None


def test_who_is_ahead_in_the_queue(session, make):
    run = make.run()
    last = make.enrolment(run, EnrolmentState.WAITING, waiting_since=NOON + DAY)
    first = make.enrolment(run, EnrolmentState.WAITING)
    second = make.enrolment(run, EnrolmentState.WAITING)
    assert [row.id for row in queries.list_waiting(session, run.id)] == [first.id, second.id, last.id]
    assert [queries.count_ahead(session, row) for row in (first, second, last)] == [0, 1, 2]


@pytest.mark.parametrize(
    "read",
    [
        lambda session, run, actor: queries.list_upcoming(session, now=NOON, size=100),
        lambda session, run, actor: queries.list_runs_of_module(session, run.module_id, now=NOON),
        lambda session, run, actor: queries.list_next_offers(session, [run.module_id], now=NOON),
        lambda session, run, actor: queries.list_runs_to_teach(session, actor, now=NOON, size=100),
        lambda session, run, actor: queries.list_participants(session, run.id),
        lambda session, run, actor: queries.list_roster(session, queries.list_sessions(session, run.id)[0]),
        lambda session, run, actor: queries.list_enrolments_of(session, actor.user_id),
    ],
    ids=["upcoming", "of a module", "next", "to teach", "participants", "roster", "of a person"],
)
def test_a_longer_list_takes_no_more_queries(session, make, queries_of, read):
    actor, module = make.actor(Role.SITE_ADMIN), make.module()
    run = make.run(module)
    counts = []
    for _longer in range(2):
        for _row in range(4):
            make.enrolment(run)
            make.enrolment(make.run(module), user_id=actor.user_id)
        session.expire_all()
        with queries_of() as sent:
            read(session, run, actor)
        counts.append(len(sent))
    assert counts[0] == counts[1]


def test_what_a_plan_can_choose_from(session, make):
    trio, other = make.trio(), make.trio()
    module, foreign = make.module(trio=trio), make.module(trio=other)
    make.module(trio=trio, published=False)
    today = NOON.date()
    for actor, modules, trios in (
        (make.actor(Role.TRAINER, trio=trio), [module.id], {trio.id}),
        (make.actor(Role.SITE_ADMIN), [module.id, foreign.id], {trio.id, other.id}),
        (make.actor(), [], set()),
    ):
        assert [choice.module_id for choice in queries.list_module_choices(session, actor)] == modules
        assert {choice.trio_id for choice in queries.list_provider_choices(session, actor, on=today)} == trios
    assert queries.list_provider_choices(session, make.actor(Role.SITE_ADMIN), on=today - 900 * DAY) == []
