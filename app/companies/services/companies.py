"""The directory of companies that all Trios share: registering, finding again, correcting."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.companies import queries, rules
from app.companies.models import Company, CompanyKey
from app.companies.rules import WzVersion
from app.kit import audit
from app.kit.actors import Actor
from app.kit.errors import Conflict
from app.kit.text import _


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """What everybody may know of a company; the city is "" where nobody said it."""

    name: str
    city: str = ""
    nuts3: str | None = None
    nace: str | None = None
    wz_version: WzVersion | None = None
    website: str | None = None


def register_company(session: Session, *, name: str, city: str = "") -> int:
    """The id of the company with this name, in this city if one is given; a new one, unchecked, when nobody knows it.

    A name alone that several companies bear is a new entry without a city: somebody who knows will say which it is.
    """
    known = queries.find_company(session, name=name, city=city)
    if known is not None:
        return known.id
    company = Company(name=" ".join(name.split()), city=" ".join(city.split()))
    try:
        with session.begin_nested():
            session.add(company)
    except IntegrityError:  # registered by somebody else in this very moment
        known = queries.find_company(session, name=name, city=city)
        if known is None:  # pragma: no cover (then the conflict was another one)
            raise
        return known.id
    write_keys(session, [(company.id, company.name)])
    return company.id


def change_company(
    session: Session, actor: Actor, trio_id: int, company_id: int, facts: CompanyFacts, *, now: datetime
) -> Company:
    """Correct what everybody knows of a company in the actor's register. It counts as looked at from now on.

    Raises NotFound, and Conflict where another company bears this name in this city already.
    """
    found = queries.get_entry(session, actor, trio_id, company_id, lock=True)
    company = found.company
    before = _recorded(company)
    renamed = company.name != facts.name
    changed = [name for name in ("name", "city", "website") if getattr(company, name) != getattr(facts, name)]
    set_facts(company, facts)
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError:
        raise Conflict(
            _("There is a company of this name in this city already. Merge the two in the list of possible duplicates.")
        ) from None
    if renamed:
        write_keys(session, [(company.id, company.name)])
    found.entry.is_checked = True
    new = _recorded(company) | ({"changed": changed} if changed else {})
    audit.record(session, actor, "company.changed", "company", company.id, trio_id=trio_id, old=before, new=new, at=now)
    return company


def set_facts(company: Company, facts: CompanyFacts) -> None:
    """Put the facts into the row."""
    company.name, company.city = facts.name, facts.city
    company.nuts3, company.nace, company.website = facts.nuts3, facts.nace, facts.website
    company.wz_version = (facts.wz_version or WzVersion.WZ2008) if facts.nace else None


def write_keys(session: Session, companies: Iterable[tuple[int, str]]) -> None:
    """Write the keys by which companies (id, name) are found under similar names, instead of those they had.

    Two statements, however many companies.
    """
    names = dict(companies)
    session.execute(delete(CompanyKey).where(CompanyKey.company_id.in_(names)))
    rows = [
        {"company_id": company_id, "key": key[:24], "is_close": is_close}
        for company_id, name in names.items()
        for is_close, keys in ((False, rules.search_keys(name)), (True, rules.close_keys(name)))
        for key in sorted(keys)
    ]
    if rows:
        session.execute(insert(CompanyKey), rows)


def write_missing_keys(session: Session) -> int:
    """Write the keys of companies that have none, as they come from before there were any; how many got some.

    At most a thousand at a time: call it until it answers 0.
    """
    keyless = select(Company.id, Company.name).where(~exists().where(CompanyKey.company_id == Company.id))
    found = [(company_id, name) for company_id, name in session.execute(keyless.order_by(Company.id).limit(1000))]
    write_keys(session, found)
    return len(found)


def _recorded(company: Company) -> dict[str, object]:
    """What the audit chain keeps of the facts: codes, no names."""
    return {"nuts3": company.nuts3, "nace": company.nace, "wz_version": company.wz_version}
