"""Who may enrol and withdraw, and who gets which place."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.kit.text import Text, _
from app.kit.verdicts import YES, Verdict, not_now
from app.runs.rules.words import EnrolmentState, Places, RunFacts, RunState, Standing, day_in_words, in_words

DOUBLE_TAP = timedelta(minutes=1)
"""The same form within this time was sent twice: the second one changes nothing and tells the same."""


def standing(run: RunFacts, places: Places, *, now: datetime) -> Standing:
    """What the run offers now to somebody who is not enrolled."""
    closed = _closed(run, now=now)
    if closed is not None:
        return closed
    newcomer = place_for_newcomer(seats=places.seats, taken=places.taken, waiting=places.waiting)
    return Standing.FREE if newcomer is EnrolmentState.CONFIRMED else Standing.WAITING_LIST


def why_not_enrol(run: RunFacts, *, state: EnrolmentState | None, now: datetime) -> Verdict:
    """Whether a person whose enrolment stands at ``state`` (None: never enrolled) may enrol now.

    The first reason counts.
    """
    if state is not None and state is not EnrolmentState.CANCELLED:
        return not_now(_("You are already enrolled in this run."))
    closed = _closed(run, now=now)
    return YES if closed is None else not_now(_reason(closed, run))


def may_withdraw(run: RunFacts, *, state: EnrolmentState | None, now: datetime) -> Verdict:
    """Whether an enrolled or waiting person may give the place back: until the first session begins."""
    if state not in {EnrolmentState.CONFIRMED, EnrolmentState.WAITING}:
        return not_now(_("There is nothing to cancel."))
    if run.state is not RunState.PUBLISHED or now >= run.starts_at:
        return not_now(_("The run has begun. Talk to your trainer."))
    return YES


def may_name_company(state: EnrolmentState | None, company_id: int | None) -> Verdict:
    """Whether a person may say for which company they take part: once, as long as the course is to come."""
    if state not in {EnrolmentState.CONFIRMED, EnrolmentState.WAITING} or company_id is not None:
        return not_now(_("Here is no company to add."))
    return YES


def is_double_tap(enrolled_at: datetime, *, now: datetime) -> bool:
    """Whether a place was taken so shortly ago that the form was most likely sent twice."""
    return now - enrolled_at < DOUBLE_TAP


def place_for_newcomer(*, seats: int, taken: int, waiting: int) -> EnrolmentState:
    """A seat, unless none is free or somebody is already waiting for one."""
    return EnrolmentState.CONFIRMED if taken < seats and waiting == 0 else EnrolmentState.WAITING


def moving_up(*, seats: int, taken: int, queue: Sequence[int]) -> Sequence[int]:
    """The waiting enrolments, oldest first, that the free seats can take."""
    return queue[: max(seats - taken, 0)]


def _closed(run: RunFacts, *, now: datetime) -> Standing | None:
    """Why nobody can enrol now, or None: the first reason counts."""
    if run.state is RunState.CANCELLED:
        return Standing.CANCELLED
    if run.state is RunState.FINISHED or now >= run.ends_at:
        return Standing.OVER
    if run.state is RunState.PLANNED or now < run.enrolment_opens:
        return Standing.NOT_OPEN
    return Standing.CLOSED if now >= run.enrolment_closes else None


def _reason(closed: Standing, run: RunFacts) -> Text:
    if closed is Standing.CANCELLED:
        return _("This run was cancelled.")
    if closed is Standing.OVER:
        return _("This run is over.")
    if closed is Standing.NOT_OPEN:
        return _("Enrolment has not opened yet. It opens on %(when)s.", when=in_words(run.enrolment_opens))
    return _(
        "Enrolment closed on %(day)s. Ask the education provider whether a seat is left.",
        day=day_in_words(run.enrolment_closes),
    )
