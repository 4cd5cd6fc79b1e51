"""Who lives in the demo world: the demo accounts, the people of the Trios, and the workers."""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from app.accounts import queries, services
from app.kit.actors import Actor, Role
from app.operations.demo.days import Days
from app.operations.demo.ground import Firm, Places
from app.operations.demo.reading import read

DOMAIN = "demo.lernzelle.example"
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


def settle(session: Session, places: Places, days: Days, random: Random, *, password: str) -> Cast:
    """Make all accounts; only the demo accounts get the password."""
    described, cast = read("people"), Cast()
    firm = next(firm for firm in places.firms if firm.is_hr)
    since = days.at(days.day(-425), "08:00")
    hashed = None
    for person in described["accounts"]:
        actor = _join(session, person["name"], person["key"], since)
        hashed = _open(session, actor, password, hashed)
        cast.staff[person["key"]] = _appoint(session, actor, person, places, firm)
    for person in described["staff"]:
        actor = _join(session, person["name"], person["key"], since)
        cast.staff[person["key"]] = _appoint(session, actor, person, places, firm)
    cast.workers.append(Worker(cast.staff["worker"], firm.company_id, firm.trio))
    taken: set[str] = set()
    names = [name for group in described["workers"] for name in _names(group, random)]
    random.shuffle(names)
    for name in names:
        address = _address(name, described["spelling"], taken)
        actor = _join(session, name, address, since + timedelta(minutes=random.randrange(14 * 24 * 60)))
        cast.workers.append(_employ(actor, places, random))
    return cast


def _join(session: Session, name: str, address: str, now: datetime) -> Actor:
    joined = services.join(session, name=name, email=f"{address}@{DOMAIN}", language="de", now=now)
    queries.get_user(session, joined.user_id).is_demo = True
    return Actor(joined.user_id)


def _open(session: Session, actor: Actor, password: str, hashed: str | None) -> str:
    """Give the account the password. Hashing is slow on purpose, so the first hash serves for all."""
    user = queries.get_user(session, actor.user_id)
    if hashed is None:
        services.set_password(session, user.id, password)
    else:
        user.password_hash = hashed
    assert user.password_hash is not None
    return user.password_hash


def _appoint(session: Session, actor: Actor, described: dict[str, Any], places: Places, firm: Firm) -> Actor:
    """Grant the role that the file names: in its Trio, for the company of an HR contact, or everywhere."""
    assert actor.user_id is not None
    if "role" in described:
        role = Role(described["role"])
        company_id = firm.company_id if role is Role.HR_CONTACT else None
        trio_id = places.trios[described["trio"]] if "trio" in described else None
        services.grant(session, actor.user_id, role, trio_id=trio_id, company_id=company_id)
        session.flush()
    user = queries.find_with_grants(session, actor.user_id)
    assert user is not None
    return queries.actor_of(user)


def _employ(actor: Actor, places: Places, random: Random) -> Worker:
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
