"""Reading signed-in sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from app.accounts.models import Passkey, SignInSession, Totp, User
from app.accounts.rules.signing_in import session_lifetime
from app.kit.errors import NotFound
from app.kit.text import _

MOST = 100
"""Sessions shown to a person."""


@dataclass(frozen=True, slots=True)
class Found:
    """A session, whose it is (with grants), and whether they have a second factor."""

    session: SignInSession
    user: User
    has_second_factor: bool


def find_session(session: Session, token_hash: str) -> Found | None:
    """The session with this token, with its person, their grants and whether they have a factor; two queries."""
    row = session.execute(
        select(SignInSession, User, _has_factor(SignInSession.user_id))
        .join(User, User.id == SignInSession.user_id)
        .where(SignInSession.token_hash == token_hash)
        .options(selectinload(User.grants))
    ).one_or_none()
    return Found(*row) if row is not None else None


def has_second_factor(session: Session, user_id: int) -> bool:
    """Whether the person has an authenticator app that works, or a passkey."""
    return bool(session.scalar(select(_has_factor(user_id))))


def _has_factor(user_id: int | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    return or_(
        exists().where(Totp.user_id == user_id, Totp.confirmed_at.is_not(None)),
        exists().where(Passkey.user_id == user_id),
    )


def list_sessions(session: Session, user_id: int, *, is_staff: bool, now: datetime) -> Sequence[SignInSession]:
    """The sessions of a person that still sign in, the last used first; at most ``MOST``."""
    lifetime = session_lifetime(is_staff=is_staff)
    query = select(SignInSession).where(
        SignInSession.user_id == user_id, SignInSession.ended_at.is_(None),
        SignInSession.seen_at >= now - lifetime.idle, SignInSession.created_at >= now - lifetime.longest,
    )  # fmt: skip
    return session.scalars(query.order_by(SignInSession.seen_at.desc(), SignInSession.id.desc()).limit(MOST)).all()


def get_session(session: Session, user_id: int, session_id: int) -> SignInSession:
    """One session of the person, or NotFound."""
    found = session.get(SignInSession, session_id)
    if found is None or found.user_id != user_id:
        raise NotFound(_("There is no such session."))
    return found
