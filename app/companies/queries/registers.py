"""Reading the register of a Trio: lists, exports, and one company with all the Trio knows of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.companies.models import (
    Company,
    CompanyAid,
    CompanyContact,
    CompanyFiguresOfYear,
    CompanySite,
    TrioCompany,
)
from app.companies.queries.companies import company_key, get_company
from app.companies.rules import SizeClass, may_keep_register, may_keep_registers, registers_kept_by
from app.kit.actors import Actor
from app.kit.errors import NotFound
from app.kit.paging import Page
from app.kit.text import _
from app.kit.verdicts import ensure
from app.trios.models import Trio

PAGE_SIZE = 50
CHUNK = 500

SORTS: dict[str, ColumnElement[Any]] = {
    "name": Company.name_key.expression,
    "city": func.lower(Company.city),
    "size": case({size: place for place, size in enumerate(SizeClass)}, value=Company.size_class),
    "since": TrioCompany.since_on.expression,
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of the register is narrowed to; what is None or empty narrows nothing."""

    words: str = ""
    size: SizeClass | None = None
    activity: str = ""
    """The beginning of a WZ code: ``29`` or ``29.32``."""
    region: str = ""
    """The beginning of a NUTS 3 code: ``DED`` or ``DED2C``."""
    unchecked: bool = False
    """Only entries nobody of the Trio looked at yet."""
    sort: str = "name"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A company in the register."""

    company: Company
    entry: TrioCompany


@dataclass(frozen=True, slots=True)
class Details:
    """All a Trio knows of a company."""

    company: Company
    entry: TrioCompany
    figures: Sequence[CompanyFiguresOfYear]
    sites: Sequence[CompanySite]
    contacts: Sequence[CompanyContact]
    aids: Sequence[CompanyAid]
    keeper: str | None
    """The name of who looks after the company in the Trio."""


def get_register(session: Session, actor: Actor, slug: str | None) -> Trio:
    """The Trio whose register the actor keeps: the named one, or the first one; NotFound, or Forbidden without any."""
    ensure(may_keep_registers(actor))
    trios = list_registers(session, actor)
    trio = next((one for one in trios if slug in {None, "", one.slug}), None)
    if trio is None:
        raise NotFound(_("There is no such Trio."))
    return trio


def list_registers(session: Session, actor: Actor) -> Sequence[Trio]:
    """The Trios whose registers the actor keeps, by name."""
    kept = registers_kept_by(actor)
    query = select(Trio).order_by(Trio.name, Trio.id)
    return session.scalars(query if kept is None else query.where(Trio.id.in_(kept))).all()


def list_register(session: Session, actor: Actor, trio_id: int, filters: Filters, *, page: int = 1) -> Page[Listed]:
    """One page of the register; two queries."""
    _ensure_kept(actor, trio_id)
    query = _filtered(trio_id, filters)
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    number = min(max(page, 1), max(1, -(-total // PAGE_SIZE)))
    rows = session.execute(query.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE))
    return Page([Listed(*row) for row in rows], number, PAGE_SIZE, total)


def stream_register(session: Session, actor: Actor, trio_id: int, filters: Filters) -> Iterator[Listed]:
    """The whole register, a few hundred rows at a time: for files."""
    _ensure_kept(actor, trio_id)
    return _stream(session, _filtered(trio_id, filters))


def _stream(session: Session, query: Select[Company, TrioCompany]) -> Iterator[Listed]:
    with session.execute(query.execution_options(yield_per=CHUNK)) as rows:  # closed, too, when a reader leaves
        yield from (Listed(*row) for row in rows)


def get_entry(session: Session, actor: Actor, trio_id: int, company_id: int, *, lock: bool = False) -> Listed:
    """A company in the register, or NotFound: not there, or not for this actor."""
    _ensure_kept(actor, trio_id)
    company = get_company(session, company_id, lock=lock)
    entry = session.get(TrioCompany, (trio_id, company.id), with_for_update=lock or None, populate_existing=lock)
    if entry is None:
        raise NotFound(_("There is no such company in your register."))
    return Listed(company, entry)


def get_details(session: Session, actor: Actor, trio_id: int, company_id: int) -> Details:
    """A company with all the Trio knows of it; seven queries. NotFound as ``get_entry``."""
    found = get_entry(session, actor, trio_id, company_id)
    company_id = found.company.id
    return Details(
        found.company,
        found.entry,
        list_figures(session, trio_id, company_id),
        _of(session, CompanySite, trio_id, company_id, CompanySite.city, CompanySite.id),
        _of(session, CompanyContact, trio_id, company_id, CompanyContact.name, CompanyContact.id),
        _of(session, CompanyAid, trio_id, company_id, CompanyAid.granted_on.desc(), CompanyAid.id),
        session.scalar(select(User.name).where(User.id == found.entry.kept_by)),
    )


def list_figures(session: Session, trio_id: int, company_id: int) -> Sequence[CompanyFiguresOfYear]:
    """The figures of a company by year, the newest first, as one Trio knows them."""
    return _of(session, CompanyFiguresOfYear, trio_id, company_id, CompanyFiguresOfYear.year.desc())


def find_figures(session: Session, trio_id: int, company_id: int, year: int) -> CompanyFiguresOfYear | None:
    """The figures of one year, or None."""
    table = CompanyFiguresOfYear
    return session.scalar(
        select(table).where(table.trio_id == trio_id, table.company_id == company_id, table.year == year)
    )


def find_twin(session: Session, table: Any, values: Mapping[str, Any]) -> int | None:
    """The id of a row that says exactly this already, or None: for forms that are sent twice."""
    same = [
        getattr(table, name) == value if value is not None else getattr(table, name).is_(None)
        for name, value in values.items()
    ]
    return session.scalar(select(table.id).where(*same).order_by(table.id).limit(1))


def list_unregistered(session: Session, trio_id: int, company_ids: Sequence[int]) -> set[int]:
    """Which of these companies do not stand in the register of the Trio."""
    query = select(TrioCompany.company_id).where(
        TrioCompany.trio_id == trio_id, TrioCompany.company_id.in_(set(company_ids))
    )
    return set(company_ids) - set(session.scalars(query))


def _ensure_kept(actor: Actor, trio_id: int) -> None:
    if not may_keep_register(actor, trio_id):
        raise NotFound(_("There is no such Trio."))


def _of(session: Session, table: Any, trio_id: int, company_id: int, *order: Any) -> Sequence[Any]:
    query = select(table).where(table.trio_id == trio_id, table.company_id == company_id)
    return session.scalars(query.order_by(*order)).all()


def _filtered(trio_id: int, filters: Filters) -> Select[Company, TrioCompany]:
    query = (
        select(Company, TrioCompany)
        .join(TrioCompany, TrioCompany.company_id == Company.id)
        .where(TrioCompany.trio_id == trio_id)
    )
    for word in company_key(filters.words).split()[:8]:
        query = query.where(or_(Company.name_key.contains(word, autoescape=True), *_city_has(word)))
    if filters.size is not None:
        query = query.where(Company.size_class == filters.size)
    if filters.activity:
        query = query.where(Company.nace.startswith(filters.activity, autoescape=True))
    if filters.region:
        query = query.where(Company.nuts3.startswith(filters.region, autoescape=True))
    if filters.unchecked:
        query = query.where(TrioCompany.is_checked.is_(False))
    by = SORTS.get(filters.sort, SORTS["name"])
    return query.order_by(by.desc() if filters.descending else by, Company.name_key, Company.id)


def _city_has(word: str) -> list[ColumnElement[bool]]:
    """A city by a word in lower case; capital umlauts are no letters to SQLite's ``lower``."""
    return [
        func.lower(Company.city).contains(word, autoescape=True),
        Company.city.contains(word.capitalize(), autoescape=True),
    ]
