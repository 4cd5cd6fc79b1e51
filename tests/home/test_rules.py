"""The one next step, what is current and what is history, and who sees what."""

from datetime import timedelta

import pytest

from app.home import rules
from app.home.rules import Learning, StepKind
from app.kit.actors import ANYONE, Actor, Grant, Role
from app.kit.verdicts import Answer
from app.learning.rules import Progress
from app.runs.rules import EnrolmentState as State
from app.runs.rules import RunState
from tests.factories import NOON

DAY = timedelta(days=1)
NEW = Progress(["a", "b"])
BEGUN = Progress(["a", "b"], {"a": NOON - DAY})
DONE = Progress(["a", "b"], {"a": NOON, "b": NOON}, {"a", "b"})


def learning(state=State.CONFIRMED, progress=NEW, **given) -> Learning:
    usual = {
        "state": state, "run_state": RunState.PUBLISHED, "starts_at": NOON + DAY, "ends_at": NOON + 2 * DAY,
        "next_session": NOON + DAY, "progress": progress, "needs_lessons": True, "needs_test": True, "passed": False,
        "evaluation_open": False,
    }  # fmt: skip
    return Learning(**usual | given)


@pytest.mark.parametrize(
    "standing,step",
    [
        (learning(), StepKind.START),
        (learning(progress=BEGUN), StepKind.RESUME),
        (learning(progress=DONE), StepKind.TEST),
        (learning(progress=DONE, passed=True), StepKind.DATE),
        (learning(progress=DONE, needs_test=False), StepKind.DATE),
        (learning(needs_lessons=False), StepKind.TEST),
        (learning(progress=DONE, passed=True, next_session=None), None),
        (learning(State.ATTENDED, BEGUN), StepKind.RESUME),
        (learning(State.ATTENDED, DONE, passed=True, evaluation_open=True), StepKind.EVALUATION),
        (learning(State.ATTENDED, DONE, passed=True), None),
        (learning(State.COMPLETED, NEW, evaluation_open=True), StepKind.EVALUATION),
        (learning(State.COMPLETED, NEW), None),
        (learning(State.CONFIRMED, DONE, passed=True, evaluation_open=True, next_session=None), None),
        (learning(State.WAITING), StepKind.WAIT),
        (learning(State.WAITING, starts_at=NOON - DAY), None),
        (learning(State.NO_SHOW), None),
        (learning(State.CANCELLED), None),
        (learning(run_state=RunState.CANCELLED), None),
    ],
)
def test_next_step(standing, step):
    assert rules.next_step(standing, now=NOON) is step


def test_what_is_begun_comes_before_what_is_new():
    order = [
        (StepKind.RESUME, learning(progress=Progress(["a"], {"a": NOON}))),
        (StepKind.RESUME, learning(progress=BEGUN)),
        (StepKind.TEST, learning(progress=DONE)),
        (StepKind.EVALUATION, learning(State.ATTENDED)),
        (StepKind.START, learning(starts_at=NOON + DAY)),
        (StepKind.START, learning(starts_at=NOON + 2 * DAY)),
        (StepKind.DATE, learning(progress=DONE)),
        (StepKind.WAIT, learning(State.WAITING)),
    ]
    assert sorted([*order[4:], *order[:4]], key=lambda one: rules.urgency(*one)) == order


@pytest.mark.parametrize(
    "standing,current",
    [
        (learning(), True),
        (learning(progress=DONE, passed=True, next_session=None), True),
        (learning(run_state=RunState.CANCELLED), False),
        (learning(State.WAITING), True),
        (learning(State.WAITING, starts_at=NOON - DAY), False),
        (learning(State.ATTENDED, BEGUN), True),
        (learning(State.ATTENDED, DONE, passed=True), False),
        (learning(State.COMPLETED), False),
        (learning(State.NO_SHOW), False),
        (learning(State.CANCELLED), False),
    ],
)
def test_what_is_current(standing, current):
    assert rules.is_current(standing, now=NOON) is current


def actor(role: Role, *, trio_id: int | None = None, company_id: int | None = None) -> Actor:
    return Actor(1, frozenset({Grant(role, trio_id, company_id)}))


@pytest.mark.parametrize(
    "who,may",
    [
        (ANYONE, False),
        (Actor(1), False),
        (actor(Role.HR_CONTACT), False),
        (actor(Role.TRIO_ADMIN, trio_id=1), False),
        (actor(Role.SITE_ADMIN), False),
        (actor(Role.HR_CONTACT, company_id=3), True),
    ],
)
def test_only_an_hr_contact_sees_people(who, may):
    verdict = rules.may_see_company(who)
    assert bool(verdict) is may
    assert may or verdict.answer is Answer.NOT_YOU


@pytest.mark.parametrize("number,shown", [(0, None), (4, None), (5, 5), (6, 6)])
def test_small_numbers_are_not_said(number, shown):
    assert rules.enough(number, least=5) == shown


def test_whose_page_has_what():
    trainer, author = actor(Role.TRAINER, trio_id=1), actor(Role.AUTHOR, trio_id=2)
    assert rules.keeps_lists(trainer)
    assert not rules.keeps_lists(author)
    assert rules.trios_with_drafts(author) == {2}
    assert rules.trios_with_drafts(trainer) == frozenset()
    assert rules.trios_with_drafts(actor(Role.TRIO_ADMIN, trio_id=3)) == {3}
