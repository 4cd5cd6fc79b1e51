"""Making accounts, giving and taking roles, changing details."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import queries, rules
from app.accounts.models import RoleGrant, User
from app.accounts.services.sessions import end_sessions
from app.kit import audit
from app.kit.actors import Actor, Role
from app.kit.clock import local_date


@dataclass(frozen=True, slots=True)
class Joined:
    """Whose account an e-mail address is; ``is_new`` when it was made just now."""

    user_id: int
    is_new: bool


def join(session: Session, *, name: str, email: str, language: str, now: datetime) -> Joined:
    """Make an account without a password; if the address has one already, that one is returned untouched."""
    address = rules.clean_email(email)
    known = queries.find_by_email(session, address)
    if known is not None:
        return Joined(known.id, is_new=False)
    user = User(
        email=address, name=rules.clean_name(name), language=language, key=secrets.token_hex(16), created_at=now
    )
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError:  # the same form, sent twice in this very moment
        known = queries.find_by_email(session, address)
        if known is None:
            raise
        return Joined(known.id, is_new=False)
    return Joined(user.id, is_new=True)


def grant(
    session: Session, actor: Actor, user_id: int, role: Role, *, trio_id: int | None = None,
    company_id: int | None = None, organisation_id: int | None = None, now: datetime,
) -> RoleGrant:  # fmt: skip
    """Give the person a role in a Trio (for one of its partners), for a company, or everywhere.

    Whoever may see more than before signs in anew: all their sessions end. A role that is held already stays as it is.
    """
    queries.get_user(session, user_id)
    held = session.scalar(
        select(RoleGrant).where(
            RoleGrant.user_id == user_id, RoleGrant.role == role, RoleGrant.trio_id.is_not_distinct_from(trio_id),
            RoleGrant.company_id.is_not_distinct_from(company_id), RoleGrant.revoked_at.is_(None),
        )
    )  # fmt: skip
    if held is not None and (held.ends_on is None or held.ends_on >= local_date(now)):
        return held
    if held is not None:  # it ran out on its last day; what begins now is another one
        revoke(session, actor, held, now=now)
        session.flush()
    given = RoleGrant(
        user_id=user_id, role=role, trio_id=trio_id, company_id=company_id, organisation_id=organisation_id,
        granted_at=now, granted_by=actor.user_id,
    )  # fmt: skip
    session.add(given)
    end_sessions(session, user_id, now=now)
    audit.record(
        session, actor, "role.granted", "user", user_id, trio_id=trio_id, at=now,
        new={"role": role, "company_id": company_id, "organisation_id": organisation_id},
    )  # fmt: skip
    return given


def revoke(session: Session, actor: Actor, given: RoleGrant, *, now: datetime) -> None:
    """End a role at once; the row stays as history. Open sessions lose what it allowed with the next request."""
    if given.revoked_at is not None:
        return
    given.revoked_at, given.revoked_by = now, actor.user_id
    audit.record(
        session, actor, "role.revoked", "user", given.user_id, trio_id=given.trio_id, at=now,
        old={"role": given.role, "company_id": given.company_id, "organisation_id": given.organisation_id},
    )  # fmt: skip


def limit(session: Session, actor: Actor, given: RoleGrant, *, ends_on: date | None, now: datetime) -> None:
    """Give a role a last day, or take that day away again."""
    before, given.ends_on = given.ends_on, ends_on
    audit.record(
        session, actor, "role.limited", "user", given.user_id, trio_id=given.trio_id, at=now,
        old={"role": given.role, "ends_on": before}, new={"role": given.role, "ends_on": ends_on},
    )  # fmt: skip


def change_details(session: Session, user_id: int, *, name: str, language: str) -> None:
    """Change what certificates and mails are addressed with."""
    user = queries.get_user(session, user_id)
    user.name, user.language = rules.clean_name(name), language
