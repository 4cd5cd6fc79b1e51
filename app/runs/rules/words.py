"""The words of runs: states, formats, marks, and the facts that rules decide on."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.kit.clock import BERLIN
from app.kit.text import Text, _


class RunState(StrEnum):
    """Where a run stands. It is running from its first to its last session; no row says so."""

    PLANNED = "planned"
    PUBLISHED = "published"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class RunFormat(StrEnum):
    """How the sessions are held (domain vocabulary of formats)."""

    PRESENCE = "presence"
    ONLINE = "online"
    BLENDED = "blended"
    PRACTICE = "practice"


class EnrolmentState(StrEnum):
    """Where an enrolment stands; every change is kept as an event."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    ATTENDED = "attended"
    NO_SHOW = "no_show"
    COMPLETED = "completed"


class Mark(StrEnum):
    """What a trainer notes for one person and one session."""

    PRESENT = "present"
    LATE = "late"
    ABSENT = "absent"


class Standing(StrEnum):
    """What a run offers at this moment to somebody who is not enrolled."""

    FREE = "free"
    WAITING_LIST = "waiting_list"
    NOT_OPEN = "not_open"
    CLOSED = "closed"
    OVER = "over"
    CANCELLED = "cancelled"


FORMAT_NAMES: dict[RunFormat, Text] = {
    RunFormat.PRESENCE: _("in person"),
    RunFormat.ONLINE: _("live online"),
    RunFormat.BLENDED: _("in person and online"),
    RunFormat.PRACTICE: _("in the laboratory"),
}

LANGUAGE_NAMES: dict[str, Text] = {"de": _("German"), "en": _("English"), "de-simple": _("plain German")}
"""The languages a run is taught in."""

STATE_NAMES: dict[EnrolmentState, Text] = {
    EnrolmentState.WAITING: _("on the waiting list"),
    EnrolmentState.CONFIRMED: _("enrolled"),
    EnrolmentState.CANCELLED: _("cancelled"),
    EnrolmentState.ATTENDED: _("attended"),
    EnrolmentState.NO_SHOW: _("not there"),
    EnrolmentState.COMPLETED: _("completed"),
}

RUN_STATE_NAMES: dict[RunState, Text] = {
    RunState.PLANNED: _("planned"),
    RunState.PUBLISHED: _("published"),
    RunState.FINISHED: _("finished"),
    RunState.CANCELLED: _("cancelled"),
}

SEATED = frozenset(
    {EnrolmentState.CONFIRMED, EnrolmentState.ATTENDED, EnrolmentState.NO_SHOW, EnrolmentState.COMPLETED}
)
"""The states that take a seat."""

TOOK_PART = frozenset({EnrolmentState.ATTENDED, EnrolmentState.COMPLETED})
"""The states that count as a participation in reports (attendance > 0, run finished)."""

LEARNING = frozenset({EnrolmentState.CONFIRMED, EnrolmentState.ATTENDED, EnrolmentState.COMPLETED})
"""The states in which lessons and test are open."""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What the rules need to know of a run."""

    trio_id: int
    state: RunState
    trainer_id: int | None
    enrolment_opens: datetime
    enrolment_closes: datetime
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What the rules need to know of one session of a run."""

    starts_at: datetime
    ends_at: datetime
    closed_at: datetime | None

    @property
    def minutes(self) -> int:
        """How long the session lasts."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class Places:
    """The seats of a run, how many of them are taken, and how many people wait for one."""

    seats: int
    taken: int
    waiting: int

    @property
    def free(self) -> int:
        """Seats that nobody has; a seat that somebody waits for is given to them, so it is never free for long."""
        return max(self.seats - self.taken, 0)


_MONTHS = (
    _("January"), _("February"), _("March"), _("April"), _("May"), _("June"),
    _("July"), _("August"), _("September"), _("October"), _("November"), _("December"),
)  # fmt: skip


def day_in_words(moment: datetime) -> Text:
    """The day in Berlin as a sentence says it: ``4 January``."""
    local = moment.astimezone(BERLIN)
    return _("%(day)s %(month)s", day=local.day, month=_MONTHS[local.month - 1])


def in_words(moment: datetime) -> Text:
    """Day and time in Berlin as a sentence says them: ``4 January at 8:00``."""
    local = moment.astimezone(BERLIN)
    return _("%(day)s at %(time)s", day=day_in_words(moment), time=f"{local.hour}:{local:%M}")
