"""One report: the tables of one Trio (or all) in one year, without the numbers that are withheld.

Page, CSV and API show a ``Report`` and nothing else. It never holds a withheld number, so none of them can show one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from app.reporting.rules.figures import (
    COMPLETED,
    LARGE,
    SIZES,
    SME,
    TOTAL,
    UNCHECKED,
    YEAR,
    Activity,
    Companies,
    Counts,
    Group,
    region_key,
    sme_share,
)
from app.reporting.rules.periods import Quarter
from app.reporting.rules.protection import Withheld, withheld_figures
from app.reporting.rules.regions import region_name

FIGURES = ("runs", "participations", "people", "completions", "companies", "smes", "unchecked", "sme_share")
"""The columns of the table by quarter, in this order."""


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of one period (quarter 1 to 4, or YEAR). None: withheld if named in ``withheld``, else there is none.

    ``sme_share`` is in whole per cent of the checked companies.
    """

    period: int
    withheld: frozenset[str]
    runs: int | None = None
    participations: int | None = None
    people: int | None = None
    completions: int | None = None
    companies: int | None = None
    smes: int | None = None
    unchecked: int | None = None
    sme_share: int | None = None

    @property
    def completion_rate(self) -> int | None:
        """Completions per hundred participations, where both are shown and there are any."""
        if self.completions is None or not self.participations:
            return None
        return round(100 * self.completions / self.participations)


@dataclass(frozen=True, slots=True)
class GroupLine:
    """People of one group: a size class or, by its NUTS 3 code, a region. ``values`` by column; None: withheld."""

    key: str
    name: str
    values: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What may be shown of one scope (a Trio's id, or ALL) and one year.

    ``quarters``: those that have begun. ``pending``: the running quarter as long as it does not count yet because too
    few people took part in it. ``sizes``: per size class the people of each quarter and of the year. ``regions``: per
    region the people of the year; regions nobody came from are left out.
    """

    scope: int
    year: int
    smallest: int
    quarters: tuple[int, ...]
    pending: int | None
    lines: tuple[Line, ...]
    total: Line
    sizes: tuple[GroupLine, ...]
    regions: tuple[GroupLine, ...]

    @property
    def cells(self) -> int:
        """How many numbers of people and companies the tables have."""
        return (len(FIGURES) - 1) * (len(self.lines) + 1) + sum(
            len(line.values) for line in (*self.sizes, *self.regions)
        )

    @property
    def held(self) -> int:
        """How many of them are withheld."""
        by_period = sum(len(line.withheld - {"runs"}) for line in (*self.lines, self.total))
        return by_period + sum(line.values.count(None) for line in (*self.sizes, *self.regions))


def pending_quarter(people: int, running: Quarter, *, smallest: int) -> Quarter | None:
    """The running quarter if it does not count yet: so few people took part that others would be withheld with it.

    Decided over all Trios together, so that sums over Trios stay sums.
    """
    return running if 0 < people < smallest else None


def report_of(counts: Counts, *, scope: int, year: int, smallest: int, pending: int | None = None) -> Report:
    """The report of one scope; what is withheld is decided on the counts of all scopes."""
    held = withheld_figures(counts, smallest=smallest)
    quarters = tuple(sorted({*counts.quarters, *((pending,) if pending else ())}))
    lines = tuple(
        Line(quarter, frozenset(FIGURES)) if quarter == pending else _line(counts, held, scope, quarter)
        for quarter in quarters
    )
    return Report(
        scope, year, smallest, quarters, pending, lines, _line(counts, held, scope, YEAR),
        tuple(_size_lines(counts, held, scope, (*quarters, YEAR), pending)), tuple(_region_lines(counts, held, scope)),
    )  # fmt: skip


def _line(counts: Counts, held: Withheld, scope: int, period: int) -> Line:
    had = counts.activity.get((scope, period), Activity())
    kinds = {
        kind: counts.companies.get((scope, period, kind), Companies()).companies for kind in (SME, LARGE, UNCHECKED)
    }
    hidden = {group for at, of, group in held.companies if (at, of) == (scope, period)}
    share = sme_share(kinds[SME], kinds[LARGE])
    cells: Mapping[str, tuple[int | None, bool]] = {
        "runs": (had.runs, False),
        "participations": (had.participations, (scope, period, TOTAL) in held.participations),
        "people": (had.people, (scope, period, TOTAL) in held.people),
        "completions": (had.completions, (scope, period, COMPLETED) in held.participations),
        "companies": (sum(kinds.values()), TOTAL in hidden),
        "smes": (kinds[SME], SME in hidden),
        "unchecked": (kinds[UNCHECKED], UNCHECKED in hidden),
        "sme_share": (share, share is not None and bool({SME, LARGE} & hidden)),
    }
    shown = {name: value for name, (value, hide) in cells.items() if not hide}
    return Line(period, frozenset(cells) - frozenset(shown), **shown)


def _size_lines(
    counts: Counts, held: Withheld, scope: int, periods: Iterable[int], pending: int | None
) -> Iterable[GroupLine]:
    for size in SIZES:
        values = tuple(
            None
            if period == pending or (scope, period, size) in held.people
            else counts.sizes.get((scope, period, size), Group()).people
            for period in periods
        )
        yield GroupLine(size, "", values)


def _region_lines(counts: Counts, held: Withheld, scope: int) -> Iterable[GroupLine]:
    for code in sorted(counts.region_codes, key=lambda code: (not code, region_name(code))):
        people = counts.regions.get((scope, code), Group()).people
        hide = (scope, YEAR, region_key(code)) in held.people
        if hide or people:
            yield GroupLine(code, region_name(code), (None if hide else people,))


assert {field.name for field in fields(Line)} - {"period", "withheld"} == set(FIGURES)
