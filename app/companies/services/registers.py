"""The register of a Trio: which companies stand in it, and what the Trio notes about them."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.companies import queries, rules
from app.companies.models import Company, TrioCompany
from app.companies.rules import Origin
from app.companies.services.companies import CompanyFacts, set_facts, write_keys
from app.kit import audit
from app.kit.actors import Actor
from app.kit.clock import BERLIN
from app.kit.errors import NotFound
from app.kit.text import _
from app.kit.verdicts import ensure


def add_company(
    session: Session, actor: Actor, trio_id: int, facts: CompanyFacts, *, origin: Origin = Origin.ADDED, now: datetime
) -> int:
    """Put a company into the register and, when no Trio knows it, into the directory. Its id.

    One of this name and city that is there already is taken as it is: added twice, it stands there once.
    """
    _ensure_keeps(actor, trio_id)
    known = queries.find_company(session, name=facts.name, city=facts.city) if facts.city else None
    company_id = known.id if known is not None else _new_company(session, actor, trio_id, facts, now=now)
    return take_company(session, actor, trio_id, company_id, origin=origin, now=now)


def take_company(
    session: Session, actor: Actor, trio_id: int, company_id: int, *, origin: Origin = Origin.ADDED, now: datetime
) -> int:
    """Put a company of the directory into the register; its id. Once more does nothing."""
    _ensure_keeps(actor, trio_id)
    company = queries.get_company(session, company_id)
    entry, is_new = _entry(session, trio_id, company.id, origin, now=now)
    if is_new or not entry.is_checked:
        entry.is_checked = True
        new = {"origin": entry.origin}
        audit.record(session, actor, "company.registered", "company", company.id, trio_id=trio_id, new=new, at=now)
    return company.id


def note_enrolment(session: Session, company_id: int, trio_id: int, *, now: datetime) -> None:
    """People of a company enrol in runs of a Trio: it stands in the register, not checked by anybody yet."""
    entry, _is_new = _entry(session, trio_id, company_id, Origin.ENROLMENT, now=now)
    if not entry.has_enrolments:
        entry.has_enrolments = True
        session.flush()


def change_entry(
    session: Session, actor: Actor, trio_id: int, company_id: int, *, note: str, is_mine: bool, now: datetime
) -> None:
    """Note something about a company, and say whether the actor looks after it."""
    found = queries.get_entry(session, actor, trio_id, company_id, lock=True)
    entry = found.entry
    old = {"kept_by": _who(entry.kept_by)}
    renoted = {"renoted": True} if entry.note != note else {}
    entry.note = note
    if is_mine:
        entry.kept_by = actor.user_id
    elif entry.kept_by == actor.user_id:
        entry.kept_by = None
    entry.is_checked = True
    new = {"kept_by": _who(entry.kept_by), **renoted}
    audit.record(
        session, actor, "company.noted", "company", found.company.id, trio_id=trio_id, old=old, new=new, at=now
    )


def drop_company(session: Session, actor: Actor, trio_id: int, company_id: int, *, now: datetime) -> None:
    """Take a company out of the register, with all the Trio noted about it. Raises NotFound, Conflict.

    It stays in the directory, for other Trios.
    """
    found = queries.get_entry(session, actor, trio_id, company_id, lock=True)
    ensure(rules.may_drop(has_enrolments=found.entry.has_enrolments))
    details = queries.get_details(session, actor, trio_id, found.company.id)
    parts = [*details.figures, *details.sites, *details.contacts, *details.aids]
    for row in (*parts, found.entry):
        session.delete(row)
    session.flush()
    old = {"parts": len(parts)}
    audit.record(session, actor, "company.dropped", "company", found.company.id, trio_id=trio_id, old=old, at=now)


def _new_company(session: Session, actor: Actor, trio_id: int, facts: CompanyFacts, *, now: datetime) -> int:
    company = Company()
    set_facts(company, facts)
    try:
        with session.begin_nested():
            session.add(company)
    except IntegrityError:  # there it is, in the same spelling: registered before, or in this very moment
        known = queries.find_company(session, name=facts.name, city=facts.city)
        if known is None:  # pragma: no cover (then the conflict was another one)
            raise
        return known.id
    write_keys(session, [(company.id, company.name)])
    new = {"nuts3": company.nuts3, "nace": company.nace}
    audit.record(session, actor, "company.created", "company", company.id, trio_id=trio_id, new=new, at=now)
    return company.id


def _entry(
    session: Session, trio_id: int, company_id: int, origin: Origin, *, now: datetime
) -> tuple[TrioCompany, bool]:
    """The row of a company in a register, and whether it was made just now."""
    entry = session.get(TrioCompany, (trio_id, company_id))
    if entry is not None:
        return entry, False
    entry = TrioCompany(
        trio_id=trio_id, company_id=company_id, origin=origin, since_on=now.astimezone(BERLIN).date(), note=""
    )
    try:
        with session.begin_nested():
            session.add(entry)
    except IntegrityError:  # somebody else put it there in this very moment
        return session.get_one(TrioCompany, (trio_id, company_id)), False
    return entry, True


def _ensure_keeps(actor: Actor, trio_id: int) -> None:
    if not rules.may_keep_register(actor, trio_id):
        raise NotFound(_("There is no such Trio."))


def _who(user_id: int | None) -> audit.Who | None:
    return None if user_id is None else audit.Who(user_id)
