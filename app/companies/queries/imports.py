"""Reading lists that are being imported, and what is known of the companies in them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session

from app.companies.models import Company, CompanyContact, CompanyFiguresOfYear, CompanySite, TrioCompany
from app.companies.models.imports import CompanyImport, CompanyImportRow
from app.companies.rules import SizeBasis, may_keep_register, registers_kept_by
from app.companies.rules.effects import Contact, Known, Site
from app.companies.rules.importing import ImportState, RowState
from app.kit.actors import Actor
from app.kit.errors import NotFound
from app.kit.paging import Page, page_of
from app.kit.text import _

PAGE_SIZE = 50
CHUNK = 500


def get_import(session: Session, actor: Actor, import_id: int, *, lock: bool = False) -> CompanyImport:
    """The import, or NotFound: not there, or of a Trio whose register the actor does not keep."""
    found = session.get(CompanyImport, import_id, with_for_update=lock or None, populate_existing=lock)
    if found is None or not may_keep_register(actor, found.trio_id):
        raise NotFound(_("There is no such list. Perhaps it was discarded: a list waits for a day."))
    return found


def list_imports(session: Session, actor: Actor, *, now: datetime) -> Sequence[CompanyImport]:
    """Lists that wait for being confirmed in the registers the actor keeps, the newest first; at most twenty."""
    kept = registers_kept_by(actor)
    query = (
        select(CompanyImport)
        .where(CompanyImport.state != ImportState.DONE, CompanyImport.expires_at > now)
        .order_by(CompanyImport.created_at.desc(), CompanyImport.id.desc())
        .limit(20)
    )
    return session.scalars(query if kept is None else query.where(CompanyImport.trio_id.in_(kept))).all()


def find_same_upload(session: Session, trio_id: int, sha256: str, sheet: str, *, now: datetime) -> CompanyImport | None:
    """The same file, uploaded to the same Trio and waiting: sending the form twice makes one import."""
    return session.scalar(
        select(CompanyImport)
        .where(
            CompanyImport.trio_id == trio_id,
            CompanyImport.sha256 == sha256,
            CompanyImport.sheet == sheet,
            CompanyImport.state != ImportState.DONE,
            CompanyImport.expires_at > now,
        )
        .order_by(CompanyImport.id.desc())
        .limit(1)
    )


def list_rows(
    session: Session, import_id: int, states: Sequence[RowState], *, hinted: bool = False, page: int = 1
) -> Page[CompanyImportRow]:
    """One page of the rows of these states by their number; ``hinted``: of any state, those that look like another."""
    query = select(CompanyImportRow).where(CompanyImportRow.import_id == import_id)
    query = query.where(CompanyImportRow.has_hints) if hinted else query.where(CompanyImportRow.state.in_(states))
    return page_of(session, query.order_by(CompanyImportRow.number), number=page, size=PAGE_SIZE)


def list_first_rows(session: Session, import_id: int, most: int = 5) -> Sequence[CompanyImportRow]:
    """The first rows of the list, the one with the names of columns included."""
    query = select(CompanyImportRow).where(CompanyImportRow.import_id == import_id)
    return session.scalars(query.order_by(CompanyImportRow.number).limit(most)).all()


def list_numbered(session: Session, import_id: int, numbers: Iterable[int]) -> Sequence[CompanyImportRow]:
    """Rows by their number in the file."""
    query = select(CompanyImportRow).where(CompanyImportRow.import_id == import_id)
    return session.scalars(query.where(CompanyImportRow.number.in_(set(numbers)))).all()


def stream_rows(
    session: Session, import_id: int, states: Sequence[RowState] = tuple(RowState), *, hinted: bool = False
) -> Iterator[Sequence[CompanyImportRow]]:
    """The rows of these states by number, ``CHUNK`` at a time; ``hinted``: only those that look like others."""
    after = -1
    while True:
        query = (
            select(CompanyImportRow)
            .where(CompanyImportRow.import_id == import_id, CompanyImportRow.number > after)
            .where(CompanyImportRow.state.in_(states))
            .order_by(CompanyImportRow.number)
            .limit(CHUNK)
            .execution_options(populate_existing=True)
        )
        rows = session.scalars(query.where(CompanyImportRow.has_hints) if hinted else query).all()
        if not rows:
            return
        after = rows[-1].number
        yield rows


def list_fates(session: Session, import_id: int) -> dict[int, RowState]:
    """What becomes of every row, by its number."""
    query = select(CompanyImportRow.number, CompanyImportRow.state).where(CompanyImportRow.import_id == import_id)
    return dict(session.execute(query).all())


def count_rows(session: Session, import_id: int) -> dict[str, int]:
    """How many rows are of which state; ``hinted``: how many look like another company."""
    table = CompanyImportRow
    query = select(table.state, func.count(), func.sum(cast(table.has_hints, Integer))).where(
        table.import_id == import_id
    )
    rows = session.execute(query.group_by(table.state)).all()
    counts = {state.value: number for state, number, _hinted in rows}
    return counts | {"hinted": sum(int(hinted or 0) for _state, _number, hinted in rows)}


def list_by_name(session: Session, name_keys: Iterable[str]) -> dict[str, list[tuple[int, str]]]:
    """Companies with these names by key: (id, city). One that was merged counts as what it was merged into."""
    query = select(Company.name_key, Company.merged_into_id, Company.id, Company.city).where(
        Company.name_key.in_(set(name_keys))
    )
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for key, merged, company_id, city in session.execute(query.order_by(Company.id)):
        found[key].append((merged or company_id, city))
    return found


def list_ids(session: Session, name_keys: Iterable[str]) -> dict[tuple[str, str], int]:
    """The ids of companies with these names, by key and city."""
    query = select(Company.name_key, Company.city, Company.id).where(Company.name_key.in_(set(name_keys)))
    return {(key, city): company_id for key, city, company_id in session.execute(query)}


def list_known(session: Session, trio_id: int, company_ids: Iterable[int]) -> dict[int, Known]:
    """What the directory and the Trio know of companies, by id; five queries."""
    ids = set(company_ids)
    if not ids:
        return {}
    known = {
        one.id: Known(one.id, one.name, one.city, one.nuts3, one.nace, one.website)
        for one in session.scalars(select(Company).where(Company.id.in_(ids)))
    }
    for entry in _of(session, TrioCompany, trio_id, ids):
        known[entry.company_id].is_registered, known[entry.company_id].note = True, entry.note
    for row in _of(session, CompanyFiguresOfYear, trio_id, ids):
        known[row.company_id].figures[row.year] = (row.headcount, row.turnover, row.balance)
        if row.basis is SizeBasis.CHECKED:
            known[row.company_id].checked_years.add(row.year)
    for row in _of(session, CompanyContact, trio_id, ids, CompanyContact.id):
        known[row.company_id].contacts.append(Contact(row.name, row.function, row.email, row.phone))
    for row in _of(session, CompanySite, trio_id, ids, CompanySite.id):
        known[row.company_id].sites.append(Site(row.street, row.postcode, row.city))
    return known


def list_parts(session: Session, table: type[Any], trio_id: int, company_ids: Iterable[int]) -> dict[int, list[Any]]:
    """Rows of figures, contacts or sites that a Trio has of companies, by company, the oldest first."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in _of(session, table, trio_id, set(company_ids), table.id):
        found[row.company_id].append(row)
    return found


def list_entries(session: Session, trio_id: int, company_ids: Iterable[int]) -> dict[int, TrioCompany]:
    """The entries of companies in the register of a Trio, by company."""
    return {entry.company_id: entry for entry in _of(session, TrioCompany, trio_id, set(company_ids))}


def list_locked(session: Session, company_ids: Iterable[int]) -> dict[int, Company]:
    """Companies by id, to be changed."""
    query = select(Company).where(Company.id.in_(set(company_ids))).order_by(Company.id)
    return {one.id: one for one in session.scalars(query.with_for_update().execution_options(populate_existing=True))}


def list_expired(session: Session, *, now: datetime) -> Sequence[int]:
    """The ids of lists that nobody confirmed in time."""
    return session.scalars(
        select(CompanyImport.id).where(CompanyImport.state != ImportState.DONE, CompanyImport.expires_at <= now)
    ).all()


def _of(session: Session, table: type[Any], trio_id: int, ids: set[int], *order: Any) -> Iterable[Any]:
    query = select(table).where(table.trio_id == trio_id, table.company_id.in_(ids))
    return session.scalars(query.order_by(*order))
