"""Writing the rows of a list into the register: a few hundred at a time, with a handful of statements each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.companies import rules
from app.companies.models import Company, CompanyContact, CompanyFiguresOfYear, CompanySite, TrioCompany
from app.companies.models.imports import CompanyImport, CompanyImportRow
from app.companies.queries import imports as queries
from app.companies.rules import Origin, Relation, SizeBasis, WzVersion
from app.companies.rules.columns import FIGURES, Field
from app.companies.rules.effects import Contact, Site, completed, contact_of, known_contact, noted, site_of
from app.companies.rules.importing import WRITTEN, Choice, RowState
from app.companies.services.companies import write_keys
from app.kit import audit
from app.kit.actors import Actor
from app.kit.clock import local_date


@dataclass(slots=True)
class _Work:
    """One import being written: by whom, when, and which company each row became."""

    session: Session
    actor: Actor
    batch: CompanyImport
    now: datetime
    placed: dict[int, int] = field(default_factory=dict)
    done: dict[int, dict[str, Any]] = field(default_factory=dict)
    """What the audit chain keeps, by row."""


def bring_in(session: Session, actor: Actor, batch: CompanyImport, *, now: datetime) -> None:
    """Write all rows that are new or change something. Raises IntegrityError when the register changed meanwhile."""
    work = _Work(session, actor, batch, now)
    for rows in queries.stream_rows(session, batch.id, (*WRITTEN, RowState.SAME)):
        work.done.clear()
        _place(work, rows)
        written = [row for row in rows if row.state is not RowState.SAME and row.number in work.placed]
        _change_companies(work, written)
        _enter(work, written)
        _write_sites(work, written)
        _write_contacts(work, written)
        _write_figures(work, [row for row in written if row.choice is not Choice.ROW])
        session.flush()
        _record(work, written)


def _place(work: _Work, rows: Sequence[CompanyImportRow]) -> None:
    """Make the companies that are new, and note of each row which company it is."""
    fresh = [row for row in rows if row.state is RowState.NEW]
    if fresh:
        made = [_company(row.values) for row in fresh]
        work.session.execute(insert(Company), made)
        ids = queries.list_ids(work.session, (one["name_key"] for one in made))
        placed = [ids[one["name_key"], one["city"]] for one in made]
        write_keys(work.session, [(new, one["name"]) for new, one in zip(placed, made, strict=True)])
        work.placed |= {row.number: new for new, row in zip(placed, fresh, strict=True)}
    for row in rows:
        if row.company_id is not None:
            work.placed[row.number] = row.company_id
        elif row.choice is Choice.ROW and row.chosen in work.placed:
            work.placed[row.number] = work.placed[row.chosen]


def _company(values: Mapping[str, Any]) -> dict[str, Any]:
    name, wz = values[Field.NAME], values.get(Field.WZ)
    return {
        "name": name,
        "name_key": rules.name_key(name),
        "city": values.get(Field.CITY, ""),
        "nuts3": values.get(Field.NUTS3),
        "nace": wz,
        "wz_version": WzVersion.WZ2008 if wz else None,
        "website": values.get(Field.WEBSITE),
    }


def _change_companies(work: _Work, rows: Iterable[CompanyImportRow]) -> None:
    """Correct what everybody knows of companies that are in the directory; the name always stays."""
    ids = {row.company_id for row in rows if row.company_id is not None}
    companies = queries.list_locked(work.session, ids)
    for row in rows:
        company = companies.get(row.company_id or 0)
        if company is None:
            continue
        told = {change["field"]: change["new"] for change in row.changes}
        old = {"nuts3": company.nuts3, "nace": company.nace}
        company.nuts3 = told.get(Field.NUTS3, company.nuts3)
        company.website = told.get(Field.WEBSITE, company.website)
        company.city = told.get(Field.CITY, company.city)
        if Field.WZ in told:
            company.nace, company.wz_version = told[Field.WZ], WzVersion.WZ2008
        work.done[row.number] = {"old": old, "new": {"nuts3": company.nuts3, "nace": company.nace}}


def _enter(work: _Work, rows: Iterable[CompanyImportRow]) -> None:
    """Put the companies into the register of the Trio, with their notes."""
    batch = work.batch
    known = queries.list_entries(work.session, batch.trio_id, (work.placed[row.number] for row in rows))
    fresh: dict[int, dict[str, Any]] = {}
    for row in rows:
        company_id, note = work.placed[row.number], row.values.get(Field.NOTE, "")
        if company_id in known:
            entry = known[company_id]
            entry.is_checked, entry.note = True, _with_note(entry.note, note)
        elif company_id in fresh:
            fresh[company_id]["note"] = _with_note(fresh[company_id]["note"], note)
        else:
            fresh[company_id] = _entry(batch.trio_id, company_id, note, local_date(work.now))
    _insert(work, TrioCompany, fresh.values())


def _with_note(old: str, new: str) -> str:
    return old if new in old else noted(old, new)


def _entry(trio_id: int, company_id: int, note: str, today: date) -> dict[str, Any]:
    return {
        "trio_id": trio_id, "company_id": company_id, "origin": Origin.IMPORTED, "since_on": today, "note": note,
        "is_checked": True, "has_enrolments": False,
    }  # fmt: skip


def _write_sites(work: _Work, rows: Iterable[CompanyImportRow]) -> None:
    told = [(work.placed[row.number], site) for row in rows if (site := site_of(row.values)) is not None]
    known = queries.list_parts(work.session, CompanySite, work.batch.trio_id, (company for company, _site in told))
    seen = {(one.company_id, Site(one.street, one.postcode, one.city)) for many in known.values() for one in many}
    common = {"trio_id": work.batch.trio_id, "note": ""}
    fresh = dict.fromkeys(one for one in told if one not in seen)
    _insert(work, CompanySite, (common | {"company_id": company} | site._asdict() for company, site in fresh))


def _write_contacts(work: _Work, rows: Iterable[CompanyImportRow]) -> None:
    """Complete the contacts that are known, add the others."""
    told = [(work.placed[row.number], contact) for row in rows if (contact := contact_of(row.values)) is not None]
    trio_id = work.batch.trio_id
    known = queries.list_parts(work.session, CompanyContact, trio_id, (company for company, _contact in told))
    common = {"trio_id": trio_id, "source": work.batch.source}
    fresh: dict[int, list[Contact]] = defaultdict(list)
    for company_id, contact in told:
        mine = known.get(company_id, [])
        at = known_contact(contact, [Contact(one.name, one.function, one.email, one.phone) for one in mine])
        if at is not None:
            old = Contact(mine[at].name, mine[at].function, mine[at].email, mine[at].phone)
            for name, value in completed(contact, old)._asdict().items():
                setattr(mine[at], name, value)
        elif (at := known_contact(contact, fresh[company_id])) is not None:
            fresh[company_id][at] = completed(contact, fresh[company_id][at])
        else:
            fresh[company_id].append(contact)
    rows_of = (common | {"company_id": one} | contact._asdict() for one, many in fresh.items() for contact in many)
    _insert(work, CompanyContact, rows_of)


def _write_figures(work: _Work, rows: Iterable[CompanyImportRow]) -> None:
    """Keep the figures by year, and let the newest say the size class unless better-founded ones do."""
    told = [row for row in rows if any(name in row.values for name in FIGURES)]
    ids = {work.placed[row.number] for row in told}
    known = queries.list_parts(work.session, CompanyFiguresOfYear, work.batch.trio_id, ids)
    fresh: list[CompanyFiguresOfYear] = []
    for row in told:
        mine = known[work.placed[row.number]]
        year = next((one for one in mine if one.year == row.values[Field.YEAR]), None)
        if year is None:
            year = _year(work, work.placed[row.number], row.values[Field.YEAR])
            fresh.append(year)
            mine.append(year)
        if year.basis is not SizeBasis.CHECKED:
            _fill(work, year, row)
    companies = queries.list_locked(work.session, ids)
    for company_id, mine in known.items():
        _size(companies[company_id], mine)
    _insert(work, CompanyFiguresOfYear, map(_columns, fresh))


def _columns(year: CompanyFiguresOfYear) -> dict[str, Any]:
    names = (column.key for column in CompanyFiguresOfYear.__table__.columns)
    return {name: getattr(year, name) for name in names if name != "id"}


def _insert(work: _Work, table: type[Any], rows: Iterable[dict[str, Any]]) -> None:
    every = list(rows)
    if every:
        work.session.execute(insert(table), every)


def _year(work: _Work, company_id: int, year: int) -> CompanyFiguresOfYear:
    return CompanyFiguresOfYear(
        trio_id=work.batch.trio_id, company_id=company_id, year=year, relation=Relation.UNKNOWN, related=[],
        public_share=Decimal(0), is_exempt=False, is_new_owner=False, basis=work.batch.basis,
    )  # fmt: skip


def _fill(work: _Work, year: CompanyFiguresOfYear, row: CompanyImportRow) -> None:
    numbers = {name: Decimal(row.values[name]) for name in FIGURES if name in row.values}
    new = {"year": year.year} | {str(name): number for name, number in numbers.items()}
    work.done.setdefault(row.number, {"new": {}})["new"].update(new)
    for name, number in numbers.items():
        setattr(year, name, number)
    year.basis, year.evidence, year.stated_on = work.batch.basis, work.batch.source, local_date(work.now)
    year.recorded_by, year.recorded_at = work.actor.user_id, work.now


def _size(company: Company, figures: Sequence[CompanyFiguresOfYear]) -> None:
    newest = max(figures, key=lambda one: one.year)
    if rules.outweighs(newest.basis, newest.year, company.size_basis, company.size_year):
        company.size_class = rules.history(one.facts for one in figures)[-1].holds
        company.size_basis, company.size_year, company.sized_on = newest.basis, newest.year, newest.stated_on
        company.headcount = company.turnover = company.balance = None


def _record(work: _Work, rows: Iterable[CompanyImportRow]) -> None:
    """One entry of the audit chain for each row: ids, codes and numbers, no names."""
    for row in rows:
        told = work.done.get(row.number, {})
        new = {"import": work.batch.id, "row": row.number, "created": row.state is RowState.NEW} | told.get("new", {})
        audit.record(
            work.session, work.actor, "company.imported", "company", work.placed[row.number],
            trio_id=work.batch.trio_id, old=told.get("old"), new=new, at=work.now,
        )  # fmt: skip
