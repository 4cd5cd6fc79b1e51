"""Days and times of the demo world, counted from the day it is made for."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.kit.clock import BERLIN

DAY = timedelta(days=1)
_FIXED = {(1, 1), (5, 1), (10, 3), *((12, day) for day in range(24, 32))}
_AFTER_EASTER = (-2, 1, 39, 50)
"""Good Friday, Easter Monday, Ascension Day, Whit Monday."""


@dataclass(frozen=True, slots=True)
class Days:
    """A calendar around ``today``."""

    today: date

    @property
    def midnight(self) -> datetime:
        """The moment at which today begins in Berlin."""
        return self.at(self.today, "00:00")

    def day(self, offset: int) -> date:
        """So many days after today (before, if negative)."""
        return self.today + offset * DAY

    def working_day(self, offset: int) -> date:
        """The same, but the working day before where it falls on a weekend or holiday; today stays today."""
        day = self.day(offset)
        while offset and not is_working_day(day):
            day -= DAY
        return day

    def at(self, day: date, clock: str) -> datetime:
        """The moment at which clocks in Berlin show ``HH:MM`` on that day."""
        return datetime.combine(day, time.fromisoformat(clock), BERLIN)


def is_working_day(day: date) -> bool:
    """Whether courses are held: no weekend, no holiday of all of Germany, not between Christmas and New Year."""
    moving = {easter(day.year) + after * DAY for after in _AFTER_EASTER}
    return day.weekday() < 5 and (day.month, day.day) not in _FIXED and day not in moving


def easter(year: int) -> date:
    """Easter Sunday (Gauss's rule as corrected by Lichtenberg)."""
    century = year // 100
    shift = 15 + (3 * century + 3) // 4 - (8 * century + 13) // 25
    moon = (19 * (year % 19) + shift) % 30
    full = 21 + moon - (moon + year % 19 // 11) // 29
    sunday = 7 - (year + year // 4 + 2 - (3 * century + 3) // 4) % 7
    return date(year, 3, 1) + (full + 7 - (full - sunday) % 7 - 1) * DAY
