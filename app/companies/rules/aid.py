"""State aid that a company received, and how much de minimis aid it may still get.

Source: Regulation (EU) 2023/2831, Article 3, paragraph 2 (in force since 2024-01-01, until 2030-12-31); before it
Regulation (EU) No 1407/2013. Amounts in EUR.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class AidKind(StrEnum):
    """On what ground aid was granted."""

    DE_MINIMIS = "de_minimis"
    GBER = "gber"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class AidCeiling:
    """The most de minimis aid to one undertaking in any ``years`` years, for aid granted from a day on."""

    valid_from: date
    source: str
    amount: Decimal
    years: int


AID_CEILINGS: tuple[AidCeiling, ...] = (
    AidCeiling(date(2014, 1, 1), "Regulation (EU) No 1407/2013, Art. 3(2)", Decimal(200_000), 3),
    AidCeiling(date(2024, 1, 1), "Regulation (EU) 2023/2831, Art. 3(2)", Decimal(300_000), 3),
)


@dataclass(frozen=True, slots=True)
class AidStanding:
    """What was granted in the years up to ``on``, what is left of the ceiling (never below 0), and since when."""

    on: date
    since: date
    granted: Decimal
    left: Decimal
    ceiling: AidCeiling

    @property
    def is_exceeded(self) -> bool:
        """Whether more was granted than the ceiling allows."""
        return self.granted > self.ceiling.amount


def aid_standing(aids: Iterable[tuple[AidKind, date, Decimal]], *, on: date) -> AidStanding:
    """Where a company stands on a day: the de minimis aid of the three years that end on it counts, other aid never."""
    ceiling = next((one for one in reversed(AID_CEILINGS) if one.valid_from <= on), AID_CEILINGS[0])
    since = _years_before(on, ceiling.years)
    granted = sum(
        (amount for kind, day, amount in aids if kind is AidKind.DE_MINIMIS and since < day <= on), Decimal(0)
    )
    return AidStanding(on, since, granted, max(Decimal(0), ceiling.amount - granted), ceiling)


def _years_before(day: date, years: int) -> date:
    """The same day some years before; of a 29 February, the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
