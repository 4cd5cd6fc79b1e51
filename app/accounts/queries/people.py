"""Reading people, their grants, links, changes of address and tries."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload

from app.accounts.models import Attempt, EmailChange, SignInLink, User
from app.kit.actors import Actor, Grant
from app.kit.errors import NotFound
from app.kit.text import _


def find_with_grants(session: Session, user_id: int) -> User | None:
    """The person with their grants, or None."""
    return session.scalar(select(User).where(User.id == user_id).options(selectinload(User.grants)))


def get_user(session: Session, user_id: int | None) -> User:
    """The person, or NotFound."""
    user = session.get(User, user_id) if user_id is not None else None
    if user is None:
        raise NotFound(_("There is no such person."))
    return user


def find_by_email(session: Session, email: str) -> User | None:
    """The person with this (clean) address, or None; who was erased has none."""
    return session.scalar(select(User).where(User.email == email, User.erased_at.is_(None)))


def actor_of(user: User, *, on: date) -> Actor:
    """The actor of a person loaded with grants: with those that hold on a day."""
    held = (
        Grant(grant.role, grant.trio_id, grant.company_id)
        for grant in user.grants
        if grant.revoked_at is None and (grant.ends_on is None or grant.ends_on >= on)
    )
    return Actor(user.id, frozenset(held))


def names_of(session: Session, user_ids: Iterable[int]) -> dict[int, str]:
    """Names by id, in one query."""
    rows = session.execute(select(User.id, User.name).where(User.id.in_(set(user_ids))))
    return dict(rows.all())


def count_attempts(session: Session, kind: str, key_hash: str, *, since: datetime) -> int:
    """How often something was tried for an address, person or client since a moment."""
    query = select(func.count()).where(Attempt.kind == kind, Attempt.key_hash == key_hash, Attempt.made_at >= since)
    return session.scalar(query) or 0


def count_links(session: Session, user_id: int, *, since: datetime) -> int:
    """Links sent to a person since a moment."""
    return (
        session.scalar(select(func.count()).where(SignInLink.user_id == user_id, SignInLink.created_at >= since)) or 0
    )


def find_link(session: Session, token_hash: str, *, lock: bool = False) -> SignInLink | None:
    """The link with this token, or None. With ``lock``, nobody else can use it meanwhile."""
    query = select(SignInLink).where(SignInLink.token_hash == token_hash)
    return session.scalar(query.with_for_update() if lock else query)


def find_email_change(session: Session, old_hash: str, new_hash: str, *, lock: bool = False) -> EmailChange | None:
    """The change of address with one of these tokens, or None. With ``lock``, nobody else confirms it meanwhile."""
    query = select(EmailChange).where(or_(EmailChange.old_hash == old_hash, EmailChange.new_hash == new_hash))
    return session.scalar(query.with_for_update() if lock else query)


def find_open_email_change(session: Session, user_id: int, *, now: datetime) -> EmailChange | None:
    """The change of address that still waits for the person's mailboxes, or None."""
    query = select(EmailChange).where(
        EmailChange.user_id == user_id, EmailChange.done_at.is_(None), EmailChange.expires_at > now
    )
    return session.scalar(query.order_by(EmailChange.id.desc()).limit(1))


def list_demo_people(session: Session) -> list[User]:
    """The demo accounts in the order they were made."""
    return list(session.scalars(select(User).where(User.is_demo, User.password_hash.is_not(None)).order_by(User.id)))
