"""Making one company of two entries, or saying that they are two."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from app.companies import queries, rules
from app.companies.models import (
    Company,
    CompanyAid,
    CompanyContact,
    CompanyFiguresOfYear,
    CompanyKey,
    CompanySite,
    KeptApart,
    TrioCompany,
)
from app.companies.rules import MergeFacts, SizeClass
from app.kit import audit, outbox
from app.kit.actors import Actor
from app.kit.errors import NotFound
from app.kit.text import _
from app.kit.verdicts import ensure


def merge_companies(
    session: Session, actor: Actor, trio_id: int, *, keep_id: int, merge_id: int, now: datetime
) -> None:
    """Make one company of two that stand in the actor's register; ``keep_id`` stays.

    What every Trio noted about the other one moves along; enrolments follow by the message ``companies.merged``. The
    name of the other one goes on to lead to the company. Raises NotFound, Conflict.
    """
    keep, gone = _lock_both(session, actor, trio_id, keep_id, merge_id)
    trios = set(session.scalars(select(TrioCompany.trio_id).where(TrioCompany.company_id.in_([keep.id, gone.id]))))
    _move_registers(session, keep, gone)
    _move_figures(session, keep, gone)
    for table in (CompanySite, CompanyContact, CompanyAid):
        session.execute(update(table).where(table.company_id == gone.id).values(company_id=keep.id))
    _complete(session, keep, gone)
    session.execute(update(Company).where(Company.merged_into_id == gone.id).values(merged_into_id=keep.id))
    session.execute(delete(CompanyKey).where(CompanyKey.company_id == gone.id))
    session.execute(delete(KeptApart).where(or_(KeptApart.first_id == gone.id, KeptApart.second_id == gone.id)))
    gone.merged_into_id = keep.id
    session.flush()
    outbox.post(session, "companies.merged", at=now, from_id=merge_id, to_id=keep_id)
    for of_trio in sorted(trios):
        audit.record(
            session, actor, "company.merged", "company", merge_id, trio_id=of_trio, new={"into": keep_id}, at=now
        )


def keep_apart(session: Session, actor: Actor, trio_id: int, first_id: int, second_id: int, *, now: datetime) -> None:
    """Say that two companies in the actor's register are not the same; once more does nothing. Raises NotFound."""
    for company_id in (first_id, second_id):
        queries.get_entry(session, actor, trio_id, company_id, lock=True)
    first, second = sorted((first_id, second_id))
    if first == second or session.get(KeptApart, (first, second)) is not None:
        return
    session.add(KeptApart(first_id=first, second_id=second))
    session.flush()
    new = {"other": second}
    audit.record(session, actor, "company.distinguished", "company", first, trio_id=trio_id, new=new, at=now)


def _lock_both(session: Session, actor: Actor, trio_id: int, keep_id: int, merge_id: int) -> tuple[Company, Company]:
    """Both rows, locked in the order of their ids, so that two people who merge the other way round never wait."""
    if not rules.may_keep_register(actor, trio_id):
        raise NotFound(_("There is no such Trio."))
    rows = {}
    for company_id in sorted({keep_id, merge_id}):
        row = session.get(Company, company_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise NotFound(_("There is no such company."))
        rows[company_id] = row
    registered = {one for one in rows if session.get(TrioCompany, (trio_id, one)) is not None}
    is_merged = any(row.merged_into_id is not None for row in rows.values())
    if not is_merged and not registered:
        raise NotFound(_("There is no such company."))
    elsewhere = _stands_elsewhere(session, actor, rows)
    ensure(rules.may_merge(MergeFacts(len(rows) == 1, is_merged, registered == rows.keys(), elsewhere)))
    return rows[keep_id], rows[merge_id]


def _stands_elsewhere(session: Session, actor: Actor, company_ids: Iterable[int]) -> bool:
    """Whether one of the companies stands in a register that the actor does not keep."""
    kept = rules.registers_kept_by(actor)
    others = select(TrioCompany.trio_id).where(TrioCompany.company_id.in_(company_ids))
    return kept is not None and session.scalar(others.where(TrioCompany.trio_id.not_in(kept)).limit(1)) is not None


def _move_registers(session: Session, keep: Company, gone: Company) -> None:
    """Where a Trio has both, the entry that stays gets the notes of the other one."""
    entries = {entry.trio_id: entry for entry in _rows(session, TrioCompany, keep)}
    for other in _rows(session, TrioCompany, gone):
        entry = entries.get(other.trio_id)
        if entry is None:
            other.company_id = keep.id
            continue
        entry.note = "\n\n".join(note for note in dict.fromkeys((entry.note, other.note)) if note)
        entry.has_enrolments = entry.has_enrolments or other.has_enrolments
        entry.is_checked = entry.is_checked or other.is_checked
        entry.since_on = min(entry.since_on, other.since_on)
        entry.kept_by = entry.kept_by or other.kept_by
        session.delete(other)
    session.flush()


def _move_figures(session: Session, keep: Company, gone: Company) -> None:
    """Of two statements of one Trio about one year, the better-founded stays, then the later one."""
    known = {(row.trio_id, row.year): row for row in _rows(session, CompanyFiguresOfYear, keep)}
    for row in _rows(session, CompanyFiguresOfYear, gone):
        rival = known.get((row.trio_id, row.year))
        if rival is not None:
            wins = (rules.weight_of(row.basis), row.stated_on) > (rules.weight_of(rival.basis), rival.stated_on)
            session.delete(rival if wins else row)
            session.flush()
            if not wins:
                continue
        row.company_id = keep.id
    session.flush()


def _complete(session: Session, keep: Company, gone: Company) -> None:
    """Fill what nobody knew of the company that stays with what was known of the other one."""
    if not keep.city and gone.city:
        _hand_over_city(session, keep, gone)
    if keep.nace is None:
        keep.nace, keep.wz_version = gone.nace, gone.wz_version
    keep.nuts3, keep.website = keep.nuts3 or gone.nuts3, keep.website or gone.website
    known = (keep.size_basis, keep.size_year) if keep.size_class is not SizeClass.UNCHECKED else (None, None)
    is_better = gone.size_basis and gone.size_year and rules.outweighs(gone.size_basis, gone.size_year, *known)
    if gone.size_class is not SizeClass.UNCHECKED and (is_better or keep.size_class is SizeClass.UNCHECKED):
        for name in ("size_class", "size_basis", "size_year", "sized_on", "headcount", "turnover", "balance"):
            setattr(keep, name, getattr(gone, name))
    session.flush()


def _hand_over_city(session: Session, keep: Company, gone: Company) -> None:
    """The city goes to the entry that stays, unless a third company of that name is there."""
    third = select(Company.id).where(
        Company.name_key == keep.name_key, Company.city == gone.city, Company.id.not_in([keep.id, gone.id])
    )
    if session.scalar(third) is not None:
        return
    city, gone.city = gone.city, f"#{gone.id}"  # one name and city at a time: the database refuses two
    session.flush()
    keep.city = city
    session.flush()


def _rows(session: Session, table: Any, company: Company) -> list[Any]:
    query = select(table).where(table.company_id == company.id).order_by(table.trio_id)
    return list(session.scalars(query.with_for_update().execution_options(populate_existing=True)))
