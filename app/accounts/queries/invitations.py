"""Reading invitations: what they offer, whether they still stand, and who was invited where.

An invitation names places of higher capabilities. They are read here by the name of their table, so that everything
that accepts an invitation, by link or by another organisation's sign-in, asks the same questions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Table, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Invitation, RoleGrant, User
from app.accounts.queries.people import actor_of, find_by_email, find_with_grants
from app.accounts.rules.invitations import InvitationState, Offer, last_full_day, may_give, state_of
from app.kit import clock
from app.kit.actors import Actor, Grant, Role
from app.kit.base import Base
from app.kit.errors import NotFound
from app.kit.paging import Page
from app.kit.text import _

MACHINE = Actor(None, frozenset({Grant(Role.SITE_ADMIN)}))
"""Whoever can run commands on the server may appoint administrators of the platform."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What an invited person reads before they accept; names are None where the offer has no such part."""

    email: str
    role: Role
    trio: str | None
    company: str | None
    partner: str | None
    inviter: str | None
    inviter_for: str | None
    """The partner for which the inviter acts in the same Trio."""
    last_day: date
    user_id: int | None
    """Whose account the address has; None when it has none yet."""


@dataclass(frozen=True, slots=True)
class Invited:
    """One row of a list of invitations."""

    id: int
    email: str
    role: Role
    partner: str | None
    inviter: str | None
    created_at: datetime
    last_day: date
    state: InvitationState


def find_invitation(session: Session, token_hash: str, *, lock: bool = False) -> Invitation | None:
    """The invitation with this token, or None. With ``lock``, nobody else can use it meanwhile."""
    query = select(Invitation).where(Invitation.token_hash == token_hash)
    return session.scalar(query.with_for_update() if lock else query)


def get_invitation(session: Session, invitation_id: int, *, lock: bool = False) -> Invitation:
    """The invitation, or NotFound."""
    found = session.get(Invitation, invitation_id, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise NotFound(_("There is no such invitation."))
    return found


def list_open_for(session: Session, email: str, *, now: datetime) -> Sequence[Invitation]:
    """The invitations of a (clean) address that can be accepted now, the newest first."""
    query = select(Invitation).where(Invitation.email == email, is_open(now)).order_by(Invitation.id.desc())
    return [found for found in session.scalars(query) if still_stands(session, found, now=now)]


def offer_of(invitation: Invitation) -> Offer:
    """The role and place it offers."""
    return Offer(invitation.role, invitation.trio_id, invitation.company_id, invitation.organisation_id)


def is_open(now: datetime) -> ColumnElement[bool]:
    """The condition that an invitation was neither accepted nor taken back and has not expired."""
    return and_(Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None), Invitation.expires_at > now)


def still_stands(session: Session, invitation: Invitation, *, now: datetime) -> bool:
    """Whether it can be accepted: open, its inviter still has the power, and the place is still there."""
    state = state_of(
        expires_at=invitation.expires_at, accepted_at=invitation.accepted_at, revoked_at=invitation.revoked_at, now=now
    )
    offer, today = offer_of(invitation), clock.local_date(now)
    if state is not InvitationState.OPEN or not _place_is_there(session, offer, on=today):
        return False
    inviter = _inviter(session, invitation.invited_by, on=today)
    return bool(may_give(inviter, offer, companies=companies_of(session, inviter, offer)))


def companies_of(session: Session, actor: Actor, offer: Offer) -> frozenset[int]:
    """The offer's company, if it is one of a Trio whose cluster the actor manages; empty otherwise.

    It stands in that Trio's register; and in no other one, or people of it take part in runs of that Trio. The
    directory is for all, and an HR contact sees all who agreed: nobody appoints one for another cluster's company.
    """
    trio_ids, kept = actor.trios_as(Role.CLUSTER_MANAGER), _table("trio_companies").c
    if offer.company_id is None or not trio_ids:
        return frozenset()
    rows = session.execute(select(kept.trio_id, kept.has_enrolments).where(kept.company_id == offer.company_id))
    registers = dict(rows.all())
    own = trio_ids & registers.keys()
    is_theirs = own and (registers.keys() <= trio_ids or any(registers[trio_id] for trio_id in own))
    return frozenset({offer.company_id} if is_theirs else ())


def find_offered(session: Session, token_hash: str, *, now: datetime) -> Offered | None:
    """What the invitation with this token offers; None when there is none that can be accepted now."""
    invitation = find_invitation(session, token_hash)
    if invitation is None or not still_stands(session, invitation, now=now):
        return None
    return describe(session, invitation, now=now)


def describe(session: Session, invitation: Invitation, *, now: datetime) -> Offered:
    """What the invitation offers, in names."""
    trios, companies, organisations = _table("trios").c, _table("companies").c, _table("organisations").c
    inviter = session.get(User, invitation.invited_by) if invitation.invited_by is not None else None
    known = find_by_email(session, invitation.email)
    return Offered(
        email=invitation.email,
        role=invitation.role,
        trio=session.scalar(select(trios.name).where(trios.id == invitation.trio_id)),
        company=session.scalar(select(companies.name).where(companies.id == invitation.company_id)),
        partner=session.scalar(select(organisations.name).where(organisations.id == invitation.organisation_id)),
        inviter=inviter.name if inviter is not None else None,
        inviter_for=_organisation_of(session, invitation, on=clock.local_date(now)),
        last_day=last_full_day(invitation.expires_at),
        user_id=known.id if known is not None else None,
    )


def list_invitations(
    session: Session, *where: ColumnElement[bool], now: datetime, past: bool = False, number: int = 1, size: int = 50
) -> Page[Invited]:
    """The open invitations that meet all conditions, the newest first; with ``past``, those that are over."""
    conditions = (*where, ~is_open(now) if past else is_open(now))
    total = session.scalar(select(func.count()).select_from(Invitation).where(*conditions)) or 0
    number = min(max(number, 1), max(1, -(-total // size)))
    inviter, organisations = aliased(User), _table("organisations")
    query = (
        select(Invitation, organisations.c.name, inviter.name)
        .outerjoin(organisations, organisations.c.id == Invitation.organisation_id)
        .outerjoin(inviter, inviter.id == Invitation.invited_by)
        .where(*conditions)
        .order_by(Invitation.created_at.desc(), Invitation.id.desc())
        .limit(size)
        .offset((number - 1) * size)
    )
    rows = [_invited(row, partner, name, now=now) for row, partner, name in session.execute(query)]
    return Page(rows, number, size, total)


def has_role(session: Session, email: str, offer: Offer) -> bool:
    """Whether the person of this address holds the role there, for good: no end of it is set."""
    query = select(RoleGrant.id).join(User, User.id == RoleGrant.user_id)
    return session.scalar(query.where(User.email == email, *held_as(offer), RoleGrant.ends_on.is_(None))) is not None


def last_day_of(session: Session, offer: Offer, *, on: date) -> date | None:
    """The last day of the partner that the role is for, if that is fixed."""
    if offer.organisation_id is None:
        return None
    part = _table("partnerships").c
    query = select(part.ends_on).where(
        part.trio_id == offer.trio_id, part.organisation_id == offer.organisation_id,
        part.starts_on <= on, part.ends_on >= on,
    )  # fmt: skip
    last: date | None = session.scalar(query)
    return last


def held_as(offer: Offer) -> tuple[ColumnElement[bool], ...]:
    """The conditions that a grant is this role in this place and was not ended."""
    return (
        RoleGrant.role == offer.role,
        RoleGrant.trio_id.is_not_distinct_from(offer.trio_id),
        RoleGrant.company_id.is_not_distinct_from(offer.company_id),
        RoleGrant.revoked_at.is_(None),
    )


def find_open(session: Session, email: str, offer: Offer, *, now: datetime) -> Invitation | None:
    """The newest open invitation of this address to the role there, whoever sent it."""
    query = select(Invitation).where(
        Invitation.email == email, Invitation.role == offer.role, is_open(now),
        Invitation.trio_id.is_not_distinct_from(offer.trio_id),
        Invitation.company_id.is_not_distinct_from(offer.company_id),
    )  # fmt: skip
    return session.scalar(query.order_by(Invitation.id.desc()).limit(1))


def _invited(row: Invitation, partner: str | None, inviter: str | None, *, now: datetime) -> Invited:
    state = state_of(expires_at=row.expires_at, accepted_at=row.accepted_at, revoked_at=row.revoked_at, now=now)
    return Invited(row.id, row.email, row.role, partner, inviter, row.created_at, last_full_day(row.expires_at), state)


def _inviter(session: Session, user_id: int | None, *, on: date) -> Actor:
    if user_id is None:
        return MACHINE
    user = find_with_grants(session, user_id)
    return actor_of(user, on=on) if user is not None else Actor(None)


def _place_is_there(session: Session, offer: Offer, *, on: date) -> bool:
    """Whether the partner takes part on the day, and the company was not merged into another one."""
    if offer.organisation_id is not None:
        part = _table("partnerships").c
        present = exists().where(
            part.trio_id == offer.trio_id, part.organisation_id == offer.organisation_id,
            part.starts_on <= on, or_(part.ends_on.is_(None), part.ends_on >= on),
        )  # fmt: skip
        return bool(session.scalar(select(present)))
    if offer.company_id is not None:
        company = _table("companies").c
        kept = exists().where(company.id == offer.company_id, company.merged_into_id.is_(None))
        return bool(session.scalar(select(kept)))
    return True


def _organisation_of(session: Session, invitation: Invitation, *, on: date) -> str | None:
    """For which partner the inviter acts in the Trio of the invitation, or, for a company, in one of their Trios."""
    organisations = _table("organisations").c
    query = (
        select(organisations.name)
        .join(RoleGrant, RoleGrant.organisation_id == organisations.id)
        .where(
            RoleGrant.user_id == invitation.invited_by, RoleGrant.revoked_at.is_(None),
            or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= on),
        )
    )  # fmt: skip
    if invitation.trio_id is not None:
        query = query.where(RoleGrant.trio_id == invitation.trio_id, RoleGrant.role == Role.TRIO_ADMIN)
    else:
        query = query.where(RoleGrant.role == Role.CLUSTER_MANAGER)
    return session.scalar(query.order_by(RoleGrant.id).limit(1))


def _table(name: str) -> Table:
    return Base.metadata.tables[name]
