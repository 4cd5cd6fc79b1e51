"""Who lives in the demo world: the demo accounts, the people of the Trios, and the workers."""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts import services as accounts
from app.accounts.models import Invitation, User
from app.accounts.rules.invitations import Offer
from app.accounts.services import invitations
from app.kit import clock
from app.kit.actors import ANYONE, Actor, Role
from app.operations.demo.days import Days
from app.operations.demo.diary import Diary
from app.operations.demo.ground import Firm, Places
from app.operations.demo.reading import read
from app.operations.demo.register import KEEPERS
from app.trios.services import members

DOMAIN = "demo.lernzelle.example"
BEGINS, APPOINTS, INVITES, JOINS = -432, -430, -427, -425
"""The days on which the demo accounts are made, roles are given, HR is invited, and people begin to join."""
WITHOUT_COMPANY = 0.02
"""The share of workers who do not say where they work."""


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who learns: for which company, and in which Trio's region."""

    actor: Actor
    company_id: int | None
    trio: str


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody: ``staff`` by key of the file, ``workers`` without the demo worker, and the demo ``worker``."""

    staff: dict[str, Actor] = field(default_factory=dict)
    workers: list[Worker] = field(default_factory=list)

    @property
    def worker(self) -> Worker:
        """The demo account that learns."""
        return self.workers[0]


def begin(session: Session, days: Days, *, password: str) -> Actor:
    """Make the demo accounts, which get the password; the first one administers the platform, and is returned."""
    now, hashed = days.at(days.day(BEGINS), "08:00"), None
    described = read("people")["accounts"]
    for person in described:
        actor = _join(session, person["name"], person["key"], now)
        hashed = _open(session, actor, password, hashed, now=now)
    admin = _find(session, described[0]["key"])
    accounts.grant(session, ANYONE, admin.id, Role.SITE_ADMIN, now=now)
    return _acting(session, admin.id, now)


def appoint(session: Session, admin: Actor, places: Places, days: Days) -> Cast:
    """Let the administrator give everybody their roles, each for a partner that has these duties."""
    now, described = days.at(days.day(APPOINTS), "08:00"), read("people")
    for person in described["staff"]:
        _join(session, person["name"], person["key"], now)
    cast = Cast()
    for person in [*described["accounts"], *described["staff"]]:
        user = _find(session, person["key"])
        for held in person.get("roles", [person]):
            if "role" in held:
                part = places.partnerships[held["trio"], held["partner"]] if "trio" in held else None
                members.give_role(session, admin, user.id, Role(held["role"]), partnership_id=part, now=now)
        cast.staff[person["key"]] = _acting(session, user.id, now)
    return cast


def employ(session: Session, places: Places, cast: Cast, days: Days, random: Random) -> None:
    """Let the HR contact accept an invitation, and people join who work for the companies."""
    firm = next(firm for firm in places.firms if firm.is_hr)
    cast.staff["hr"] = _accept(session, cast, firm, days)
    cast.workers.append(Worker(cast.staff["worker"], firm.company_id, firm.trio))
    described, taken = read("people"), set[str]()
    since = days.at(days.day(JOINS), "08:00")
    names = [name for group in described["workers"] for name in _names(group, random)]
    random.shuffle(names)
    for name in names:
        address = _address(name, described["spelling"], taken)
        actor = _join(session, name, address, since + timedelta(minutes=random.randrange(14 * 24 * 60)))
        cast.workers.append(_place(actor, places, random))


def plan_invitations(diary: Diary, places: Places, cast: Cast, days: Days) -> None:
    """Note who is invited when, and who thinks better of it."""
    for described in read("people")["invitations"]:
        invite = partial(_invite, diary, places, cast.staff[described["by"]], described, days)
        diary.note(days.at(days.day(described["day"]), "10:40"), invite)


def _invite(diary: Diary, places: Places, actor: Actor, described: dict[str, Any], days: Days, now: datetime) -> None:
    session, email = diary.session, described["to"]
    if "company" in described:
        offer = Offer(Role.HR_CONTACT, company_id=places.companies[described["company"]])
    elif "partner" in described:
        (trio_id,) = actor.trios_as(Role.TRIO_ADMIN)
        partner_id = places.organisations[described["partner"]]
        offer = Offer(Role(described["role"]), trio_id, organisation_id=partner_id)
    else:
        offer = Offer(Role(described["role"]))
    invitation_id = invitations.invite(session, actor, offer, email, language="de", now=now)
    if "revoked" in described:
        revoke = partial(_revoke, session, actor, invitation_id)
        diary.note(days.at(days.day(described["revoked"]), "09:05"), revoke)


def _revoke(session: Session, actor: Actor, invitation_id: int, now: datetime) -> None:
    invitations.revoke_invitation(session, actor, invitation_id, now=now)


def _accept(session: Session, cast: Cast, firm: Firm, days: Days) -> Actor:
    """The demo account ``hr`` was invited by the cluster that keeps the company."""
    sent, accepted = (days.at(days.day(INVITES), clock) for clock in ("09:00", "13:15"))
    contact = _find(session, "hr")
    keeper = cast.staff[KEEPERS[firm.trio]]
    invitation_id = invitations.invite_contact(session, keeper, firm.company_id, contact.email, now=sent)
    invitations.accept(session, session.get_one(Invitation, invitation_id), contact.id, now=accepted)
    return _acting(session, contact.id, accepted)


def _join(session: Session, name: str, address: str, now: datetime) -> Actor:
    joined = accounts.join(session, name=name, email=f"{address}@{DOMAIN}", language="de", now=now)
    queries.get_user(session, joined.user_id).is_demo = True
    return Actor(joined.user_id)


def _find(session: Session, key: str) -> User:
    user = queries.find_by_email(session, f"{key}@{DOMAIN}")
    assert user is not None
    return user


def _open(session: Session, actor: Actor, password: str, hashed: str | None, *, now: datetime) -> str:
    """Give the account the password. Hashing is slow on purpose, so the first hash serves for all."""
    user = queries.get_user(session, actor.user_id)
    if hashed is None:
        accounts.set_password(session, user.id, password, now=now)
    else:
        user.password_hash = hashed
    assert user.password_hash is not None
    return user.password_hash


def _acting(session: Session, user_id: int, now: datetime) -> Actor:
    """The person with the roles that they hold."""
    session.flush()
    user = queries.find_with_grants(session, user_id)
    assert user is not None
    session.refresh(user, ["grants"])
    return queries.actor_of(user, on=clock.local_date(now))


def _place(actor: Actor, places: Places, random: Random) -> Worker:
    if random.random() < WITHOUT_COMPANY:
        return Worker(actor, None, random.choice(list(places.trios)))
    (firm,) = random.choices(places.firms, [firm.weight for firm in places.firms])
    return Worker(actor, firm.company_id, firm.trio)


def _names(group: dict[str, Any], random: Random) -> list[str]:
    """As many different full names as the group has people."""
    names: dict[str, None] = {}
    while len(names) < group["people"]:
        given = random.choice(group["female" if random.randrange(100) < group["women"] else "male"])
        family = random.choice(group["family"])
        names[f"{family} {given}" if group.get("family_first") else f"{given} {family}"] = None
    return list(names)


def _address(name: str, spelling: dict[str, str], taken: set[str]) -> str:
    """The local part of a mail address for a name, with a number where somebody has it already."""
    folded = "".join(spelling.get(letter, letter) for letter in name.lower())
    plain = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode().replace(" ", ".")
    address = next(tried for tried in (plain, *(f"{plain}{n}" for n in range(2, 99))) if tried not in taken)
    taken.add(address)
    return address
