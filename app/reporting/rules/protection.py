"""What is withheld of the figures of a year: one decision for all Trios and their sum.

Distinct people and companies do not really add up over quarters and Trios (who comes twice counts once a year). A
reader who assumes that they do must not get further either: so they are protected as if they did, which is the harder
case. With fewer sums to rely on, whatever was not determined stays so.
"""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, replace

from app.reporting.rules.figures import (
    ALL,
    COMPLETED,
    LARGE,
    NO_COMPANY,
    OPEN,
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
)
from app.reporting.rules.withholding import (
    FEWEST_COMPANIES,
    LAST_RESORT,
    Axis,
    Grid,
    Key,
    Risk,
    risk_of_companies,
    risk_of_people,
    withheld,
    withheld_parts,
)


@dataclass(frozen=True, slots=True)
class Withheld:
    """The cells to withhold in the three tables, keyed by scope, period and group."""

    people: frozenset[Key] = frozenset()
    """Groups: TOTAL, the SIZES, and ``region_key`` of a region (in the period YEAR)."""
    participations: frozenset[Key] = frozenset()
    """Groups: TOTAL, COMPLETED, OPEN."""
    companies: frozenset[Key] = frozenset()
    """Groups: TOTAL, SME, LARGE, UNCHECKED."""


def withheld_figures(counts: Counts, *, smallest: int) -> Withheld:
    """What no report of the year may show, so that no group of fewer than ``smallest`` people can be worked out.

    The number of participations is withheld wherever that of people is: the two are nearly the same.
    """
    if not counts.trios:
        return Withheld()
    people = _withheld_sizes(counts, smallest)
    people |= _withheld_regions(counts, smallest, people)
    lead = {(scope, period) for scope, period, group in people if group == TOTAL}
    return Withheld(people, _withheld_participations(counts, smallest, lead), _withheld_companies(counts, smallest))


def withheld_runs(people_by_run: Mapping[int, int], *, sum_withheld: bool, smallest: int) -> frozenset[int]:
    """The runs of one Trio and quarter whose participations are withheld; all of them where their sum is."""
    if sum_withheld:
        return frozenset(people_by_run)
    return withheld_parts(people_by_run, smallest=smallest)


def _withheld_sizes(counts: Counts, smallest: int) -> frozenset[Key]:
    """People by size class and their totals. Where the total of a year is withheld, the largest region is, too."""
    cells: dict[Key, int] = {}
    risks: dict[Key, Risk | None] = {}
    for scope, period in counts.cells():
        key: Key = (scope, period, TOTAL)
        cells[key] = counts.activity.get((scope, period), Activity()).people
        risks[key] = risk_of_people(cells[key], smallest=smallest)
        for size in SIZES:
            key, group = (scope, period, size), counts.sizes.get((scope, period, size), Group())
            cells[key], risks[key] = group.people, _risk_of(group, size != NO_COMPANY, smallest)
    region = counts.region_codes[0]
    for scope in (ALL, *counts.trios):
        cells[scope, YEAR, region_key(region)] = counts.regions.get((scope, region), Group()).people
    groups = Axis(TOTAL, SIZES, companion=region_key(region))
    return withheld(_grid(counts, cells, groups, {TOTAL: 8}), _real(risks))


def _withheld_regions(counts: Counts, smallest: int, people: frozenset[Key]) -> frozenset[Key]:
    """People by region in the year. A shift stays among the regions: their totals belong to the table of sizes.

    Where such a total is itself too small, its own shift adds people to the largest region, which can then give some.
    """
    cells: dict[Key, int] = {}
    risks: dict[Key, Risk | None] = {}
    floors: dict[Key, int] = {}
    for scope in (ALL, *counts.trios):
        for code in counts.region_codes:
            key, group = (scope, YEAR, region_key(code)), counts.regions.get((scope, code), Group())
            cells[key], risks[key] = group.people, _risk_of(group, code != "", smallest)
        small = risk_of_people(counts.activity[scope, YEAR].people, smallest=smallest)
        largest: Key = (scope, YEAR, region_key(counts.region_codes[0]))
        if small:
            floors[largest] = -small.margin
            rest = smallest - cells[largest] - small.margin
            risks[largest] = Risk(rest) if rest else None
    groups = Axis(TOTAL, tuple(map(region_key, counts.region_codes)))
    grid = _grid(counts, cells, groups, {}, floors)
    totals: frozenset[Key] = frozenset((scope, YEAR, TOTAL) for scope in (ALL, *counts.trios))
    axes = (grid.axes[0], Axis(None, (YEAR,)), groups)
    return withheld(replace(grid, axes=axes, known=grid.known | totals), _real(risks), already=people & cells.keys())


def _withheld_participations(
    counts: Counts, smallest: int, lead: Collection[tuple[Hashable, Hashable]]
) -> frozenset[Key]:
    """Participations, completed and not. ``lead``: where their total has to be withheld because that of people is."""
    cells: dict[Key, int] = {}
    risks: dict[Key, Risk | None] = {}
    floors: dict[Key, int] = {}
    for scope, period in counts.cells():
        had = counts.activity.get((scope, period), Activity())
        total, done, rest = ((scope, period, group) for group in (TOTAL, COMPLETED, OPEN))
        cells |= {total: had.participations, done: had.completions, rest: had.participations - had.completions}
        risks[total] = risk_of_people(had.people, smallest=smallest)
        risks[done] = risk_of_people(had.completed_people, smallest=smallest)
        risks[rest] = risk_of_people(had.open_people, smallest=smallest)
        if (scope, period) in lead:
            risks[total] = risks[total] or Risk(1, either_way=True)
        else:
            floors[total] = had.people  # people are shown, and nobody takes part less than once
    groups = Axis(TOTAL, (COMPLETED, OPEN))
    return withheld(_grid(counts, cells, groups, {TOTAL: 8, OPEN: 0.02}, floors), _real(risks))


def _withheld_companies(counts: Counts, smallest: int) -> frozenset[Key]:
    """Companies by kind. Fewer than three are withheld; not so the unchecked ones, which tell of our records only."""
    cells: dict[Key, int] = {}
    risks: dict[Key, Risk | None] = {}
    for scope, period in counts.cells():
        kinds = {kind: counts.companies.get((scope, period, kind), Companies()) for kind in (SME, LARGE, UNCHECKED)}
        kinds[TOTAL] = Companies(sum(k.companies for k in kinds.values()), sum(k.people for k in kinds.values()))
        small = risk_of_people(kinds[TOTAL].people, smallest=smallest) and Risk(1, either_way=True)
        for kind, found in kinds.items():
            key = (scope, period, kind)
            cells[key] = found.companies
            few = kind != UNCHECKED and 0 < found.companies < FEWEST_COMPANIES
            risks[key] = Risk(FEWEST_COMPANIES - found.companies) if few else small if found.companies else None
    groups = Axis(TOTAL, (SME, LARGE, UNCHECKED))
    return withheld(_grid(counts, cells, groups, {TOTAL: 40, SME: 20}), _real(risks))


def _risk_of(group: Group, of_companies: bool, smallest: int) -> Risk | None:
    if not of_companies:
        return risk_of_people(group.people, smallest=smallest)
    return risk_of_companies(group.people, companies=group.companies, largest=group.largest, smallest=smallest)


def _real(risks: Mapping[Key, Risk | None]) -> dict[Key, Risk]:
    return {key: risk for key, risk in risks.items() if risk is not None}


def _grid(
    counts: Counts,
    cells: Mapping[Key, int],
    groups: Axis,
    weights: Mapping[str, float],
    floors: Mapping[Key, int] | None = None,
) -> Grid:
    """A table over scope, period and groups. Where nothing took place its zeros are known: runs are never withheld."""
    axes = (Axis(ALL, counts.trios), Axis(YEAR, counts.quarters), groups)
    quiet = {cell for cell in counts.cells() if not counts.activity.get(cell, Activity()).participations}
    known = frozenset(key for key in cells if (key[0], key[1]) in quiet)
    prices = {key: _price(key, count, weights) for key, count in cells.items()}
    return Grid(cells, axes, prices, known, floors or {})


def _price(key: Key, count: int, weights: Mapping[str, float]) -> float:
    """What it costs to withhold a cell: more for larger numbers, years and sums, most for the totals of all Trios."""
    scope, period, group = key
    if scope == ALL and group == TOTAL:
        return LAST_RESORT
    year = (50 if group == TOTAL else 8) if period == YEAR else 1
    return (5 + count) * weights.get(str(group), 1) * year * (2 if scope == ALL else 1)
