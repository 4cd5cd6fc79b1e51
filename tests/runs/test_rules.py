from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.actors import ANYONE, Actor, Grant, Role
from app.kit.verdicts import Answer
from app.runs import rules
from app.runs.rules import EnrolmentState, Mark, Places, Plan, RunFacts, RunFormat, RunState, SessionFacts, Standing
from tests.factories import NOON

OPENS, CLOSES = NOON - timedelta(days=1), NOON + timedelta(days=1)
BEGINS, ENDS = NOON + timedelta(days=2), NOON + timedelta(days=2, hours=3)
HOUR = timedelta(hours=1)
TOO_EARLY = "The list opens one hour before the session begins."
LEARNER = Actor(7)
TRAINER, ADMIN = (Actor(8, frozenset({Grant(role, 1)})) for role in (Role.TRAINER, Role.TRIO_ADMIN))
STRANGER = Actor(9, frozenset({Grant(Role.TRAINER, 2)}))
SITE_ADMIN = Actor(10, frozenset({Grant(Role.SITE_ADMIN)}))
AUTHOR = Actor(11, frozenset({Grant(Role.AUTHOR, 1)}))


def run(state=RunState.PUBLISHED, trainer_id=None):
    return RunFacts(1, state, trainer_id, OPENS, CLOSES, BEGINS, ENDS)


def list_of(*, starts_at=NOON, closed_at=None):
    return SessionFacts(starts_at, starts_at + HOUR, closed_at)


# ---- words


@pytest.mark.parametrize(
    "moment, day, words",
    [
        (datetime(2027, 1, 4, 7, 0, tzinfo=UTC), "4 January", "4 January at 8:00"),
        (datetime(2026, 6, 30, 22, 5, tzinfo=UTC), "1 July", "1 July at 0:05"),
    ],
    ids=["winter", "summer, past midnight in Berlin"],
)
def test_moments_are_told_in_berlin(moment, day, words):
    assert str(rules.day_in_words(moment)) == day
    assert str(rules.in_words(moment)) == words


def test_every_state_format_and_month_has_a_name():
    assert set(rules.STATE_NAMES) == set(EnrolmentState)
    assert set(rules.RUN_STATE_NAMES) == set(RunState)
    assert set(rules.FORMAT_NAMES) == set(RunFormat)
    months = {str(rules.day_in_words(datetime(2026, month, 1, tzinfo=UTC))) for month in range(1, 13)}
    assert len(months) == 12


def test_free_seats_are_never_negative():
    assert Places(seats=12, taken=5, waiting=0).free == 7
    assert Places(seats=3, taken=5, waiting=0).free == 0


# ---- enrolment


@pytest.mark.parametrize(
    "state, now, standing, reason",
    [
        (RunState.PUBLISHED, NOON, None, None),
        (RunState.PUBLISHED, OPENS, None, None),
        (RunState.PUBLISHED, OPENS - HOUR, Standing.NOT_OPEN, "It opens on 1 March at 13:00."),
        (RunState.PUBLISHED, CLOSES, Standing.CLOSED, "Enrolment closed on 3 March."),
        (RunState.PUBLISHED, ENDS, Standing.OVER, "This run is over."),
        (RunState.FINISHED, NOON, Standing.OVER, "This run is over."),
        (RunState.CANCELLED, ENDS, Standing.CANCELLED, "This run was cancelled."),
        (RunState.PLANNED, NOON, Standing.NOT_OPEN, "Enrolment has not opened yet."),
    ],
)
def test_when_one_can_enrol(state, now, standing, reason):
    verdict = rules.why_not_enrol(run(state), state=None, now=now)
    shown = rules.standing(run(state), Places(2, 0, 0), now=now)
    if reason is None:
        assert verdict
        assert shown is Standing.FREE
    else:
        assert verdict.answer is Answer.NOT_NOW
        assert reason in str(verdict.reason)
        assert shown is standing


@pytest.mark.parametrize("state", EnrolmentState)
def test_who_gave_the_place_back_may_come_again_and_nobody_else(state):
    verdict = rules.why_not_enrol(run(), state=state, now=NOON)
    assert bool(verdict) is (state is EnrolmentState.CANCELLED)
    assert verdict or str(verdict.reason) == "You are already enrolled in this run."


@pytest.mark.parametrize(
    "taken, waiting, place",
    [
        (0, 0, EnrolmentState.CONFIRMED),
        (1, 0, EnrolmentState.CONFIRMED),
        (2, 0, EnrolmentState.WAITING),
        (1, 3, EnrolmentState.WAITING),
    ],
)
def test_a_newcomer_never_overtakes_the_queue(taken, waiting, place):
    assert rules.place_for_newcomer(seats=2, taken=taken, waiting=waiting) is place
    free = place is EnrolmentState.CONFIRMED
    shown = rules.standing(run(), Places(2, taken, waiting), now=NOON)
    assert shown is (Standing.FREE if free else Standing.WAITING_LIST)


@given(seats=st.integers(1, 40), taken=st.integers(0, 60), queue=st.lists(st.integers(), unique=True, max_size=60))
def test_moving_up_fills_free_seats_in_order_and_never_more(seats, taken, queue):
    moved = rules.moving_up(seats=seats, taken=taken, queue=queue)
    assert list(moved) == queue[: len(moved)]
    assert len(moved) == min(len(queue), max(seats - taken, 0))


@pytest.mark.parametrize(
    "state, run_state, now, reason",
    [
        (EnrolmentState.CONFIRMED, RunState.PUBLISHED, NOON, None),
        (EnrolmentState.WAITING, RunState.PUBLISHED, CLOSES, None),
        (None, RunState.PUBLISHED, NOON, "There is nothing to cancel."),
        (EnrolmentState.CANCELLED, RunState.PUBLISHED, NOON, "There is nothing to cancel."),
        (EnrolmentState.COMPLETED, RunState.FINISHED, NOON, "There is nothing to cancel."),
        (EnrolmentState.CONFIRMED, RunState.PUBLISHED, BEGINS, "The run has begun. Talk to your trainer."),
        (EnrolmentState.CONFIRMED, RunState.FINISHED, NOON, "The run has begun. Talk to your trainer."),
    ],
)
def test_until_when_one_can_withdraw(state, run_state, now, reason):
    verdict = rules.may_withdraw(run(run_state), state=state, now=now)
    assert (str(verdict.reason) if verdict.reason else None) == reason


# ---- planning


@pytest.mark.parametrize(
    "actor, anywhere, here",
    [
        (ANYONE, False, False),
        (LEARNER, False, False),
        (AUTHOR, False, False),
        (STRANGER, True, False),
        (TRAINER, True, True),
        (ADMIN, True, True),
        (SITE_ADMIN, True, True),
    ],
)
def test_who_plans_runs(actor, anywhere, here):
    assert bool(rules.may_open_runs(actor)) is anywhere
    assert bool(rules.may_open_run(actor, 1)) is here
    assert bool(rules.may_see_run(actor, run(RunState.PLANNED))) is here
    assert rules.may_see_run(actor, run())
    assert bool(rules.may_cancel_run(actor, run(), lists_closed=0)) is here


def test_the_trios_one_plans_in():
    assert rules.trios_planned_by(LEARNER) == frozenset()
    assert rules.trios_planned_by(TRAINER) == frozenset({1})
    assert rules.trios_planned_by(SITE_ADMIN) is None


@pytest.mark.parametrize(
    "state, lists_closed, reason",
    [
        (RunState.PUBLISHED, 0, None),
        (RunState.PLANNED, 0, None),
        (RunState.CANCELLED, 0, "This run was cancelled."),
        (RunState.FINISHED, 2, "can no longer be cancelled"),
        (RunState.PUBLISHED, 1, "can no longer be cancelled"),
    ],
)
def test_until_when_a_run_can_be_cancelled(state, lists_closed, reason):
    verdict = rules.may_cancel_run(TRAINER, run(state), lists_closed=lists_closed)
    assert bool(verdict) is (reason is None)
    assert reason is None or reason in str(verdict.reason)


def plan(**given_):
    defaults: dict[str, Any] = {
        "module_id": 1, "provider_id": 1, "format": RunFormat.PRESENCE, "language": "de", "city": "Kamenz", "place": "",
        "note": {}, "seats": 12, "enrolment_opens": NOON, "enrolment_closes": CLOSES,
        "sessions": {1: (BEGINS, ENDS)},
    }  # fmt: skip
    return Plan(**defaults | given_)


@pytest.mark.parametrize(
    "given_, faults",
    [
        ({}, {}),
        ({"enrolment_closes": BEGINS}, {}),
        ({"enrolment_closes": NOON}, {"enrolment_closes": "Enrolment must close after it opens."}),
        (
            {"enrolment_closes": ENDS},
            {"enrolment_closes": "Enrolment must close before the first session begins."},
        ),
        ({"sessions": {}}, {"session_1": "A run needs at least one session."}),
        ({"sessions": {2: (ENDS, BEGINS)}}, {"session_2": "The session must end after it begins."}),
        ({"sessions": {1: (BEGINS, BEGINS)}}, {"session_1": "The session must end after it begins."}),
        (
            {"sessions": {1: (BEGINS, BEGINS + 13 * HOUR)}},
            {"session_1": "A session lasts at most 12 hours."},
        ),
        ({"sessions": {1: (BEGINS, ENDS), 4: (ENDS, ENDS + HOUR)}}, {}),
        (
            {"sessions": {1: (BEGINS + HOUR, ENDS), 4: (BEGINS, ENDS)}},
            {"session_1": "Two sessions overlap."},
        ),
        (
            {"sessions": {1: (NOON - HOUR, NOON)}, "enrolment_opens": OPENS, "enrolment_closes": NOON - HOUR},
            {"session_1": "This session would lie in the past."},
        ),
    ],
)
def test_what_is_wrong_with_a_plan(given_, faults):
    found = rules.faults_of(plan(**given_), now=NOON)
    assert {name: str(fault) for name, fault in found.items()} == faults


def test_a_long_session_hides_no_overlap():
    sessions = {1: (BEGINS, ENDS), 2: (BEGINS + HOUR / 2, BEGINS + HOUR), 3: (ENDS - HOUR / 2, ENDS + HOUR)}
    assert set(rules.faults_of(plan(sessions=sessions), now=NOON)) == {"session_2", "session_3"}


@pytest.mark.parametrize(
    "minutes, units", [(0, "0"), (22, "0"), (23, "0.5"), (44, "0.5"), (45, "1"), (90, "2"), (300, "6.5")]
)
def test_units_are_rounded_down_to_halves(minutes, units):
    assert rules.units_of(minutes) == Decimal(units)


# ---- attendance


@pytest.mark.parametrize(
    "actor, trainer_id, may",
    [
        (TRAINER, None, True),
        (ADMIN, None, True),
        (SITE_ADMIN, None, True),
        (LEARNER, 7, True),
        (LEARNER, 8, False),
        (STRANGER, None, False),
        (AUTHOR, None, False),
        (ANYONE, None, False),
    ],
)
def test_who_keeps_the_attendance_list(actor, trainer_id, may):
    verdict = rules.may_keep_attendance(actor, run(trainer_id=trainer_id))
    assert verdict.answer is (Answer.YES if may else Answer.NOT_YOU)


@pytest.mark.parametrize(
    "state, session, unmarked, mark, close",
    [
        (RunState.PUBLISHED, list_of(), 0, None, None),
        (RunState.PUBLISHED, list_of(), 1, None, "1 person has no entry yet."),
        (RunState.PUBLISHED, list_of(), 2, None, "2 people have no entry yet."),
        (RunState.PUBLISHED, list_of(starts_at=NOON + HOUR), 0, None, "The session has not begun yet."),
        (RunState.PUBLISHED, list_of(starts_at=NOON + 2 * HOUR), 0, TOO_EARLY, TOO_EARLY),
        (RunState.PUBLISHED, list_of(closed_at=NOON), 0, *["This list is closed."] * 2),
        (RunState.CANCELLED, list_of(), 0, *["This run was cancelled."] * 2),
    ],
)  # fmt: skip
def test_when_a_list_is_open_and_when_it_can_be_closed(state, session, unmarked, mark, close):
    marking = rules.may_mark(run(state), session, now=NOON)
    closing = rules.may_close(run(state), session, unmarked=unmarked, now=NOON)
    assert (str(marking.reason) if marking.reason else None) == mark
    assert (str(closing.reason) if closing.reason else None) == close


@pytest.mark.parametrize("state", EnrolmentState)
def test_only_attendance_leads_to_completion(state):
    assert bool(rules.may_complete(state)) is (state is EnrolmentState.ATTENDED)


@pytest.mark.parametrize(
    "mark, given_, missed",
    [(Mark.PRESENT, 30, 0), (Mark.ABSENT, None, 0), (Mark.LATE, None, 15), (Mark.LATE, 0, 0), (Mark.LATE, 40, 40)],
)
def test_what_a_mark_takes_off(mark, given_, missed):
    assert rules.minutes_missed(mark, given_) == missed


@pytest.mark.parametrize(
    "sessions, percent",
    [
        ([], 0),
        ([(90, None, 0)], 0),
        ([(90, Mark.ABSENT, 0)], 0),
        ([(90, Mark.PRESENT, 0)], 100),
        ([(90, Mark.PRESENT, 0), (90, Mark.ABSENT, 0)], 50),
        ([(90, Mark.PRESENT, 0), (90, Mark.LATE, 15)], 91),
        ([(10, Mark.LATE, 15)], 0),
        ([(60, Mark.PRESENT, 0), (300, Mark.ABSENT, 0)], 16),
    ],
)
def test_attendance_is_the_share_of_the_time(sessions, percent):
    assert rules.attendance_percent(sessions) == percent
    assert rules.state_after(percent) is (EnrolmentState.ATTENDED if percent else EnrolmentState.NO_SHOW)


SESSIONS = st.lists(st.tuples(st.integers(1, 720), st.none() | st.sampled_from(Mark), st.integers(0, 900)), max_size=6)


@given(sessions=SESSIONS)
def test_attendance_is_a_percentage_and_does_not_depend_on_the_order(sessions):
    percent = rules.attendance_percent(sessions)
    assert 0 <= percent <= 100
    assert percent == rules.attendance_percent(reversed(sessions))


@given(sessions=SESSIONS.filter(len))
def test_being_there_never_lowers_the_attendance(sessions):
    minutes, _mark, _missed = sessions[0]
    better = [(minutes, Mark.PRESENT, 0), *sessions[1:]]
    assert rules.attendance_percent(better) >= rules.attendance_percent(sessions)


@pytest.mark.parametrize("state", [None, *EnrolmentState])
@pytest.mark.parametrize("company_id", [None, 7])
def test_a_company_is_named_once_while_the_course_is_to_come(state, company_id):
    may = rules.may_name_company(state, company_id)
    assert bool(may) is (state in {EnrolmentState.CONFIRMED, EnrolmentState.WAITING} and company_id is None)
    assert may or str(may.reason) == "Here is no company to add."


@pytest.mark.parametrize("seconds, is_double", [(0, True), (59, True), (60, False), (3600, False)])
def test_a_form_sent_again_within_a_minute_was_sent_twice(seconds, is_double):
    assert rules.is_double_tap(NOON, now=NOON + timedelta(seconds=seconds)) is is_double
