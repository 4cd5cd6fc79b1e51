"""Offering roles by mail: invite, send again, take back, accept."""

import secrets
from datetime import datetime

from babel.dates import format_date
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import queries, rules
from app.accounts.models import Invitation, RoleGrant, User
from app.accounts.queries import contacts
from app.accounts.queries import invitations as reading
from app.accounts.rules.invitations import (
    INVITATION_LIFETIME,
    ROLE_ALLOWS,
    ROLE_NAMES,
    SAME_SUBMISSION,
    Offer,
    may_give,
    why_not_offer,
)
from app.accounts.services import people
from app.accounts.services.proving import prove_address
from app.accounts.services.tokens import digest
from app.kit import audit, clock, outbox
from app.kit.actors import Actor, Role
from app.kit.errors import Conflict, NotFound
from app.kit.text import Text, _
from app.kit.verdicts import ensure

PURPOSE = "invitation"
"""What its tokens are hashed for: a token of a sign-in link is none of an invitation."""
_DEAD = _("This invitation does not work any more.")


def faults_of_offer(session: Session, actor: Actor, offer: Offer, email: str, *, now: datetime) -> Text | None:
    """Why the actor, who has power over the role, cannot offer it to this address; None when they can.

    Who holds the role, and who was invited, is told where the actor sees both anyway: in an own Trio, and to
    administrators of the platform. To cluster managers an HR contact whom somebody else invited is a stranger.
    """
    address = rules.clean_email(email)
    sees_all = offer.trio_id is not None or actor.holds(Role.SITE_ADMIN)
    known = reading.find_open(session, address, offer, now=now)
    return why_not_offer(
        address,
        is_own=actor.user_id is not None and queries.get_user(session, actor.user_id).email == address,
        holds=sees_all and reading.has_role(session, address, offer),
        is_open=(
            known is not None and (sees_all or known.invited_by == actor.user_id) and not _is_same(known, actor, now)
        ),
    )


def invite(session: Session, actor: Actor, offer: Offer, email: str, *, language: str, now: datetime) -> int:
    """Offer a role to an address and post the mail; the id of the invitation. Forbidden without power over the role.

    The same form, sent twice, invites once. Conflict when the address holds the role, or was invited already.
    """
    invitation, token = _make(session, actor, offer, email, language=language, now=now)
    if token:
        _post(session, invitation, token, now=now)
    return invitation.id


def invite_contact(
    session: Session, actor: Actor, company_id: int, email: str, *, language: str = "de", now: datetime
) -> int:
    """Invite somebody to be HR contact of a company that the actor's cluster keeps in its register."""
    return invite(session, actor, Offer(Role.HR_CONTACT, company_id=company_id), email, language=language, now=now)


def invite_administrator(session: Session, email: str, *, language: str = "de", now: datetime) -> str:
    """Invite an administrator of the platform from the command line; the token of the link.

    A second call replaces the first invitation: whoever can run commands may have lost its link.
    """
    offer = Offer(Role.SITE_ADMIN)
    known = reading.find_open(session, rules.clean_email(email), offer, now=now)
    if known is not None and known.invited_by is None:
        return _renew(session, reading.MACHINE, known, now=now)
    invitation, token = _make(session, reading.MACHINE, offer, email, language=language, now=now)
    _post(session, invitation, token, now=now)
    return token


def resend(session: Session, actor: Actor, invitation_id: int, *, now: datetime) -> None:
    """Send an invitation again, under a new link and for another two weeks; the old link dies.

    From now on the actor stands for it: an inviter who has lost the power is replaced by one who has it.
    """
    invitation = _locked(session, actor, invitation_id)
    if invitation.accepted_at is not None or invitation.revoked_at is not None:
        raise Conflict(_("This invitation was accepted or taken back already."))
    _renew(session, actor, invitation, now=now)


def revoke_invitation(session: Session, actor: Actor, invitation_id: int, *, now: datetime) -> None:
    """Take an invitation back; doing so twice changes nothing. Conflict when it was accepted meanwhile."""
    invitation = _locked(session, actor, invitation_id)
    if invitation.revoked_at is not None:
        return
    if invitation.accepted_at is not None:
        raise Conflict(_("This invitation was accepted already. End the role instead."))
    invitation.revoked_at, invitation.revoked_by = now, actor.user_id
    _record(session, actor, "invitation.revoked", invitation, now=now)


def accept(session: Session, invitation: Invitation, user_id: int, *, now: datetime) -> None:
    """The person, who has just proved that the invited address is theirs, takes the role; twice is the same as once.

    NotFound when the invitation is another address's, over, or void: its inviter lost the power to give the role, or
    the partner left the Trio. The role is given in the inviter's name.
    """
    invitation = reading.get_invitation(session, invitation.id, lock=True)
    if invitation.accepted_by == user_id:
        return
    user = session.get_one(User, user_id, with_for_update=True)
    if user.email != invitation.email or user_id == invitation.invited_by:
        raise NotFound(_DEAD)
    if not reading.still_stands(session, invitation, now=now):
        raise NotFound(_DEAD)
    invitation.accepted_at, invitation.accepted_by = now, user_id
    prove_address(session, user, now=now)
    _record(session, Actor(user_id), "invitation.accepted", invitation, now=now)
    give_role(session, Actor(invitation.invited_by), user_id, reading.offer_of(invitation), now=now)


def accept_by_link(session: Session, token: str, *, name: str = "", now: datetime) -> int:
    """Take the role that the link offers, with a new account of this name if the address has none; whose account it is.

    NotFound when the link does not work, whatever the cause.
    """
    invitation = reading.find_invitation(session, digest(PURPOSE, token), lock=True)
    if invitation is None or not reading.still_stands(session, invitation, now=now):
        raise NotFound(_DEAD)
    joined = people.join(session, name=name, email=invitation.email, language=invitation.language, now=now)
    accept(session, invitation, joined.user_id, now=now)
    return joined.user_id


def give_role(session: Session, actor: Actor, user_id: int, offer: Offer, *, now: datetime) -> RoleGrant:
    """Give the role now. One that is held only until some day gives way: its partner leaves, or has left."""
    held = session.scalar(
        select(RoleGrant).where(RoleGrant.user_id == user_id, *reading.held_as(offer)).with_for_update()
    )
    last = reading.last_day_of(session, offer, on=clock.local_date(now))
    if held is not None and held.ends_on is not None and held.ends_on != last:
        people.revoke(session, actor, held, now=now)
        session.flush()
    given = people.grant(
        session, actor, user_id, offer.role, trio_id=offer.trio_id, company_id=offer.company_id,
        organisation_id=offer.organisation_id, now=now,
    )  # fmt: skip
    if last is not None and given is not held:  # the partner leaves on that day, and the role with it
        people.limit(session, actor, given, ends_on=last, now=now)
    return given


def end_contact(session: Session, actor: Actor, grant_id: int, *, now: datetime) -> None:
    """End the role of an HR contact whom the actor's cluster appointed; twice is the same as once.

    NotFound for whoever could not have given it or does not see the contact (``contacts.list_contacts``): the company
    may stand in the registers of several Trios, its people are each one's own. So is every other role.
    """
    held = session.get(RoleGrant, grant_id, with_for_update=True, populate_existing=True)
    offer = Offer(Role.HR_CONTACT, company_id=held.company_id if held is not None else None)
    power = may_give(actor, offer, companies=reading.companies_of(session, actor, offer))
    if held is None or held.role is not Role.HR_CONTACT or not power or not _sees(session, actor, held.granted_by):
        raise NotFound(_("There is no such role."))
    people.revoke(session, actor, held, now=now)


def _make(
    session: Session, actor: Actor, offer: Offer, email: str, *, language: str, now: datetime
) -> tuple[Invitation, str]:
    """The invitation and its token; an empty token when the same form was sent before."""
    ensure(may_give(actor, offer, companies=reading.companies_of(session, actor, offer)))
    if actor.user_id is not None:  # two forms of the same person, one after the other
        session.scalar(select(User.id).where(User.id == actor.user_id).with_for_update())
    fault = faults_of_offer(session, actor, offer, email, now=now)
    if fault is not None:
        raise Conflict(fault)
    address = rules.clean_email(email)
    known = reading.find_open(session, address, offer, now=now)
    if known is not None and _is_same(known, actor, now):
        return known, ""
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        email=address, role=offer.role, trio_id=offer.trio_id, company_id=offer.company_id,
        organisation_id=offer.organisation_id, language=language, token_hash=digest(PURPOSE, token),
        invited_by=actor.user_id, created_at=now, expires_at=now + INVITATION_LIFETIME,
    )  # fmt: skip
    session.add(invitation)
    session.flush()
    _record(session, actor, "invitation.sent", invitation, now=now)
    return invitation, token


def _is_same(known: Invitation, actor: Actor, now: datetime) -> bool:
    return known.invited_by == actor.user_id is not None and now - known.created_at < SAME_SUBMISSION


def _renew(session: Session, actor: Actor, invitation: Invitation, *, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    invitation.token_hash, invitation.invited_by = digest(PURPOSE, token), actor.user_id
    invitation.expires_at = now + INVITATION_LIFETIME
    session.flush()
    _record(session, actor, "invitation.resent", invitation, now=now)
    _post(session, invitation, token, now=now)
    return token


def _locked(session: Session, actor: Actor, invitation_id: int) -> Invitation:
    """The invitation for the actor alone; NotFound for whoever could not have sent it, or does not see it."""
    invitation = reading.get_invitation(session, invitation_id, lock=True)
    offer = reading.offer_of(invitation)
    power = may_give(actor, offer, companies=reading.companies_of(session, actor, offer))
    if not power or (offer.company_id is not None and not _sees(session, actor, invitation.invited_by)):
        raise NotFound(_("There is no such invitation."))
    return invitation


def _sees(session: Session, actor: Actor, by: int | None) -> bool:
    """Whether the actor sees the contacts of a company whom this person appointed or invited."""
    return actor.holds(Role.SITE_ADMIN) or contacts.is_by_colleagues(session, actor, by)


def _record(session: Session, actor: Actor, action: str, invitation: Invitation, *, now: datetime) -> None:
    audit.record(
        session, actor, action, "invitation", invitation.id, trio_id=invitation.trio_id, at=now,
        new={"role": invitation.role, "company_id": invitation.company_id,
             "organisation_id": invitation.organisation_id, "expires_at": invitation.expires_at},
    )  # fmt: skip


def _post(session: Session, invitation: Invitation, token: str, *, now: datetime) -> None:
    offered = reading.describe(session, invitation, now=now)
    where = {"user_id": offered.user_id} if offered.user_id is not None else {
        "user_id": None, "to": invitation.email, "language": invitation.language,
    }  # fmt: skip
    values = {
        "token": token, "role": ROLE_NAMES[offered.role].one, "allows": ROLE_ALLOWS[offered.role].one,
        "place": offered.trio or offered.company, "partner": offered.partner, "inviter": offered.inviter,
        "inviter_for": offered.inviter_for,
        "until": {language: format_date(offered.last_day, "long", locale=language) for language in ("de", "en")},
    }  # fmt: skip
    outbox.post(session, "mail", at=now, template="accounts/mail/invitation", values=values, **where)
