"""The one next step of a learner, which runs are over for them, and who sees what of whom.

Pure: no database, no request, no clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from app.kit.actors import Actor, Role
from app.kit.text import _
from app.kit.verdicts import YES, Verdict, not_you
from app.learning.rules import Progress
from app.runs.rules import LEARNING, TOOK_PART, EnrolmentState, RunState

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class StepKind(StrEnum):
    """What a learner can do next in a run."""

    RESUME = "resume"
    TEST = "test"
    EVALUATION = "evaluation"
    START = "start"
    DATE = "date"
    WAIT = "wait"


_URGENCY = tuple(StepKind)
"""First go on with what is begun; then what finishes a course; then what takes a minute; then what is new."""


@dataclass(frozen=True, slots=True)
class Learning:
    """Where a person stands in one run. ``next_session``: beginning of the next session that is not over yet."""

    state: EnrolmentState
    run_state: RunState
    starts_at: datetime
    ends_at: datetime
    next_session: datetime | None
    progress: Progress
    needs_lessons: bool
    needs_test: bool
    passed: bool
    evaluation_open: bool


def next_step(learning: Learning, *, now: datetime) -> StepKind | None:
    """What the person can do next in the run, or None. A run that was called off asks for nothing any more."""
    if learning.run_state is RunState.CANCELLED:
        return None
    own = _study(learning)
    if own is not None:
        return own
    if learning.evaluation_open and learning.state in TOOK_PART:
        return StepKind.EVALUATION
    if learning.state is EnrolmentState.CONFIRMED and learning.next_session is not None:
        return StepKind.DATE
    if learning.state is EnrolmentState.WAITING and now < learning.starts_at:
        return StepKind.WAIT
    return None


def urgency(step: StepKind, learning: Learning) -> tuple[int, float, datetime]:
    """By what the next steps of several runs are sorted: kind, what was worked at last, and what begins first."""
    last = max(learning.progress.seen.values(), default=_LONG_AGO)
    return _URGENCY.index(step), -last.timestamp() if last > _LONG_AGO else 0.0, learning.starts_at


def is_current(learning: Learning, *, now: datetime) -> bool:
    """Whether the run still belongs among the person's own courses; otherwise it is history."""
    if learning.run_state is RunState.CANCELLED:
        return False
    if learning.state is EnrolmentState.WAITING:
        return now < learning.starts_at
    if learning.state is EnrolmentState.ATTENDED:
        return _study(learning) is not None
    return learning.state is EnrolmentState.CONFIRMED


def may_see_company(actor: Actor) -> Verdict:
    """Whether the actor sees who of a company takes part: its HR contact."""
    if actor.companies_as(Role.HR_CONTACT):
        return YES
    return not_you(_("Only the HR contact of a company sees its people."))


def enough(number: int, *, least: int) -> int | None:
    """A number of people, or None where so few are not counted in public."""
    return number if number >= least else None


def keeps_lists(actor: Actor) -> bool:
    """Whether attendance lists belong on the actor's page."""
    return any(actor.has(role) for role in (Role.TRAINER, Role.TRIO_ADMIN))


def trios_with_drafts(actor: Actor) -> frozenset[int]:
    """The Trios whose drafts belong on the actor's page."""
    roles: Iterable[Role] = (Role.AUTHOR, Role.REVIEWER, Role.TRIO_ADMIN)
    return frozenset[int]().union(*(actor.trios_as(role) for role in roles))


def _study(learning: Learning) -> StepKind | None:
    """What is left to learn: lessons first where the course asks for them, then the final test."""
    if learning.state not in LEARNING or learning.state is EnrolmentState.COMPLETED:
        return None
    if learning.needs_lessons and learning.progress.left:
        return StepKind.RESUME if learning.progress.begun else StepKind.START
    if learning.needs_test and not learning.passed:
        return StepKind.TEST
    return None
