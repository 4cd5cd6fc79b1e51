"""What was there before: Trios, their partners, and companies."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.operations.demo.days import Days
from app.operations.demo.reading import read
from app.trios import services
from app.trios.models import Company, Organisation, Partnership, Trio
from app.trios.rules import CompanyFigures, OrganisationKind, SizeBasis, SizeClass

SENDS = {
    SizeClass.MICRO: 0.5,
    SizeClass.SMALL: 2.5,
    SizeClass.MEDIUM: 4.0,
    SizeClass.LARGE: 4.0,
    SizeClass.UNCHECKED: 0.7,
}
"""How many people a company of each size sends, in proportion: the small ones are what the Trios are for."""


@dataclass(frozen=True, slots=True)
class Firm:
    """A company: its id, the slug of the Trio whose courses its people go to, and its weight among all employers."""

    company_id: int
    trio: str
    weight: float
    is_hr: bool
    """Whether the demo account ``hr`` looks after it."""


@dataclass(frozen=True, slots=True)
class Places:
    """Ids by what the files call things: Trios by slug, organisations by name."""

    trios: dict[str, int] = field(default_factory=dict)
    organisations: dict[str, int] = field(default_factory=dict)
    firms: list[Firm] = field(default_factory=list)


def settle(session: Session, days: Days) -> Places:
    """Make Trios, partners and companies."""
    places = Places()
    for described in read("trios"):
        _found_trio(session, described, places, days)
    for described in read("companies"):
        places.firms.append(_register(session, described, days))
    return places


def _found_trio(session: Session, described: dict[str, Any], places: Places, days: Days) -> None:
    begins, ends = date(days.today.year - 2, 1, 1), date(days.today.year + 2, 12, 31)
    texts = {key: described[key] for key in ("slug", "name", "region", "description", "funding_notice")}
    trio = Trio(**texts, starts_on=begins, ends_on=ends)
    session.add(trio)
    session.flush()
    places.trios[trio.slug] = trio.id
    for partner in described["partners"]:
        kind = OrganisationKind(partner["kind"])
        contact = {key: partner[key] for key in ("name", "city", "phone", "email")}
        organisation = Organisation(kind=kind, **contact)
        session.add(organisation)
        session.flush()
        places.organisations[organisation.name] = organisation.id
        session.add(
            Partnership(
                trio_id=trio.id, organisation_id=organisation.id, kind=kind,
                is_coordinator=partner.get("coordinator", False), sub_project=partner["project"],
                grant_number=partner["grant"], starts_on=begins,
            )
        )  # fmt: skip
    session.flush()


def _register(session: Session, described: dict[str, Any], days: Days) -> Firm:
    company_id = services.register_company(session, name=described["name"], city=described["city"])
    company = session.get_one(Company, company_id)
    company.nuts3, company.nace = described["nuts3"], described["nace"]
    heads = described.get("heads")
    if heads is not None:
        money = [
            None if figure is None else Decimal(str(figure)) for figure in (described["turnover"], described["balance"])
        ]
        basis = SizeBasis(described["basis"])
        services.record_figures(session, company, CompanyFigures(heads, *money), basis=basis, on=days.day(-420))
    is_hr = described.get("hr", False)
    weight = SENDS[company.size_class] * (2 if is_hr else 1)
    return Firm(company_id, described["trio"], weight, is_hr)
