"""The registers of companies: filled from a list at first, and kept up over the year."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from app.companies import services
from app.companies.models import Company
from app.companies.rules import (
    AidKind,
    CompanyFigures,
    Origin,
    Related,
    Relation,
    SizeBasis,
    SizeClass,
    WzVersion,
    YearFigures,
)
from app.companies.services import CompanyFacts, Detail, Statement
from app.kit.actors import Actor
from app.operations.demo.days import Days
from app.operations.demo.diary import Diary
from app.operations.demo.ground import Firm, Places
from app.operations.demo.reading import read

FILLED, ASKED_ANEW = -428, -180
"""The days on which the registers were filled, and on which some companies told the figures of another year."""
KEEPERS = {"lausitz-mittelsachsen": "cluster", "ostalb-donau": "gunda.riedle"}
"""Who keeps the register of which Trio."""
SENDS = {
    SizeClass.MICRO: 0.5,
    SizeClass.SMALL: 2.5,
    SizeClass.MEDIUM: 4.0,
    SizeClass.LARGE: 4.0,
    SizeClass.UNCHECKED: 0.7,
}
"""How many people a company of each size sends, in proportion: the small ones are what the Trios are for."""

Told = tuple[float | None, float | None, float | None]
"""Head count, turnover and balance sheet total."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """Whoever keeps the register of a Trio."""

    session: Session
    actor: Actor
    trio_id: int

    def add(self, facts: CompanyFacts, *, now: datetime) -> int:
        """Put a company of the first list into the register; its id."""
        return services.add_company(self.session, self.actor, self.trio_id, facts, origin=Origin.IMPORTED, now=now)

    def record(self, company_id: int, statement: Statement, now: datetime) -> None:
        """Keep the figures of a year."""
        services.record_year(self.session, self.actor, self.trio_id, company_id, statement, now=now)

    def note(self, company_id: int, described: dict[str, Any], days: Days, now: datetime) -> None:
        """Write down what was said in a talk: a remark, sites, people to speak to, state aid."""
        services.change_entry(
            self.session, self.actor, self.trio_id, company_id,
            note=described["note"], is_mine=described.get("kept", False), now=now,
        )  # fmt: skip
        for detail, values in _details(described, days):
            services.add_detail(self.session, self.actor, self.trio_id, company_id, detail, values, now=now)


def fill(diary: Diary, places: Places, staff: Mapping[str, Actor], days: Days) -> None:
    """Put the companies into the registers, and note what their Trios learn of them later."""
    keepers = {
        slug: Keeper(diary.session, staff[KEEPERS[slug]], trio_id) for slug, trio_id in places.trios.items()
    }  # fmt: skip
    for described in read("companies"):
        keeper = keepers[described["trio"]]
        company_id = _enter(keeper, described, days)
        places.companies[described["name"]] = company_id
        size = diary.session.get_one(Company, company_id).size_class
        is_hr = described.get("hr", False)
        weight = 2.0 if described.get("typed") else SENDS[size] * (2 if is_hr else 1)
        places.firms.append(Firm(company_id, described["trio"], weight, is_hr))
        if "now" in described:
            statement = _statement(described, described["now"], days.day(ASKED_ANEW))
            diary.note(days.at(days.day(ASKED_ANEW), "09:45"), partial(keeper.record, company_id, statement))
    for described in read("registers"):
        company = next(one for one in read("companies") if one["name"] == described["company"])
        talk = partial(keepers[company["trio"]].note, places.companies[company["name"]], described, days)
        diary.note(days.at(days.day(described["day"]), "11:20"), talk)


def _enter(keeper: Keeper, described: dict[str, Any], days: Days) -> int:
    """A company with the figures that were known at first; one that people ``typed`` comes with their enrolment."""
    if described.get("typed"):
        return services.register_company(keeper.session, name=described["name"], city=described["city"])
    now = days.at(days.day(FILLED), "10:00")
    facts = {key: described[key] for key in ("name", "city", "nuts3", "nace")}
    company_id = keeper.add(CompanyFacts(**facts, wz_version=WzVersion.WZ2008), now=now)
    if "heads" in described:
        known: Told = (described["heads"], described["turnover"], described["balance"])
        told = _spring(days.day(ASKED_ANEW))
        if "before" in described:
            keeper.record(company_id, _statement(described, described["before"], _spring(told)), now)
        keeper.record(company_id, _statement(described, known, told), now)
    return company_id


def _spring(later: date) -> date:
    """The spring of the year before a day's: when companies tell the figures of the year before that."""
    return date(later.year - 1, 3, 31)


def _statement(described: dict[str, Any], told: Told, on: date) -> Statement:
    """Figures of the accounting period that ended last when they were told."""
    basis = SizeBasis(described["basis"])
    figures = YearFigures(
        year=on.year - 1, own=_figures(told), relation=Relation(described.get("relation", "unknown")),
        related=tuple(_related(one) for one in described.get("group", ())),
        public_share=Decimal(described.get("public", 0)),
    )  # fmt: skip
    evidence = f"Jahresabschluss {figures.year}, eingesehen" if basis is SizeBasis.CHECKED else ""
    return Statement(figures, basis, on, evidence)


def _figures(told: Told) -> CompanyFigures:
    heads, turnover, balance = (None if value is None else Decimal(str(value)) for value in told)
    return CompanyFigures(heads, turnover, balance)


def _related(described: dict[str, Any]) -> Related:
    figures = _figures((described["heads"], described["turnover"], described["balance"]))
    return Related(Decimal(described["share"]), figures, described["name"])


def _details(described: dict[str, Any], days: Days) -> Iterator[tuple[Detail, dict[str, Any]]]:
    """What was noted, by column of its table."""
    for site in described.get("sites", ()):
        yield Detail.SITES, site
    for contact in described.get("contacts", ()):
        said = {key: value for key, value in contact.items() if key not in {"news", "asked"}}
        asked = days.day(contact["asked"]) if "asked" in contact else None
        yield Detail.CONTACTS, said | {"wants_news": contact.get("news"), "asked_on": asked}
    for aid in described.get("aids", ()):
        granted = {"kind": AidKind(aid["kind"]), "amount": Decimal(aid["amount"]), "granted_on": days.day(aid["day"])}
        yield Detail.AIDS, granted | {key: aid[key] for key in ("grantor", "reference")}
