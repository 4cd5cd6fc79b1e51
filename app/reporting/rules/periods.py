"""Quarters of the calendar in Berlin, in which a run counts when its last session ends."""

from dataclasses import dataclass
from datetime import UTC, datetime

from app.kit.clock import BERLIN

NUMBERS = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """One quarter of a year; ``number`` is 1 to 4."""

    year: int
    number: int

    @property
    def starts_at(self) -> datetime:
        """The first moment of the quarter, aware, in UTC."""
        return datetime(self.year, 3 * self.number - 2, 1, tzinfo=BERLIN).astimezone(UTC)

    @property
    def ends_at(self) -> datetime:
        """The first moment after the quarter, aware, in UTC."""
        return self.next.starts_at

    @property
    def next(self) -> "Quarter":
        """The quarter after this one."""
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    @classmethod
    def of(cls, moment: datetime) -> "Quarter":
        """The quarter in which a moment lies; midnight belongs to the day that begins."""
        local = moment.astimezone(BERLIN)
        return cls(local.year, (local.month + 2) // 3)


def quarters_begun(year: int, *, now: datetime) -> tuple[Quarter, ...]:
    """The quarters of the year that have begun, in order; none of a year to come."""
    quarters = (Quarter(year, number) for number in NUMBERS)
    return tuple(quarter for quarter in quarters if quarter.starts_at <= now)


def quarters_between(first: datetime, last: datetime) -> tuple[Quarter, ...]:
    """All quarters from the one of the first moment to the one of the last, both included."""
    quarters = [Quarter.of(first)]
    while quarters[-1] < Quarter.of(last):
        quarters.append(quarters[-1].next)
    return tuple(quarters)
