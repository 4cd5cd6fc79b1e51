"""Inviting people into a Trio, giving and ending roles, and helping who lost a phone or left in a hurry."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import services as accounts
from app.accounts.models import RoleGrant
from app.accounts.queries import get_user
from app.accounts.rules.invitations import Offer
from app.accounts.services import factors, invitations
from app.kit import audit, clock
from app.kit.actors import Actor, Role
from app.kit.errors import Invalid, NotFound
from app.kit.text import Text, _
from app.kit.verdicts import Answer, ensure
from app.trios.models import Partnership, Trio
from app.trios.queries import members as queries
from app.trios.queries.roles import count_others
from app.trios.rules import may_manage
from app.trios.rules import members as rules


@dataclass(frozen=True, slots=True)
class Invite:
    """To whom a role is offered, and in which language the mail is if we do not know theirs."""

    offer: Offer
    emails: tuple[str, ...]
    language: str = "de"


def faults_of_invite(session: Session, actor: Actor, wanted: Invite, *, now: datetime) -> dict[str, list[Text]]:
    """Everything that is wrong with an invite, by field of its form; empty when it can be sent."""
    part = queries.find_part(session, wanted.offer, on=clock.local_date(now))
    verdict = rules.may_act_for(actor, wanted.offer, part)
    if not verdict and verdict.reason is not None:
        return {"role" if part is not None else "organisation_id": [verdict.reason]}
    found = (invitations.faults_of_offer(session, actor, wanted.offer, each, now=now) for each in wanted.emails)
    faults = [fault for fault in found if fault is not None]
    return {"emails": faults} if faults else {}


def invite(session: Session, actor: Actor, wanted: Invite, *, now: datetime) -> int:
    """Offer the role to every address: all of them, or none; how many invitations there are now.

    Forbidden without power over the role, Conflict when it does not fit the partner, Invalid with all faults of the
    addresses at once.
    """
    ensure(rules.may_act_for(actor, wanted.offer, queries.find_part(session, wanted.offer, on=clock.local_date(now))))
    faults = faults_of_invite(session, actor, wanted, now=now)
    if faults:
        raise Invalid(_("Some of the addresses need another look."), [str(one) for one in faults["emails"]])
    for email in wanted.emails:
        invitations.invite(session, actor, wanted.offer, email, language=wanted.language, now=now)
    return len(wanted.emails)


def give_role(
    session: Session, actor: Actor, user_id: int, role: Role, *, partnership_id: int | None = None, now: datetime
) -> None:
    """Give a role to somebody who has an account, without asking them: for administrators of the platform.

    A role in a Trio names the partnership that it is held for.
    """
    part = session.get(Partnership, partnership_id) if partnership_id is not None else None
    offer = Offer(role) if part is None else Offer(role, part.trio_id, None, part.organisation_id)
    get_user(session, user_id)
    kind = queries.find_part(session, offer, on=clock.local_date(now)) if part is not None else None
    ensure(rules.may_give_to(actor, user_id, offer, kind))
    invitations.give_role(session, actor, user_id, offer, now=now)


def end_role(
    session: Session, actor: Actor, user_id: int | None, grant_id: int, *, trio_id: int | None = None, now: datetime
) -> None:
    """End a role of the person at once; ending it twice is the same as once. With ``trio_id``, one of that Trio.

    NotFound for who has no power over it and does not hold it. Conflict for the last administrator: those of the same
    place are locked meanwhile, so two of them cannot remove each other.
    """
    held = session.get(RoleGrant, grant_id)
    if held is None or held.user_id != user_id or (trio_id is not None and held.trio_id != trio_id):
        raise NotFound(_("There is no such role."))
    offer = Offer(held.role, held.trio_id, held.company_id)
    if offer.role in rules.LASTING:
        _lock_holders(session, offer)
        session.refresh(held)
    others = count_others(session, offer, held.user_id, on=clock.local_date(now))
    verdict = rules.may_end_role(actor, held.user_id, offer, others=others)
    if verdict.answer is Answer.NOT_YOU:
        raise NotFound(_("There is no such role."))
    if held.revoked_at is None:
        ensure(verdict)
    accounts.revoke(session, actor, held, now=now)


def sign_out_everywhere(session: Session, actor: Actor, user_id: int, *, trio_id: int | None, now: datetime) -> None:
    """End every session of a member of the Trio, or (without one) of anybody. NotFound when they are none of it."""
    is_member = trio_id is not None and _require_member(session, actor, trio_id, user_id, now=now)
    get_user(session, user_id)
    ensure(rules.may_sign_out(actor, user_id, is_member=is_member))
    accounts.end_sessions(session, user_id, now=now)
    audit.record(session, actor, "sessions.ended", "user", user_id, trio_id=trio_id, at=now)


def reset_second_factor(session: Session, actor: Actor, user_id: int, *, trio_id: int | None, now: datetime) -> None:
    """Take all factors from a member who lost them; they set up new ones. NotFound when they are none of the Trio.

    Forbidden for somebody who also holds roles elsewhere: then it is for the administrators of the platform.
    """
    if trio_id is not None:
        _require_member(session, actor, trio_id, user_id, now=now)
    factors.reset_factors(session, actor, user_id, now=now)


def _lock_holders(session: Session, offer: Offer) -> None:
    """Let nobody else appoint or remove administrators of the place until this transaction ends."""
    if offer.trio_id is not None:
        session.scalar(select(Trio.id).where(Trio.id == offer.trio_id).with_for_update())
        return
    holders = select(RoleGrant.id).where(
        RoleGrant.role == offer.role, RoleGrant.trio_id.is_(None), RoleGrant.revoked_at.is_(None)
    )
    session.scalars(holders.order_by(RoleGrant.id).with_for_update()).all()


def _require_member(session: Session, actor: Actor, trio_id: int, user_id: int, *, now: datetime) -> bool:
    """True for a person of a Trio that the actor manages; NotFound otherwise."""
    if not may_manage(actor, trio_id):
        raise NotFound(_("There is no such person."))
    if not queries.get_member(session, trio_id, user_id, on=clock.local_date(now)).held:
        raise NotFound(_("There is no such person."))
    return True
