"""Reading the HR contacts of a company: who holds the role, and who was invited to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.accounts.models import Invitation, RoleGrant, User
from app.accounts.queries.invitations import Invited, list_invitations
from app.kit.actors import Actor, Role

_MOST = 100
"""More people than one company's HR department sends here."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who holds the role."""

    grant_id: int
    user_id: int
    name: str
    email: str
    granted_at: datetime


def list_contacts(session: Session, actor: Actor, company_id: int) -> Sequence[Contact]:
    """The HR contacts of a company whom a cluster manager of the actor's Trios appointed; all of them for the platform.

    One company may stand in the registers of several Trios; people never cross from one to the other.
    """
    query = (
        select(RoleGrant.id, User.id, User.name, User.email, RoleGrant.granted_at)
        .join(User, User.id == RoleGrant.user_id)
        .where(
            RoleGrant.company_id == company_id, RoleGrant.role == Role.HR_CONTACT, RoleGrant.revoked_at.is_(None),
            *_by_colleagues(actor, RoleGrant.granted_by),
        )
        .order_by(User.name, RoleGrant.id)
        .limit(_MOST)
    )  # fmt: skip
    return [Contact(*row) for row in session.execute(query)]


def list_contact_invitations(session: Session, actor: Actor, company_id: int, *, now: datetime) -> Sequence[Invited]:
    """The open invitations to become HR contact of a company, for whoever sees the contacts."""
    mine = _by_colleagues(actor, Invitation.invited_by)
    return list_invitations(session, Invitation.company_id == company_id, *mine, now=now, size=_MOST).items


def is_by_colleagues(session: Session, actor: Actor, user_id: int | None) -> bool:
    """Whether this person, who appointed or invited a contact, is one whose contacts the actor sees."""
    return bool(session.scalar(select(User.id).where(User.id == user_id, *_by_colleagues(actor, User.id))))


def _by_colleagues(
    actor: Actor, by: InstrumentedAttribute[int | None] | InstrumentedAttribute[int]
) -> tuple[ColumnElement[bool], ...]:
    """The condition that somebody did it who is, or was, a cluster manager of one of the actor's Trios."""
    if actor.holds(Role.SITE_ADMIN):
        return ()
    theirs = aliased(RoleGrant)
    trio_ids = actor.trios_as(Role.CLUSTER_MANAGER)
    return (exists().where(theirs.user_id == by, theirs.role == Role.CLUSTER_MANAGER, theirs.trio_id.in_(trio_ids)),)
