"""Coming back from an OpenID Connect provider: whose account it is, and connecting and disconnecting one's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.models import ExternalIdentity, Invitation, User
from app.accounts.queries.identities import find_identity, get_identity
from app.accounts.queries.invitations import list_open_for
from app.accounts.rules.providers import Asserted, Outcome, may_add_way_in, outcome_of
from app.accounts.services import invitations, people
from app.accounts.services.notices import notify
from app.accounts.services.proving import prove_address
from app.kit import audit
from app.kit.actors import Actor
from app.kit.verdicts import Verdict, ensure


@dataclass(frozen=True, slots=True)
class Arrival:
    """What comes of it, and who is signed in by it; nobody, where the outcome says so."""

    outcome: Outcome
    user_id: int | None = None


def sign_in_with(session: Session, asserted: Asserted, *, language: str, now: datetime) -> Arrival:
    """Somebody comes back from a provider and wants to be signed in.

    Nobody becomes staff by this but whom an open invitation to the proved address names; no account is taken over.
    """
    identity = find_identity(session, asserted.issuer, asserted.subject)
    known = queries.find_by_email(session, asserted.email) if asserted.email is not None else None
    offers: Sequence[Invitation] = []
    if identity is not None:
        identity.used_at = now
    elif asserted.email is not None:
        offers = list_open_for(session, asserted.email, now=now)
        offers = [offer for offer in offers if known is None or offer.invited_by != known.id]
    outcome = outcome_of(
        owner=identity.user_id if identity is not None else None, connecting=None,
        has_address=asserted.email is not None, is_invited=bool(offers), is_taken=known is not None,
    )  # fmt: skip
    if outcome in {Outcome.NEW, Outcome.INVITED}:
        return _join(session, asserted, offers, language=language, now=now)
    return Arrival(outcome, identity.user_id if identity is not None else None)


def may_connect(session: Session, actor: Actor) -> Verdict:
    """Whether the actor may connect an identity; for the button, too."""
    user = queries.get_user(session, actor.user_id)
    return may_add_way_in(is_verified=user.verified_at is not None, is_demo=user.is_demo)


def connect(session: Session, actor: Actor, asserted: Asserted, *, provider: str, now: datetime) -> Outcome:
    """Connect the identity with the actor's account; once is enough. ``provider`` is its name, for the mail about it.

    Conflict when the actor has not proved their address yet; the outcome tells when the identity is another account's.
    """
    user = queries.get_user(session, actor.user_id)
    ensure(may_connect(session, actor))
    owner, is_new = _give(session, user.id, asserted, now=now)
    if is_new:
        notify(session, user.id, "accounts/mail/provider_connected", provider=provider, now=now)
    return outcome_of(owner=owner, connecting=user.id, has_address=False, is_invited=False, is_taken=False)


def disconnect(session: Session, actor: Actor, identity_id: int, *, now: datetime) -> None:
    """The identity signs nobody in any more; the mail link always does. NotFound when it is not the actor's."""
    identity = get_identity(session, actor.user_id, identity_id)
    old = {"identity": identity.id}
    audit.record(session, actor, "identity.disconnected", "user", identity.user_id, old=old, at=now)
    session.delete(identity)


def _join(
    session: Session, asserted: Asserted, offers: Sequence[Invitation], *, language: str, now: datetime
) -> Arrival:
    """The account of the proved address: made, or found when it is invited; with everything it is invited to."""
    assert asserted.email is not None
    joined = people.join(
        session, name=asserted.name or asserted.email.partition("@")[0], email=asserted.email,
        language=offers[0].language if offers else language, now=now,
    )  # fmt: skip
    if not joined.is_new and not offers:  # somebody made it in this very moment
        return Arrival(Outcome.TAKEN)
    user = session.get_one(User, joined.user_id, with_for_update=True)
    prove_address(session, user, now=now)
    for offer in offers:
        invitations.accept(session, offer, user.id, now=now)
    owner, _is_new = _give(session, user.id, asserted, now=now)
    return Arrival(Outcome.INVITED if offers else Outcome.NEW, owner)


def _give(session: Session, user_id: int, asserted: Asserted, *, now: datetime) -> tuple[int, bool]:
    """Make the identity this person's unless it is somebody's already; whose it is, and whether that is new."""
    known = find_identity(session, asserted.issuer, asserted.subject)
    if known is None:
        identity = ExternalIdentity(
            user_id=user_id, issuer=asserted.issuer, subject=asserted.subject, created_at=now, used_at=now
        )
        try:
            with session.begin_nested():
                session.add(identity)
        except IntegrityError:  # the same answer, come twice in this very moment
            known = find_identity(session, asserted.issuer, asserted.subject)
            if known is None:
                raise
        else:
            new = {"identity": identity.id}
            audit.record(session, Actor(user_id), "identity.connected", "user", user_id, new=new, at=now)
            return user_id, True
    return known.user_id, False
