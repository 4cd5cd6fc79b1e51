"""Finding companies that may be the same, by keys in an index: nothing here reads all companies."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.companies.models import Company, CompanyKey, KeptApart, TrioCompany
from app.companies.rules import Candidate, Hint, likeness, rank, search_keys

MOST_CANDIDATES = 60
"""So many companies are compared letter by letter with one name: those that share most keys with it."""
NAMES_AT_ONCE = 200
MOST_PAIRS = 400
COMMON = 12
"""A key that so many companies share says nothing, and no pairs are formed by it."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two companies of a register that may be one, the older entry first."""

    first: Company
    second: Company
    hint: Hint


def list_alike(session: Session, name: str, city: str = "", *, but: int | None = None) -> list[Hint]:
    """Companies that may be the one of this name and place, the most alike first; ``but`` is left out. One query."""
    shared = (
        select(CompanyKey.company_id)
        .where(CompanyKey.key.in_(search_keys(name)), CompanyKey.company_id != (but or 0))
        .group_by(CompanyKey.company_id)
        .order_by(func.count().desc(), CompanyKey.company_id)
        .limit(MOST_CANDIDATES)
        .subquery()
    )
    query = (
        select(Company.id, Company.name, Company.city)
        .join(shared, shared.c.company_id == Company.id)
        .where(Company.merged_into_id.is_(None))
    )
    return rank(name, city, (Candidate(*row) for row in session.execute(query)))


def list_alike_many(session: Session, entries: Sequence[tuple[str, str]]) -> list[list[Hint]]:
    """For each (name, city) what ``list_alike`` gives; one query for every ``NAMES_AT_ONCE`` entries."""
    found: list[list[Hint]] = []
    for start in range(0, len(entries), NAMES_AT_ONCE):
        found += _alike_of(session, entries[start : start + NAMES_AT_ONCE])
    return found


def list_pairs(session: Session, trio_id: int) -> list[Pair]:
    """Pairs of companies in the register of a Trio that may be one, the most alike first.

    Pairs that were kept apart are left out. Three queries. Of very many suspected pairs, the ``MOST_PAIRS`` that share
    most keys are compared.
    """
    counts = _shared_keys(session, trio_id)
    companies = {
        company.id: company
        for company in session.scalars(
            select(Company).where(Company.id.in_({company_id for pair in counts for company_id in pair}))
        )
    }
    pairs = []
    for first_id, second_id in counts:
        first, second = companies[first_id], companies[second_id]
        hint = likeness(second.name, second.city, Candidate(first.id, first.name, first.city))
        if hint is not None:
            pairs.append(Pair(first, second, hint))
    return sorted(pairs, key=lambda pair: (-pair.hint.score, pair.first.name, pair.first.id, pair.second.id))


def _alike_of(session: Session, entries: Sequence[tuple[str, str]]) -> Iterable[list[Hint]]:
    keys = [search_keys(name) for name, _city in entries]
    query = (
        select(CompanyKey.key, Company.id, Company.name, Company.city)
        .join(Company, Company.id == CompanyKey.company_id)
        .where(CompanyKey.key.in_(set().union(*keys)), Company.merged_into_id.is_(None))
        .execution_options(yield_per=1000)
    )
    by_key: dict[str, list[Candidate]] = defaultdict(list)
    for key, company_id, name, city in session.execute(query):
        by_key[key].append(Candidate(company_id, name, city))
    for (name, city), own in zip(entries, keys, strict=True):
        shared: dict[Candidate, int] = defaultdict(int)
        for key in own:
            for candidate in by_key.get(key, ()):
                shared[candidate] += 1
        most = sorted(shared, key=lambda one: (-shared[one], one.company_id))[:MOST_CANDIDATES]
        yield rank(name, city, most)


def _shared_keys(session: Session, trio_id: int) -> list[tuple[int, int]]:
    """Pairs of ids in the register with a close key in common, those with most first; pairs kept apart are left out."""
    mine = (
        select(CompanyKey.key, CompanyKey.company_id)
        .join(TrioCompany, TrioCompany.company_id == CompanyKey.company_id)
        .where(TrioCompany.trio_id == trio_id, CompanyKey.is_close)
        .cte("mine")
    )
    telling = select(mine.c.key).group_by(mine.c.key).having(func.count().between(2, COMMON))
    query = select(mine.c.key, mine.c.company_id).where(mine.c.key.in_(telling)).order_by(mine.c.key, mine.c.company_id)
    shared: Counter[tuple[int, int]] = Counter()
    for _key, rows in groupby(session.execute(query.execution_options(yield_per=1000)), key=lambda row: row[0]):
        shared.update(combinations([company_id for _same, company_id in rows], 2))
    apart = select(KeptApart.first_id, KeptApart.second_id).join(
        TrioCompany, TrioCompany.company_id == KeptApart.first_id
    )
    for first_id, second_id in session.execute(apart.where(TrioCompany.trio_id == trio_id)):
        shared.pop((first_id, second_id), None)
    return sorted(shared, key=lambda pair: (-shared[pair], pair))[:MOST_PAIRS]
