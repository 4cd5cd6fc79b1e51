"""Passwords: set, taken away, compared."""

import secrets
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts import queries, rules
from app.accounts.models import SignInLink
from app.accounts.rules.passwords import as_kept, may_have_password
from app.accounts.services.notices import notify
from app.accounts.services.sessions import end_sessions
from app.kit import audit
from app.kit.actors import Actor
from app.kit.verdicts import ensure

_hasher = PasswordHasher()
_nobody = _hasher.hash(secrets.token_hex())
"""Checked when there is no such account, so that the answer takes as long."""


def change_password(
    session: Session, actor: Actor, user_id: int, password: str, *, but: int | None = None, now: datetime
) -> None:
    """Choose a password: all sessions ``but`` one and the open links end, and the person gets a mail. Conflict."""
    user = queries.get_user(session, user_id)
    ensure(rules.may_change_sign_in(is_demo=user.is_demo))
    ensure(may_have_password(password, known=known_passwords(), own=(user.name, user.email)))
    had_one = user.password_hash is not None
    set_password(session, user_id, password, but=but, now=now)
    _tell(session, actor, user_id, "changed" if had_one else "set", now=now)


def remove_password(session: Session, actor: Actor, user_id: int, *, but: int | None = None, now: datetime) -> None:
    """Do without a password from now on: the mail link and passkeys stay. Once more is harmless."""
    user = queries.get_user(session, user_id)
    ensure(rules.may_change_sign_in(is_demo=user.is_demo))
    if user.password_hash is None:
        return
    user.password_hash = None
    end_sessions(session, user_id, but=but, now=now)
    _tell(session, actor, user_id, "removed", now=now)


def set_password(session: Session, user_id: int, password: str, *, but: int | None = None, now: datetime) -> None:
    """Set a password without asking and telling anybody; end all other sessions and the open links of the person."""
    user = queries.get_user(session, user_id)
    user.password_hash = _hasher.hash(as_kept(password))
    end_sessions(session, user_id, but=but, now=now)
    end_links(session, user_id, now=now)


def check_password(session: Session, *, email: str, password: str) -> int | None:
    """Whom the address and password sign in, or None.

    Only reads, and costs the same work whoever is asked for: a password takes its time to check, and nobody else
    should wait for that. Guesses are counted beforehand (``limits.begin_guess``).
    """
    user = queries.find_by_email(session, rules.clean_email(email))
    stored = user.password_hash if user is not None else None
    try:
        _hasher.verify(stored or _nobody, as_kept(password))
    except (VerificationError, InvalidHashError):
        return None
    return user.id if user is not None and stored else None


def renew_hash(session: Session, user_id: int, password: str) -> None:
    """Hash the right password anew when the hash of its day has become too weak."""
    user = queries.get_user(session, user_id)
    if user.password_hash is not None and _hasher.check_needs_rehash(user.password_hash):
        user.password_hash = _hasher.hash(as_kept(password))


def end_links(session: Session, user_id: int, *, now: datetime) -> None:
    """Let no mail that is under way sign the person in any more."""
    open_ones = update(SignInLink).where(SignInLink.user_id == user_id, SignInLink.used_at.is_(None))
    session.execute(open_ones.values(used_at=now))


@cache
def known_passwords() -> AbstractSet[str]:
    """The most frequent stolen passwords, in small letters; read when the first person chooses one."""
    # a large list that most processes never need
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # type: ignore[import-untyped] # noqa: PLC0415

    return frozenset(FREQUENCY_LISTS["passwords"])


def _tell(session: Session, actor: Actor, user_id: int, what: str, *, now: datetime) -> None:
    audit.record(session, actor, f"password.{what}", "user", user_id, at=now)
    notify(session, user_id, f"accounts/mail/password_{what}", now=now)
