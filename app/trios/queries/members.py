"""Reading the people of a Trio: who holds which role for which partner. Of one Trio, never of another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, Row, Select, and_, func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import RoleGrant, User
from app.accounts.queries import has_second_factor
from app.accounts.rules.invitations import Offer
from app.kit.actors import Role
from app.kit.errors import NotFound
from app.kit.paging import Page
from app.kit.text import _
from app.trios.models import Organisation, Partnership
from app.trios.queries.roles import holds
from app.trios.rules.members import ROLE_ORDER, holds_on
from app.trios.rules.partnerships import OrganisationKind

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role of a person in the Trio. ``until`` is the last day that is set, ``ended_at`` when it was ended."""

    grant_id: int
    role: Role
    organisation_id: int | None
    partner: str | None
    since: datetime
    until: date | None
    ended_at: datetime | None
    given_by: str | None


@dataclass(frozen=True, slots=True)
class Member:
    """A person with their roles in the Trio."""

    user_id: int
    name: str
    email: str
    roles: list[HeldRole] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MemberPage:
    """A person of the Trio: the roles they hold, those they held, and whether they have a second factor."""

    member: Member
    held: list[HeldRole]
    past: list[HeldRole]
    has_second_factor: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of people is narrowed to; ``past`` shows who held a role and holds none now."""

    words: str = ""
    role: Role | None = None
    organisation_id: int | None = None
    past: bool = False


@dataclass(frozen=True, slots=True)
class Present:
    """A partner that takes part on the day, and as what."""

    partnership_id: int
    organisation_id: int
    name: str
    kind: OrganisationKind


def list_present(session: Session, trio_id: int, *, on: date) -> Sequence[Present]:
    """The partners that take part on a day, by name."""
    query = (
        select(Partnership.id, Organisation.id, Organisation.name, Partnership.kind)
        .join(Organisation, Organisation.id == Partnership.organisation_id)
        .where(Partnership.trio_id == trio_id, _present(on))
        .order_by(Organisation.name)
    )
    return [Present(*row) for row in session.execute(query)]


def find_part(session: Session, offer: Offer, *, on: date) -> OrganisationKind | None:
    """As what the offer's partner takes part in the offer's Trio on a day; None when it does not."""
    query = select(Partnership.kind).where(
        Partnership.trio_id == offer.trio_id, Partnership.organisation_id == offer.organisation_id, _present(on)
    )
    return session.scalar(query.limit(1))


def list_members(
    session: Session, trio_id: int, wanted: Wanted, *, on: date, number: int = 1, size: int = PAGE_SIZE
) -> Page[Member]:
    """The people who hold a role in the Trio on a day (or held one), by name; three queries, however many there are."""
    meant = [RoleGrant.trio_id == trio_id]
    if wanted.role is not None:
        meant.append(RoleGrant.role == wanted.role)
    if wanted.organisation_id is not None:
        meant.append(RoleGrant.organisation_id == wanted.organisation_id)
    holders = select(RoleGrant.user_id).where(*meant, holds(on))
    query = select(User.id, User.name, User.email).where(User.id.in_(holders))
    if wanted.past:
        now_here = select(RoleGrant.user_id).where(RoleGrant.trio_id == trio_id, holds(on))
        was_here = select(RoleGrant.user_id).where(*meant, not_(holds(on)))
        query = select(User.id, User.name, User.email).where(User.id.in_(was_here), User.id.not_in(now_here))
    if wanted.words:
        query = query.where(named(wanted.words))
    page = page_of_people(session, query, number=number, size=size)
    roles = _roles(session, trio_id, [row[0] for row in page.items])
    people = [
        Member(user_id, name, email, [one for one in roles.get(user_id, []) if wanted.past or _is_held(one, on)])
        for user_id, name, email in page.items
    ]
    return Page(people, page.number, page.size, page.total)


def get_member(session: Session, trio_id: int, user_id: int, *, on: date) -> MemberPage:
    """A person who holds or held a role in the Trio; NotFound for everybody else, with an account or without."""
    roles = _roles(session, trio_id, [user_id]).get(user_id)
    user = session.get(User, user_id)
    if not roles or user is None:
        raise NotFound(_("There is no such person."))
    held, past = [each for each in roles if _is_held(each, on)], [each for each in roles if not _is_held(each, on)]
    return MemberPage(Member(user.id, user.name, user.email, roles), held, past, has_second_factor(session, user.id))


def named(words: str) -> ColumnElement[bool]:
    """The condition that name or address contain the words, in any case."""
    return or_(User.name.icontains(words, autoescape=True), User.email.icontains(words, autoescape=True))


def page_of_people(
    session: Session, query: Select[int, str, str], *, number: int, size: int
) -> Page[Row[int, str, str]]:
    """One page of people by name; a number beyond the end gives the last page."""
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    number = min(max(number, 1), max(1, -(-total // size)))
    ordered = query.order_by(func.lower(User.name), User.id).limit(size).offset((number - 1) * size)
    return Page(session.execute(ordered).all(), number, size, total)


def _roles(session: Session, trio_id: int, user_ids: Iterable[int]) -> dict[int, list[HeldRole]]:
    giver = aliased(User)
    query = (
        select(RoleGrant, Organisation.name, giver.name)
        .outerjoin(Organisation, Organisation.id == RoleGrant.organisation_id)
        .outerjoin(giver, giver.id == RoleGrant.granted_by)
        .where(RoleGrant.trio_id == trio_id, RoleGrant.user_id.in_(list(user_ids)))
        .order_by(RoleGrant.granted_at, RoleGrant.id)
    )
    found: dict[int, list[HeldRole]] = {}
    for grant, partner, given_by in session.execute(query):
        found.setdefault(grant.user_id, []).append(
            HeldRole(
                grant.id, grant.role, grant.organisation_id, partner, grant.granted_at, grant.ends_on,
                grant.revoked_at, given_by,
            )
        )  # fmt: skip
    for roles in found.values():
        roles.sort(key=lambda each: ROLE_ORDER.index(each.role) if each.role in ROLE_ORDER else len(ROLE_ORDER))
    return found


def _is_held(each: HeldRole, on: date) -> bool:
    return each.ended_at is None and holds_on(each.until, on)


def _present(on: date) -> ColumnElement[bool]:
    return and_(Partnership.starts_on <= on, or_(Partnership.ends_on.is_(None), Partnership.ends_on >= on))
