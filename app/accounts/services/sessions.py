"""Signed-in sessions: begun, renewed, confirmed, ended."""

import secrets
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.models import SignInSession, User
from app.accounts.rules.signing_in import Method
from app.accounts.services.tokens import digest
from app.kit import audit, clock
from app.kit.actors import Actor


def begin_session(
    session: Session, user_id: int, *, method: Method, device: str = "", second_factor: bool = False, now: datetime
) -> str:
    """Sign the person in: the token for the cookie of one browser."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignInSession(
            user_id=user_id, token_hash=digest("session", token), method=method, device=device, created_at=now,
            seen_at=now, confirmed_at=now, second_factor_at=now if second_factor else None,
        )
    )  # fmt: skip
    session.flush()
    return token


def confirm_session(session: Session, session_id: int, *, second_factor: bool = False, now: datetime) -> str:
    """The person proved again who they are: the session is fresh, and goes on under a new token (no fixation)."""
    token = secrets.token_urlsafe(32)
    current = session.get_one(SignInSession, session_id, with_for_update=True)
    current.token_hash, current.confirmed_at, current.seen_at = digest("session", token), now, now
    if second_factor:
        current.second_factor_at = now
    return token


def end_session(session: Session, session_id: int, *, now: datetime) -> None:
    """Sign out of one browser, for good: a copy of the cookie does not work any more."""
    ended = update(SignInSession).where(SignInSession.id == session_id, SignInSession.ended_at.is_(None))
    session.execute(ended.values(ended_at=now))


def end_sessions(session: Session, user_id: int, *, but: int | None = None, now: datetime) -> None:
    """Sign the person out everywhere, or everywhere else."""
    ended = update(SignInSession).where(SignInSession.user_id == user_id, SignInSession.ended_at.is_(None))
    if but is not None:
        ended = ended.where(SignInSession.id != but)
    session.execute(ended.values(ended_at=now))


def end_own(session: Session, actor: Actor, user_id: int, session_id: int, *, now: datetime) -> None:
    """The person signs out of one of their browsers. NotFound when it is not theirs; twice is harmless."""
    found = queries.get_session(session, user_id, session_id)
    if found.ended_at is None:
        end_session(session, session_id, now=now)
        audit.record(session, actor, "session.ended", "user", user_id, new={"session_id": session_id}, at=now)


def end_everywhere(session: Session, actor: Actor, user_id: int, *, but: int | None = None, now: datetime) -> None:
    """Somebody signs a person out everywhere, or everywhere else: themselves, or for another one."""
    end_sessions(session, user_id, but=but, now=now)
    audit.record(session, actor, "sessions.ended", "user", user_id, new={"but": but}, at=now)


def note_use(session: Session, session_id: int, *, now: datetime) -> None:
    """Keep when a session was used, and on which day its person was here."""
    session.execute(update(SignInSession).where(SignInSession.id == session_id).values(seen_at=now))
    whose = select(SignInSession.user_id).where(SignInSession.id == session_id).scalar_subquery()
    session.execute(update(User).where(User.id == whose).values(seen_on=clock.local_date(now)))
