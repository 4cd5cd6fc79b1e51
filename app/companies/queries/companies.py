"""Reading the directory of companies."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.companies.rules import name_key as company_key
from app.companies.rules import place_key
from app.kit.errors import NotFound
from app.kit.text import _

__all__ = ["company_key", "find_company", "get_company", "resolved"]


def get_company(session: Session, company_id: int, *, lock: bool = False) -> Company:
    """The company, or NotFound. One that was merged is the company it was merged into."""
    company = session.get(Company, company_id, with_for_update=lock or None, populate_existing=lock)
    if company is not None and company.merged_into_id is not None:
        company = session.get(Company, company.merged_into_id, with_for_update=lock or None, populate_existing=lock)
    if company is None:
        raise NotFound(_("There is no such company."))
    return company


def find_company(session: Session, *, name: str, city: str | None = None) -> Company | None:
    """The company of this name, in any case, or None.

    With a city, the one in that city and no other: one name in two cities is two companies. Without one, the only
    company of the name, or the one whose city nobody knows; None where it is not clear which is meant, because a wrong
    guess would show a person to the wrong employer.
    """
    query = select(Company).where(Company.name_key == company_key(name)).order_by(Company.id).limit(50)
    found = session.scalars(query).all()
    if city and city.strip():
        here = place_key(city)
        found = [one for one in found if one.city.casefold() == city.strip().casefold()] or [
            one for one in found if place_key(one.city) == here
        ]
        chosen = found[0] if found else None
    elif len({one.merged_into_id or one.id for one in found}) == 1:
        chosen = found[0]
    else:
        chosen = next((one for one in found if not one.city), None)
    if chosen is None or chosen.merged_into_id is None:
        return chosen
    return session.get(Company, chosen.merged_into_id)


def resolved(ids: Iterable[int]) -> Select[Any]:
    """A query of the ids under which rows of these companies stand: with all entries merged into the same company.

    For conditions in queries of other capabilities: ``Enrolment.company_id.in_(resolved(ids))``.
    """
    whole = func.coalesce(Company.merged_into_id, Company.id)
    own = select(whole).where(Company.id.in_(set(ids)))
    return select(Company.id).where(Company.id.in_(own) | Company.merged_into_id.in_(own))
