"""Reading people, their grants, links and failures."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from app.accounts.models import SignInFailure, SignInLink, User
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
    """The person with this (clean) address, or None."""
    return session.scalar(select(User).where(User.email == email))


def actor_of(user: User) -> Actor:
    """The actor of a person loaded with grants."""
    return Actor(user.id, frozenset(Grant(grant.role, grant.trio_id, grant.company_id) for grant in user.grants))


def names_of(session: Session, user_ids: Iterable[int]) -> dict[int, str]:
    """Names by id, in one query."""
    rows = session.execute(select(User.id, User.name).where(User.id.in_(set(user_ids))))
    return dict(rows.all())


def count_failures(session: Session, email_hash: str, *, since: datetime) -> int:
    """Wrong passwords for an address since a moment."""
    query = select(func.count()).where(SignInFailure.email_hash == email_hash, SignInFailure.failed_at >= since)
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


def list_demo_people(session: Session) -> list[User]:
    """The demo accounts in the order they were made."""
    return list(session.scalars(select(User).where(User.is_demo, User.password_hash.is_not(None)).order_by(User.id)))
