"""Reading all accounts and their roles everywhere, for administrators of the platform."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Table, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import RoleGrant, User
from app.accounts.queries import get_user, has_second_factor
from app.accounts.rules.invitations import Offer
from app.kit.actors import Role
from app.kit.base import Base
from app.kit.errors import NotFound
from app.kit.paging import Page
from app.kit.text import _
from app.trios.models import Organisation, Partnership, Trio
from app.trios.queries.members import PAGE_SIZE, named, page_of_people
from app.trios.queries.roles import holds
from app.trios.rules.members import holds_on


@dataclass(frozen=True, slots=True)
class PlacedRole:
    """A role and where it is held: a Trio and partner, a company, or (all None) everywhere."""

    grant_id: int
    user_id: int
    role: Role
    trio_id: int | None
    trio: str | None
    trio_slug: str | None
    company_id: int | None
    company: str | None
    partner: str | None
    since: datetime
    until: date | None
    ended_at: datetime | None

    @property
    def offer(self) -> Offer:
        """The role and place as rules ask for it."""
        return Offer(self.role, self.trio_id, self.company_id)

    def is_held(self, on: date) -> bool:
        """Whether it holds on a day."""
        return self.ended_at is None and holds_on(self.until, on)


@dataclass(frozen=True, slots=True)
class Account:
    """One row of the list of accounts."""

    user_id: int
    name: str
    email: str
    roles: list[PlacedRole]


@dataclass(frozen=True, slots=True)
class AccountPage:
    """An account: since when, roles held and past, and whether there is a second factor."""

    user: User
    held: list[PlacedRole]
    past: list[PlacedRole]
    has_second_factor: bool


@dataclass(frozen=True, slots=True)
class PartChoice:
    """A partner in a Trio, to give a role for."""

    partnership_id: int
    trio: str
    partner: str


def list_accounts(
    session: Session, *, words: str, role: Role | None, on: date, number: int = 1, size: int = PAGE_SIZE
) -> Page[Account]:
    """Accounts by name, those that contain the words and hold the role; three queries, however many there are."""
    query = select(User.id, User.name, User.email).where(User.erased_at.is_(None))
    if words:
        query = query.where(named(words))
    if role is not None:
        query = query.where(User.id.in_(select(RoleGrant.user_id).where(RoleGrant.role == role, holds(on))))
    page = page_of_people(session, query, number=number, size=size)
    roles = _roles(session, [row[0] for row in page.items])
    found = [
        Account(user_id, name, email, [one for one in roles.get(user_id, []) if one.is_held(on)])
        for user_id, name, email in page.items
    ]
    return Page(found, page.number, page.size, page.total)


def get_account(session: Session, user_id: int, *, on: date) -> AccountPage:
    """One account with all its roles, or NotFound."""
    user = get_user(session, user_id)
    if user.erased_at is not None:
        raise NotFound(_("There is no such person."))
    roles = _roles(session, [user_id]).get(user_id, [])
    held, past = [one for one in roles if one.is_held(on)], [one for one in roles if not one.is_held(on)]
    return AccountPage(user, held, past, has_second_factor(session, user_id))


def list_my_roles(session: Session, user_id: int | None, *, on: date) -> Sequence[PlacedRole]:
    """The roles that a person holds on a day."""
    return [one for roles in _roles(session, [user_id]).values() for one in roles if one.is_held(on)]


def list_part_choices(session: Session, *, on: date) -> Sequence[PartChoice]:
    """Every partner that takes part in a Trio on a day, by Trio and name."""
    query = (
        select(Partnership.id, Trio.name, Organisation.name)
        .join(Trio, Trio.id == Partnership.trio_id)
        .join(Organisation, Organisation.id == Partnership.organisation_id)
        .where(Partnership.starts_on <= on, or_(Partnership.ends_on.is_(None), Partnership.ends_on >= on))
        .order_by(Trio.name, Organisation.name)
    )
    return [PartChoice(*row) for row in session.execute(query)]


def _roles(session: Session, user_ids: Iterable[int | None]) -> dict[int, list[PlacedRole]]:
    companies: Table = Base.metadata.tables["companies"]  # a higher capability, read by the name of its table
    query = (
        select(
            RoleGrant.id, RoleGrant.user_id, RoleGrant.role, RoleGrant.trio_id, Trio.name, Trio.slug,
            RoleGrant.company_id, companies.c.name, Organisation.name,
            RoleGrant.granted_at, RoleGrant.ends_on, RoleGrant.revoked_at,
        )
        .outerjoin(Trio, Trio.id == RoleGrant.trio_id)
        .outerjoin(companies, companies.c.id == RoleGrant.company_id)
        .outerjoin(Organisation, Organisation.id == RoleGrant.organisation_id)
        .where(RoleGrant.user_id.in_(list(user_ids)))
        .order_by(Trio.name, companies.c.name, RoleGrant.granted_at, RoleGrant.id)
    )  # fmt: skip
    found: dict[int, list[PlacedRole]] = {}
    for row in session.execute(query):
        found.setdefault(row[1], []).append(PlacedRole(*row))
    return found
