"""The figures of one year as they were counted, before anything is withheld.

The tables share the dimensions *scope* (a Trio, or ``ALL``) and *period* (quarter 1 to 4, or ``YEAR``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

ALL = 0
"""The scope of all Trios together; every other scope is the id of a Trio."""

YEAR = 0
"""The period of the whole year; every other period is the number of a quarter."""

TOTAL = "total"
NO_COMPANY = "none"
SIZES = ("micro", "small", "medium", "large", "unchecked", NO_COMPANY)
COMPLETED, OPEN = "completed", "open"
SME, LARGE, UNCHECKED = "sme", "large", "unchecked"
_REGION = "nuts3:"

Cell = tuple[int, int]
"""Scope and period."""


@dataclass(frozen=True, slots=True)
class Activity:
    """What took place: runs with a participation, participations (people x runs), distinct people, completions.

    ``completed_people`` and ``open_people``: how many people are behind the completed and the other participations.
    """

    runs: int = 0
    participations: int = 0
    people: int = 0
    completions: int = 0
    completed_people: int = 0
    open_people: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """People of one size class or region, the companies they belong to, and how many of them the largest one sent."""

    people: int = 0
    companies: int = 0
    largest: int = 0


@dataclass(frozen=True, slots=True)
class Companies:
    """Distinct companies of one kind (SME, LARGE, UNCHECKED) and how many people they sent."""

    companies: int = 0
    people: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """All that was counted for one year; a missing key means that there was nothing.

    ``regions`` tells of the whole year and is keyed by scope and NUTS 3 code (empty: region or company unknown). A
    person belongs to the company of their last participation in the period.
    """

    quarters: tuple[int, ...]
    activity: Mapping[Cell, Activity] = field(default_factory=dict)
    companies: Mapping[tuple[int, int, str], Companies] = field(default_factory=dict)
    sizes: Mapping[tuple[int, int, str], Group] = field(default_factory=dict)
    regions: Mapping[tuple[int, str], Group] = field(default_factory=dict)

    @property
    def trios(self) -> tuple[int, ...]:
        """The Trios in which something took place."""
        return tuple(sorted({scope for scope, _period in self.activity if scope != ALL}))

    @property
    def region_codes(self) -> tuple[str, ...]:
        """The regions people came from, and the unknown one; the one with the most people first."""
        codes = sorted({"", *(code for _scope, code in self.regions)})
        return tuple(sorted(codes, key=lambda code: -self.regions.get((ALL, code), Group()).people))

    def cells(self) -> Iterable[Cell]:
        """Every scope with every period."""
        return [(scope, period) for scope in (ALL, *self.trios) for period in (YEAR, *self.quarters)]


def region_key(code: str) -> str:
    """The group of a region in the table of people."""
    return f"{_REGION}{code}"


def sme_share(smes: int, large: int) -> int | None:
    """The share of SMEs among the checked companies in whole per cent; None where none is checked. (domain: K6)."""
    return round(100 * smes / (smes + large)) if smes + large else None
