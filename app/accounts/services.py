"""Making accounts, and signing in by link or password."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, or_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import queries, rules
from app.accounts.models import RoleGrant, SignInFailure, SignInLink, User
from app.kit import outbox
from app.kit.actors import Role
from app.kit.errors import NotFound
from app.kit.text import _
from app.kit.verdicts import ensure

_hasher = PasswordHasher()
_nobody = _hasher.hash(secrets.token_hex())
"""Checked when there is no such account, so that the answer takes as long."""


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
        email=address, name=rules.clean_name(name), language=language, stamp=secrets.token_hex(16), created_at=now
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
    session: Session, user_id: int, role: Role, *, trio_id: int | None = None, company_id: int | None = None
) -> None:
    """Give the person a role in a Trio, for a company, or everywhere.

    Who never proved the address loses the sessions begun with it: anybody could have typed it.
    """
    user = queries.get_user(session, user_id)
    if user.verified_at is None:
        user.stamp = secrets.token_hex(16)
    session.add(RoleGrant(user_id=user_id, role=role, trio_id=trio_id, company_id=company_id))


def set_password(session: Session, user_id: int, password: str) -> None:
    """Set a password and end all other sessions of the person."""
    user = queries.get_user(session, user_id)
    user.password_hash, user.stamp = _hasher.hash(password), secrets.token_hex(16)


def send_link(session: Session, *, email: str, target: str, now: datetime) -> None:
    """Post a mail with a link that signs the person in once and goes on at ``target``.

    An unknown address gets nothing, and the caller cannot tell. Conflict when too many were sent.
    """
    user = queries.find_by_email(session, rules.clean_email(email))
    if user is None:
        return
    ensure(rules.may_send_link(queries.count_links(session, user.id, since=now - timedelta(hours=1))))
    token = secrets.token_urlsafe(32)
    session.add(
        SignInLink(
            user_id=user.id, token_hash=_hash(token), target=rules.safe_target(target),
            created_at=now, expires_at=now + rules.LINK_LIFETIME,
        )
    )  # fmt: skip
    outbox.post(session, "mail", at=now, user_id=user.id, template="accounts/mail/link", values={"token": token})


def use_link(session: Session, token: str, *, now: datetime) -> tuple[int, str]:
    """Whom the link signs in and where to go on. NotFound when it is wrong, used or expired: all look the same.

    The first one proves whose address it is, and ends the sessions that somebody began with it before.
    """
    link = queries.find_link(session, _hash(token), lock=True)
    if link is None or not rules.link_works(expires_at=link.expires_at, used_at=link.used_at, now=now):
        raise NotFound(_("This link does not work any more. Ask for a new one."))
    link.used_at = now
    user = queries.get_user(session, link.user_id)
    if user.verified_at is None:
        user.verified_at, user.stamp = now, secrets.token_hex(16)
    return user.id, link.target


def check_password(session: Session, *, email: str, password: str, now: datetime) -> int | None:
    """Whom the address and password sign in, or None. Conflict when there were too many failures.

    Only reads: a password takes its time to check, and nobody else should wait for that. ``note_attempt`` writes down
    how it went.
    """
    address = rules.clean_email(email)
    failures = queries.count_failures(session, _hash(address), since=now - rules.FAILURE_WINDOW)
    ensure(rules.may_try_password(failures))
    user = queries.find_by_email(session, address)
    stored = user.password_hash if user is not None else None
    try:
        _hasher.verify(stored or _nobody, password)
    except (VerificationError, InvalidHashError):
        return None
    return user.id if user is not None and stored else None


def note_attempt(session: Session, user_id: int | None, *, email: str, password: str, now: datetime) -> None:
    """Remember a wrong password for the address, or forget the wrong ones after a right one; old ones go too.

    A right password is hashed anew when the hash of its day has become too weak.
    """
    email_hash = _hash(rules.clean_email(email))
    stale = SignInFailure.failed_at < now - rules.FAILURE_WINDOW
    if user_id is None:
        session.execute(delete(SignInFailure).where(stale))
        session.add(SignInFailure(email_hash=email_hash, failed_at=now))
    else:
        session.execute(delete(SignInFailure).where(or_(stale, SignInFailure.email_hash == email_hash)))
        user = queries.get_user(session, user_id)
        if user.password_hash is not None and _hasher.check_needs_rehash(user.password_hash):
            user.password_hash = _hasher.hash(password)


def change_details(session: Session, user_id: int, *, name: str, language: str) -> None:
    """Change what certificates and mails are addressed with."""
    user = queries.get_user(session, user_id)
    user.name, user.language = rules.clean_name(name), language


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
