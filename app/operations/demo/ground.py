"""What was there before: Trios with their partners, and how they show themselves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from app.kit.actors import Actor
from app.operations.demo.days import Days
from app.operations.demo.diary import Diary
from app.operations.demo.drawing import draw
from app.operations.demo.reading import read
from app.trios import queries, services
from app.trios.models import Partnership
from app.trios.rules import LegalPage, OrganisationKind
from app.trios.services import Details, Part, Plan, Presentation

SETTLES, DRESSES = -431, -429
"""The days on which the Trios are made, and on which their administrators give them a face."""
LEADS = {"lausitz-mittelsachsen": "lead", "ostalb-donau": "dorothee.lang"}
"""Who administers which Trio."""
_TEXTS = ("name", "region", "description", "funding_notice")


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
    """Ids by what the files call things: Trios by slug, the others by name; partnerships by both."""

    trios: dict[str, int] = field(default_factory=dict)
    organisations: dict[str, int] = field(default_factory=dict)
    partnerships: dict[tuple[str, str], int] = field(default_factory=dict)
    companies: dict[str, int] = field(default_factory=dict)
    firms: list[Firm] = field(default_factory=list)


def settle(session: Session, admin: Actor, days: Days) -> Places:
    """Make the Trios with their partners."""
    places, now = Places(), days.at(days.day(SETTLES), "09:00")
    begins, ends = date(days.today.year - 2, 1, 1), date(days.today.year + 2, 12, 31)
    for described in read("trios"):
        slug, partners = described["slug"], described["partners"]
        for partner in partners:
            _register(session, admin, partner, places, now)
        first = next(partner for partner in partners if partner.get("coordinator"))
        plan = Plan(
            slug=slug, **{key: described[key] for key in _TEXTS}, starts_on=begins, ends_on=ends,
            coordinator_id=places.organisations[first["name"]], coordinator_kind=_part(first, begins).kind,
        )  # fmt: skip
        trio_id = services.found_trio(session, admin, plan, now=now).id
        places.trios[slug] = trio_id
        for partner in partners:
            organisation_id, part = places.organisations[partner["name"]], _part(partner, begins)
            joins = _coordinate if partner is first else services.add_partner
            joined = joins(session, admin, trio_id, organisation_id, part, now=now)
            places.partnerships[slug, partner["name"]] = joined.id
    return places


def dress(diary: Diary, places: Places, staff: Mapping[str, Actor], days: Days) -> None:
    """Give each Trio colour, sender, logo and legal pages, and note when partners leave it."""
    session, now = diary.session, days.at(days.day(DRESSES), "14:30")
    for described in read("trios"):
        slug, brand = described["slug"], described["brand"]
        actor, trio_id = staff[LEADS[slug]], places.trios[slug]
        texts = {key: described[key] for key in _TEXTS}
        worn = {key: brand[key] for key in ("accent", "sender_name", "reply_to")}
        services.present(session, actor, trio_id, Presentation(**texts, **worn), now=now)
        logo = draw(brand["logo"], brand["accent"])
        services.set_logo(session, actor, trio_id, logo, alt=brand["alt"], now=now)
        for page, text in described["legal"].items():
            services.write_legal_page(session, actor, trio_id, LegalPage(page), text, now=now)
        for partner in described["partners"]:
            if "left" in partner:
                leave = partial(_leave, session, actor, trio_id, places.partnerships[slug, partner["name"]])
                diary.note(days.at(days.day(partner["left"]), "08:30"), leave)


def _register(session: Session, admin: Actor, partner: dict[str, Any], places: Places, now: datetime) -> None:
    """Put an organisation into the register, unless a Trio before named it already."""
    if partner["name"] in places.organisations:
        return
    said = {key: partner[key] for key in ("name", "city", "nuts3", "phone", "email")}
    details = Details(kind=OrganisationKind(partner["kind"]), **said)
    places.organisations[partner["name"]] = services.add_organisation(session, admin, details, now=now).id


def _part(partner: dict[str, Any], begins: date) -> Part:
    kind = OrganisationKind(partner.get("as") or partner["kind"])
    return Part(kind, begins, sub_project=partner["project"], grant_number=partner["grant"])


def _coordinate(
    session: Session, admin: Actor, trio_id: int, _organisation_id: int, part: Part, *, now: datetime
) -> Partnership:
    """The coordinator came with the Trio; what it does there is said now."""
    coordinator = queries.find_coordinator(session, trio_id)
    assert coordinator is not None
    services.change_partner(session, admin, trio_id, coordinator.id, part, now=now)
    return coordinator


def _leave(session: Session, actor: Actor, trio_id: int, partnership_id: int, now: datetime) -> None:
    services.end_partnership(session, actor, trio_id, partnership_id, last=None, now=now)
