"""Who keeps the attendance list, when it can be written and closed, and what it adds up to."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from app.kit.actors import Actor, Role
from app.kit.text import _, n_
from app.kit.verdicts import YES, Verdict, not_now, not_you
from app.runs.rules.words import EnrolmentState, Mark, RunFacts, RunState, SessionFacts

LATE_MINUTES = 15
"""What is taken off for somebody who came late, where the trainer does not say how much it was."""

OPENS_BEFORE = timedelta(hours=1)
_KEEPERS = (Role.TRAINER, Role.TRIO_ADMIN, Role.SITE_ADMIN)


def may_keep_attendance(actor: Actor, run: RunFacts) -> Verdict:
    """Whether the actor keeps the attendance list: the run's trainer, or a trainer or administrator of its Trio."""
    if actor.user_id is not None and actor.user_id == run.trainer_id:
        return YES
    if any(actor.holds(role, trio_id=run.trio_id) for role in _KEEPERS):
        return YES
    return not_you(_("Only trainers of this run see its attendance list."))


def may_mark(run: RunFacts, session: SessionFacts, *, now: datetime) -> Verdict:
    """Whether marks can be set: from an hour before the session begins until the list is closed."""
    if run.state is RunState.CANCELLED:
        return not_now(_("This run was cancelled."))
    if session.closed_at is not None:
        return not_now(_("This list is closed."))
    if session.starts_at - now > OPENS_BEFORE:
        return not_now(_("The list opens one hour before the session begins."))
    return YES


def may_close(run: RunFacts, session: SessionFacts, *, unmarked: int, now: datetime) -> Verdict:
    """Whether the list can be closed: the session has begun and everybody has a mark."""
    open_list = may_mark(run, session, now=now)
    if not open_list:
        return open_list
    if now < session.starts_at:
        return not_now(_("The session has not begun yet."))
    if unmarked:
        return not_now(n_("%(number)s person has no entry yet.", "%(number)s people have no entry yet.", unmarked))
    return YES


def may_complete(state: EnrolmentState) -> Verdict:
    """Whether an enrolment in this state can become completed: the person attended and the lists are closed."""
    if state is EnrolmentState.ATTENDED:
        return YES
    return not_now(_("Only who attended can complete the module."))


def minutes_missed(mark: Mark, given: int | None = None) -> int:
    """What the mark takes off, in minutes: for coming late what was ``given``, else 15.

    An absence takes off the whole session by its mark, so it is 0 here.
    """
    if mark is not Mark.LATE:
        return 0
    return LATE_MINUTES if given is None else given


def attendance_percent(sessions: Iterable[tuple[int, Mark | None, int]]) -> int:
    """Attended share of the time in whole per cent, rounded down, over ``(minutes, mark, minutes missed)`` per session.

    A session without a mark counts as missed. No sessions at all: 0.
    """
    total = attended = 0
    for minutes, mark, missed in sessions:
        total += minutes
        if mark in {Mark.PRESENT, Mark.LATE}:
            attended += max(minutes - missed, 0)
    return attended * 100 // total if total else 0


def state_after(percent: int) -> EnrolmentState:
    """Where an enrolment stands when all lists of the run are closed."""
    return EnrolmentState.ATTENDED if percent > 0 else EnrolmentState.NO_SHOW
