"""The size class over the years: with partner and linked companies, public owners, and the rule of two years.

Source: Commission Recommendation 2003/361/EC, Annex, Articles 3, 4 and 6.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.companies.rules.size import CompanyFigures, SizeClass, size_class

PARTNER_FROM, LINKED_ABOVE = Decimal(25), Decimal(50)
"""Per cent of capital or votes: from 25 to 50 a partner company, above 50 a linked one (Article 3)."""
PUBLIC_FROM = Decimal(25)
"""Per cent of capital or votes in public hands from which a company is no SME (Article 3, paragraph 4)."""

_ORDER = (SizeClass.MICRO, SizeClass.SMALL, SizeClass.MEDIUM, SizeClass.LARGE)


class Relation(StrEnum):
    """How a company stands to others; UNKNOWN where nobody asked."""

    AUTONOMOUS = "autonomous"
    PARTNER = "partner"
    LINKED = "linked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Related:
    """Another company, above or below: ``share`` per cent of capital or votes, whichever is more."""

    share: Decimal
    figures: CompanyFigures
    name: str = ""

    @property
    def weight(self) -> Decimal:
        """Which part of its figures counts: none below 25 per cent, the share up to 50, all above (Article 6)."""
        if self.share < PARTNER_FROM:
            return Decimal(0)
        return Decimal(1) if self.share > LINKED_ABOVE else self.share / 100


@dataclass(frozen=True, slots=True)
class YearFigures:
    """The figures of a company for one accounting period. ``public_share``: per cent in public hands.

    ``is_exempt``: the public owner is one of those that Article 3, paragraph 2 excepts (a university, a research
    centre, a public investment company, a small municipality), which helps up to half of the shares.
    ``is_new_owner``: the company changed hands in this year; then the new class holds at once.
    """

    year: int
    own: CompanyFigures
    relation: Relation = Relation.UNKNOWN
    related: tuple[Related, ...] = ()
    public_share: Decimal = Decimal(0)
    is_exempt: bool = False
    is_new_owner: bool = False


class Why(StrEnum):
    """Why the class that holds is what it is."""

    FIRST = "first"
    SAME = "same"
    ONE_YEAR = "one_year"
    TWO_YEARS = "two_years"
    BACK = "back"
    GAP = "gap"
    OWNER = "owner"
    PUBLIC = "public"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Step:
    """One year on the way to the class that holds: the figures counted, their class, and the class that holds."""

    year: int
    figures: YearFigures
    total: CompanyFigures
    computed: SizeClass
    holds: SizeClass
    why: Why


def is_publicly_owned(figures: YearFigures) -> bool:
    """Whether public bodies hold so much of the company that it is no SME (Article 3, paragraph 4)."""
    excepted = figures.is_exempt and figures.public_share <= LINKED_ABOVE
    return figures.public_share >= PUBLIC_FROM and not excepted


def total_of(figures: YearFigures) -> CompanyFigures:
    """The figures with those of partners (by share) and linked companies (in full).

    A sum of which one part is missing is unknown, but for people where the known part is large already. A company
    that is said to have partners or to be linked, of which nobody told any figures, has no known sum either.
    """
    counted = [(one.weight, one.figures) for one in figures.related if one.weight]
    has_group = figures.relation in {Relation.PARTNER, Relation.LINKED}
    if has_group and not counted:
        return _without_group(figures.own)
    parts = [(Decimal(1), figures.own), *counted]
    heads = _sum((weight, part.headcount) for weight, part in parts)
    if heads is None:
        return _without_group(figures.own)
    return CompanyFigures(
        heads,
        _sum((weight, part.turnover) for weight, part in parts),
        _sum((weight, part.balance) for weight, part in parts),
    )


def class_of_year(figures: YearFigures) -> SizeClass:
    """The class that the figures of this year alone give; that of a publicly owned company is LARGE."""
    if is_publicly_owned(figures):
        return SizeClass.LARGE
    return size_class(total_of(figures), on=date(figures.year, 12, 31))


def history(years: Iterable[YearFigures]) -> list[Step]:
    """The class year by year, the oldest first.

    A class changes only when the ceilings were passed in two accounting periods that follow each other (Article 4,
    paragraph 2). The first year counts by itself, and so does one after a year without figures. A change of owners
    and a public owner count at once, because the ceilings are not what changed.
    """
    steps: list[Step] = []
    for figures in sorted(years, key=lambda one: one.year):
        computed = class_of_year(figures)
        holds, why = _held(steps, figures, computed)
        steps.append(Step(figures.year, figures, total_of(figures), computed, holds, why))
    return steps


def _held(steps: Sequence[Step], figures: YearFigures, computed: SizeClass) -> tuple[SizeClass, Why]:
    last = steps[-1] if steps else None
    if computed is SizeClass.UNCHECKED:
        return (last.holds if last else SizeClass.UNCHECKED), Why.MISSING
    at_once = _why_at_once(last, figures)
    if last is None or at_once is not None:
        return computed, at_once or Why.FIRST
    if computed is last.holds:
        return computed, Why.SAME if last.computed is last.holds else Why.BACK
    return _after_two_years(last, computed)


def _why_at_once(last: Step | None, figures: YearFigures) -> Why | None:
    """Why the class of a year holds without a second year, or None if it needs one."""
    if is_publicly_owned(figures):
        return Why.PUBLIC
    if last is None or last.holds is SizeClass.UNCHECKED:
        return Why.FIRST
    if figures.is_new_owner or last.why is Why.PUBLIC:
        return Why.OWNER
    return Why.GAP if last.year != figures.year - 1 or last.why is Why.MISSING else None


def _after_two_years(last: Step, computed: SizeClass) -> tuple[SizeClass, Why]:
    """Two years on the same side of the class that held change it, by no more than both of them say."""
    held, before, now = (_ORDER.index(size) for size in (last.holds, last.computed, computed))
    if before > held and now > held:
        return _ORDER[min(before, now)], Why.TWO_YEARS
    if before < held and now < held:
        return _ORDER[max(before, now)], Why.TWO_YEARS
    return last.holds, Why.ONE_YEAR


def _without_group(own: CompanyFigures) -> CompanyFigures:
    """Nobody becomes smaller by its group: the figures of the company alone where they are large, otherwise nothing."""
    large = own.headcount is not None and own.headcount >= 250
    return CompanyFigures(own.headcount if large else None)


def _sum(parts: Iterable[tuple[Decimal, int | Decimal | None]]) -> Decimal | None:
    total = Decimal(0)
    for weight, value in parts:
        if value is None:
            return None
        total += weight * value
    return total
