"""The size class of a company by the European definition, and by SGB III.

Source: Commission Recommendation 2003/361/EC, Annex; the same words stand in Annex I of Regulation (EU) No 651/2014
(AGVO). Money is in million EUR, people in annual work units (a half-time job is 0.5), shares in per cent.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.kit.text import Text, _


class SizeClass(StrEnum):
    """EU size class (2003/361/EC, Annex, Article 2); UNCHECKED where the figures are missing."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"
    UNCHECKED = "unchecked"


class SizeBasis(StrEnum):
    """Where the size class comes from."""

    SELF_DECLARED = "self_declared"
    CHECKED = "checked"
    ESTIMATED = "estimated"


class StaffClass(StrEnum):
    """How many people a company employs, as § 82 SGB III asks; UNKNOWN where nobody said."""

    UNDER_50 = "under_50"
    UNDER_500 = "under_500"
    FROM_500 = "from_500"
    UNKNOWN = "unknown"


SME = frozenset({SizeClass.MICRO, SizeClass.SMALL, SizeClass.MEDIUM})

SIZE_NAMES: dict[SizeClass, Text] = {
    SizeClass.MICRO: _("micro (under 10)"),
    SizeClass.SMALL: _("small (10 to 49)"),
    SizeClass.MEDIUM: _("medium (50 to 249)"),
    SizeClass.LARGE: _("large (250 and more)"),
    SizeClass.UNCHECKED: _("not checked"),
}


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A class: fewer ``heads``, and at most so much ``turnover`` or so large a ``balance`` sheet."""

    size: SizeClass
    heads: int
    turnover: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The ceilings that hold from a day on, the lowest class first, and where they are written."""

    valid_from: date
    source: str
    ceilings: tuple[Ceiling, ...]


THRESHOLDS: tuple[Thresholds, ...] = (
    Thresholds(
        date(2005, 1, 1),
        "2003/361/EC, Annex, Art. 2",
        (
            Ceiling(SizeClass.MICRO, 10, Decimal(2), Decimal(2)),
            Ceiling(SizeClass.SMALL, 50, Decimal(10), Decimal(10)),
            Ceiling(SizeClass.MEDIUM, 250, Decimal(50), Decimal(43)),
        ),
    ),
)
"""All ceilings there ever were, the oldest first. New ones are one more entry; older years keep theirs."""


@dataclass(frozen=True, slots=True)
class StaffThresholds:
    """The steps of § 82 SGB III that hold from a day on: below the first, below the second."""

    valid_from: date
    source: str
    lower: int
    upper: int


STAFF_THRESHOLDS: tuple[StaffThresholds, ...] = (
    StaffThresholds(date(2024, 4, 1), "§ 82 Abs. 2 und 3 SGB III", 50, 500),
)


@dataclass(frozen=True, slots=True)
class CompanyFigures:
    """Head count in annual work units; turnover and balance sheet total in million EUR, of the whole group."""

    headcount: int | Decimal | None
    turnover: Decimal | None = None
    balance: Decimal | None = None


def thresholds_on(day: date) -> Thresholds:
    """The ceilings that hold on a day; before the first ones, the first ones."""
    return next((one for one in reversed(THRESHOLDS) if one.valid_from <= day), THRESHOLDS[0])


def size_class(figures: CompanyFigures, *, on: date | None = None) -> SizeClass:
    """The class by head count AND (turnover OR balance sheet total); by head count alone where no money is known.

    ``on``: the ceilings of which day, the newest ones if None. Source: 2003/361/EC, Annex, Article 2.
    """
    if figures.headcount is None:
        return SizeClass.UNCHECKED
    thresholds = THRESHOLDS[-1] if on is None else thresholds_on(on)
    for ceiling in thresholds.ceilings:
        money = [
            value <= most
            for value, most in ((figures.turnover, ceiling.turnover), (figures.balance, ceiling.balance))
            if value is not None
        ]
        if figures.headcount < ceiling.heads and (not money or any(money)):
            return ceiling.size
    return SizeClass.LARGE


def staff_class(headcount: int | Decimal | None) -> StaffClass:
    """The step of § 82 SGB III, by the people of the company alone, without its group."""
    if headcount is None:
        return StaffClass.UNKNOWN
    steps = STAFF_THRESHOLDS[-1]
    if headcount < steps.lower:
        return StaffClass.UNDER_50
    return StaffClass.UNDER_500 if headcount < steps.upper else StaffClass.FROM_500


_WEIGHT = (SizeBasis.ESTIMATED, SizeBasis.SELF_DECLARED, SizeBasis.CHECKED)


def weight_of(basis: SizeBasis) -> int:
    """How much a basis is worth: an estimate least, what was checked most."""
    return _WEIGHT.index(basis)


def outweighs(basis: SizeBasis, year: int, known_basis: SizeBasis | None, known_year: int | None) -> bool:
    """Whether new figures decide the size class that all Trios see, beside what was known.

    A newer year decides over an older one; in the same year what was checked over what was declared over an estimate.
    """
    if known_basis is None or known_year is None or year > known_year:
        return True
    return year == known_year and weight_of(basis) >= weight_of(known_basis)
