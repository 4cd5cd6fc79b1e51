"""Small worlds of participations, counted the slow and obvious way, and every sum a reader of the reports knows."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.reporting.rules import ALL, SIZES, YEAR, Activity, Companies, Counts, Group
from app.reporting.rules.figures import COMPLETED, LARGE, OPEN, SME, TOTAL, UNCHECKED, region_key
from app.reporting.rules.withholding import Key
from tests.reporting.algebra import Equation

KIND = {"micro": SME, "small": SME, "medium": SME, "large": LARGE, "unchecked": UNCHECKED}


@dataclass(frozen=True)
class Company:
    """A company with size class and region."""

    name: str
    size: str
    region: str


@dataclass(frozen=True)
class Participation:
    """One person in one run; participations are in the order of time."""

    trio: int
    quarter: int
    person: int
    company: Company | None
    completed: bool = True
    run: int = 1


def counted(participations: Iterable[Participation], quarters: tuple[int, ...] = (1, 2, 3, 4)) -> Counts:
    """What the statements of ``queries/counts.py`` would count."""
    cells: dict[tuple[int, int], list[Participation]] = defaultdict(list)
    for one in participations:
        for scope in (ALL, one.trio):
            for period in (YEAR, one.quarter):
                cells[scope, period].append(one)
    found = Counts(quarters, {}, {}, {}, {})
    activity, companies, sizes, regions = {}, {}, {}, {}
    for (scope, period), rows in cells.items():
        activity[scope, period] = _activity(rows)
        for kind in (SME, LARGE, UNCHECKED):
            of_kind = [row for row in rows if row.company and KIND[row.company.size] == kind]
            if of_kind:
                companies[scope, period, kind] = Companies(
                    len({row.company for row in of_kind}), len({row.person for row in of_kind})
                )
        last = list({row.person: row.company for row in rows}.values())
        for size in {company.size if company else "none" for company in last}:
            sizes[scope, period, size] = _group([c for c in last if (c.size if c else "none") == size])
        if period == YEAR:
            for code in {company.region if company else "" for company in last}:
                regions[scope, code] = _group([c for c in last if (c.region if c else "") == code])
    return Counts(found.quarters, activity, companies, sizes, regions)


def _activity(rows: list[Participation]) -> Activity:
    done = [row for row in rows if row.completed]
    return Activity(
        runs=len({(row.trio, row.quarter, row.run) for row in rows}),
        participations=len(rows),
        people=len({row.person for row in rows}),
        completions=len(done),
        completed_people=len({row.person for row in done}),
        open_people=len({row.person for row in rows if not row.completed}),
    )


def _group(companies: list[Company | None]) -> Group:
    known = [company for company in companies if company]
    return Group(len(companies), len(set(known)), max((known.count(company) for company in set(known)), default=0))


def tables(counts: Counts) -> dict[str, dict[Key, int]]:
    """All numbers behind the reports of a year, by table: people, participations, companies."""
    people: dict[Key, int] = {}
    parts: dict[Key, int] = {}
    firms: dict[Key, int] = {}
    for scope, period in counts.cells():
        had = counts.activity.get((scope, period), Activity())
        people[scope, period, TOTAL] = had.people
        for size in SIZES:
            people[scope, period, size] = counts.sizes.get((scope, period, size), Group()).people
        parts[scope, period, TOTAL], parts[scope, period, COMPLETED] = had.participations, had.completions
        parts[scope, period, OPEN] = had.participations - had.completions
        kinds = {k: counts.companies.get((scope, period, k), Companies()).companies for k in (SME, LARGE, UNCHECKED)}
        firms |= {(scope, period, kind): number for kind, number in kinds.items()}
        firms[scope, period, TOTAL] = sum(kinds.values())
    for scope in (ALL, *counts.trios):
        for code in counts.region_codes:
            people[scope, YEAR, region_key(code)] = counts.regions.get((scope, code), Group()).people
    return {"people": people, "participations": parts, "companies": firms}


PARTITIONS = {
    "people": SIZES,
    "participations": (COMPLETED, OPEN),
    "companies": (SME, LARGE, UNCHECKED),
}


def sums(counts: Counts, table: str) -> Iterator[Equation]:
    """Every sum of a table: over Trios, over quarters, over groups; distinct numbers taken as if they added up."""
    scopes, periods = (ALL, *counts.trios), (YEAR, *counts.quarters)
    regions = tuple(map(region_key, counts.region_codes)) if table == "people" else ()
    parts = PARTITIONS[table]
    for group in (TOTAL, *parts):
        for scope in scopes:
            yield _sum((scope, YEAR, group), [(scope, quarter, group) for quarter in counts.quarters])
        for period in periods:
            yield _sum((ALL, period, group), [(trio, period, group) for trio in counts.trios])
    for region in regions:
        yield _sum((ALL, YEAR, region), [(trio, YEAR, region) for trio in counts.trios])
    for scope in scopes:
        for period in periods:
            yield _sum((scope, period, TOTAL), [(scope, period, part) for part in parts])
        if regions:
            yield _sum((scope, YEAR, TOTAL), [(scope, YEAR, region) for region in regions])


def _sum(total: Key, parts: list[Key]) -> Equation:
    return {total: -1} | dict.fromkeys(parts, 1)
