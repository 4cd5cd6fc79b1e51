"""Sites, contacts and state aid of a company, as a Trio notes them."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from app.companies import queries
from app.companies.models import CompanyAid, CompanyContact, CompanySite
from app.kit import audit
from app.kit.actors import Actor
from app.kit.errors import NotFound
from app.kit.text import _

Row = CompanySite | CompanyContact | CompanyAid


class Detail(StrEnum):
    """What a Trio notes about a company, several times each. The value is the word in addresses."""

    SITES = "sites"
    CONTACTS = "contacts"
    AIDS = "aids"


_TABLES: dict[Detail, type[Any]] = {
    Detail.SITES: CompanySite,
    Detail.CONTACTS: CompanyContact,
    Detail.AIDS: CompanyAid,
}
_NOUNS = {Detail.SITES: "site", Detail.CONTACTS: "contact", Detail.AIDS: "aid"}
_RECORDED = {
    Detail.SITES: ("nuts3",),
    Detail.CONTACTS: ("wants_news", "asked_on"),
    Detail.AIDS: ("kind", "amount", "granted_on"),
}
"""What the audit chain keeps of each: no names, no addresses, no texts."""


def get_detail(session: Session, actor: Actor, trio_id: int, company_id: int, detail: Detail, detail_id: int) -> Row:
    """One site, contact or aid of a company in the actor's register, or NotFound."""
    found = queries.get_entry(session, actor, trio_id, company_id)
    row: Row | None = session.get(_TABLES[detail], detail_id)
    if row is None or (row.trio_id, row.company_id) != (trio_id, found.company.id):
        raise NotFound(_("There is no such entry."))
    return row


def add_detail(
    session: Session,
    actor: Actor,
    trio_id: int,
    company_id: int,
    detail: Detail,
    values: Mapping[str, Any],
    *,
    now: datetime,
) -> int:
    """Note a site, a contact or an aid; ``values`` by column. Its id. The very same one a second time is that one."""
    company = queries.get_entry(session, actor, trio_id, company_id, lock=True).company
    given = {"trio_id": trio_id, "company_id": company.id, **values}
    twin = queries.find_twin(session, _TABLES[detail], given)
    if twin is not None:
        return twin
    row: Row = _TABLES[detail](**given)
    session.add(row)
    session.flush()
    _record(session, actor, row, detail, "added", now=now, new=_recorded(detail, row))
    return row.id


def change_detail(
    session: Session,
    actor: Actor,
    trio_id: int,
    company_id: int,
    detail: Detail,
    detail_id: int,
    values: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """Correct a site, a contact or an aid. Raises NotFound."""
    row = get_detail(session, actor, trio_id, company_id, detail, detail_id)
    old = _recorded(detail, row)
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()
    _record(session, actor, row, detail, "changed", now=now, old=old, new={**_recorded(detail, row), "changed": True})


def remove_detail(
    session: Session, actor: Actor, trio_id: int, company_id: int, detail: Detail, detail_id: int, *, now: datetime
) -> None:
    """Take a site, a contact or an aid out. Raises NotFound."""
    row = get_detail(session, actor, trio_id, company_id, detail, detail_id)
    _record(session, actor, row, detail, "removed", now=now, old=_recorded(detail, row))
    session.delete(row)
    session.flush()


def _record(
    session: Session,
    actor: Actor,
    row: Row,
    detail: Detail,
    done: str,
    *,
    now: datetime,
    **values: dict[str, Any],
) -> None:
    noun = _NOUNS[detail]
    audit.record(session, actor, f"{noun}.{done}", noun, row.id, trio_id=row.trio_id, at=now, **values)


def _recorded(detail: Detail, row: Row) -> dict[str, Any]:
    return {"company": row.company_id} | {name: getattr(row, name) for name in _RECORDED[detail]}
