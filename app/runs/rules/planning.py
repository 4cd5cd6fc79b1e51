"""Who may plan and cancel runs, and what is wrong with a plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from app.kit.actors import Actor, Role
from app.kit.localised import Localised
from app.kit.text import Text, _
from app.kit.verdicts import YES, Verdict, not_now, not_you
from app.runs.rules.words import RunFacts, RunFormat, RunState

MOST_SESSIONS = 5
LONGEST_SESSION = timedelta(hours=12)
_PLANNERS = (Role.TRAINER, Role.TRIO_ADMIN, Role.SITE_ADMIN)


@dataclass(frozen=True, slots=True)
class Plan:
    """A run to be: what a planner enters.

    ``sessions`` maps the number of a row of the form (from 1) to beginning and end of that session, in any order.
    """

    module_id: int
    provider_id: int
    format: RunFormat
    language: str
    city: str
    place: str
    note: Localised
    seats: int
    enrolment_opens: datetime
    enrolment_closes: datetime
    sessions: Mapping[int, tuple[datetime, datetime]]


def may_open_runs(actor: Actor) -> Verdict:
    """Whether the actor plans runs in some Trio at all."""
    if any(actor.has(role) for role in _PLANNERS):
        return YES
    return not_you(_("Only trainers and administrators of a Trio plan runs."))


def may_open_run(actor: Actor, trio_id: int) -> Verdict:
    """Whether the actor may plan a run in this Trio."""
    if any(actor.holds(role, trio_id=trio_id) for role in _PLANNERS):
        return YES
    return not_you(_("Only trainers and administrators of this Trio plan its runs."))


def trios_planned_by(actor: Actor) -> frozenset[int] | None:
    """The Trios in which the actor may plan runs; None: in all of them."""
    if any(actor.holds(role) for role in _PLANNERS):
        return None
    return frozenset().union(*(actor.trios_as(role) for role in _PLANNERS))


def may_see_run(actor: Actor, run: RunFacts) -> Verdict:
    """Whether the actor sees the run: everybody does as soon as it is published."""
    return may_open_run(actor, run.trio_id) if run.state is RunState.PLANNED else YES


def may_cancel_run(actor: Actor, run: RunFacts, *, lists_closed: int) -> Verdict:
    """Whether the actor may call the run off: until its first attendance list is closed, for then it took place."""
    planner = may_open_run(actor, run.trio_id)
    if not planner:
        return planner
    if run.state is RunState.CANCELLED:
        return not_now(_("This run was cancelled."))
    if run.state is RunState.FINISHED or lists_closed:
        return not_now(_("A session took place and its list is closed. The run can no longer be cancelled."))
    return YES


def faults_of(plan: Plan, *, now: datetime) -> dict[str, Text]:
    """What is wrong with the dates of a plan: ``enrolment_closes`` or ``session_<row>`` → one sentence."""
    faults = _faulty_sessions(plan.sessions, now=now)
    first = min((start for start, _end in plan.sessions.values()), default=None)
    if plan.enrolment_closes <= plan.enrolment_opens:
        faults["enrolment_closes"] = _("Enrolment must close after it opens.")
    elif first is not None and plan.enrolment_closes > first:
        faults["enrolment_closes"] = _("Enrolment must close before the first session begins.")
    return faults


def _faulty_sessions(sessions: Mapping[int, tuple[datetime, datetime]], *, now: datetime) -> dict[str, Text]:
    if not sessions:
        return {"session_1": _("A run needs at least one session.")}
    faults: dict[str, Text] = {}
    busy_until: datetime | None = None
    for row, (start, end) in sorted(sessions.items(), key=lambda item: item[1]):
        if end <= start:
            faults[f"session_{row}"] = _("The session must end after it begins.")
        elif end - start > LONGEST_SESSION:
            faults[f"session_{row}"] = _("A session lasts at most 12 hours.")
        elif start < now:
            faults[f"session_{row}"] = _("This session would lie in the past.")
        elif busy_until is not None and start < busy_until:
            faults[f"session_{row}"] = _("Two sessions overlap.")
        busy_until = end if busy_until is None else max(busy_until, end)
    return faults


def units_of(minutes: int) -> Decimal:
    """Teaching units of 45 minutes in a session, in steps of 0.5, rounded down: never more than was taught."""
    return Decimal(minutes * 2 // 45) / 2
