"""The authenticator app: set up, moved to another phone, checked, removed (RFC 6238: SHA-1, 30 seconds, 6 digits)."""

import hmac
from datetime import datetime

import pyotp
from sqlalchemy.orm import Session

from app.accounts.models import Totp
from app.accounts.queries import factors as queries
from app.accounts.rules import factors as rules
from app.accounts.rules.factors import Factor
from app.accounts.services.notices import notify
from app.accounts.services.recovery import forget_codes, make_codes
from app.kit import audit
from app.kit.actors import Actor
from app.kit.verdicts import ensure


def begin_totp(session: Session, user_id: int, *, is_pending: bool = False, now: datetime) -> str:
    """The secret for an app that is to be set up, base32. It counts once a code of the app has proved it.

    A new one each time: nobody who once saw a secret that was not used can wait for it to be used.
    """
    user = queries.lock_user(session, user_id)
    factors = queries.factors_of(session, user_id)
    ensure(rules.may_add_factor(factors, is_pending=is_pending, is_demo=user.is_demo))
    secret, totp = pyotp.random_base32(), queries.find_totp(session, user_id)
    if totp is None:
        session.add(Totp(user_id=user_id, secret=secret, created_at=now, last_step=0))
    elif totp.confirmed_at is None:
        totp.secret, totp.created_at = secret, now
    else:
        totp.next_secret = secret
    session.flush()
    return secret


def add_totp(
    session: Session, actor: Actor, user_id: int, code: str, *, is_pending: bool = False, now: datetime
) -> list[str] | None:
    """Prove the app by its first code: from now on it counts. None when the code is wrong.

    Returns new recovery codes, unless the person has some left. The same code sent twice changes nothing.
    """
    user = queries.lock_user(session, user_id)
    factors, totp = queries.factors_of(session, user_id), queries.find_totp(session, user_id, lock=True)
    if totp is not None and totp.confirmed_at is not None and _step_of(totp.secret, code, now) == totp.last_step:
        return []
    ensure(rules.may_add_factor(factors, is_pending=is_pending, is_demo=user.is_demo))
    secret = _awaited(totp)
    step = _step_of(secret, code, now) if secret is not None else None
    if totp is None or secret is None or step is None:
        return None
    totp.secret, totp.next_secret, totp.confirmed_at, totp.last_step = secret, None, now, step
    audit.record(session, actor, "factor.added", "user", user_id, new={"factor": Factor.TOTP}, at=now)
    notify(session, user_id, "accounts/mail/factor_added", now=now, factor=Factor.TOTP)
    return [] if factors.codes else make_codes(session, user_id, now=now)


def awaited_secret(session: Session, user_id: int) -> str | None:
    """The secret that a first code has still to prove, or None."""
    return _awaited(queries.find_totp(session, user_id))


def check_totp(session: Session, user_id: int, code: str, *, now: datetime) -> bool:
    """Whether the code is one of the app now. Each counts once: later, in another tab or with blanks it is used up."""
    totp = queries.find_totp(session, user_id, lock=True)
    if totp is None or totp.confirmed_at is None:
        return False
    step = _step_of(totp.secret, code, now)
    if step is None or step <= totp.last_step:
        return False
    totp.last_step = step
    session.flush()
    return True


def remove_totp(session: Session, actor: Actor, user_id: int, *, needs_one: bool, now: datetime) -> None:
    """Do without the app; recovery codes go with the last factor. Nothing happens when there is none."""
    queries.lock_user(session, user_id)
    factors, totp = queries.factors_of(session, user_id), queries.find_totp(session, user_id)
    if totp is None or factors.totp_since is None:
        return
    ensure(rules.may_remove_factor(factors, needs_one=needs_one))
    session.delete(totp)
    if factors.count == 1:
        forget_codes(session, user_id)
    audit.record(session, actor, "factor.removed", "user", user_id, old={"factor": Factor.TOTP}, at=now)
    notify(session, user_id, "accounts/mail/factor_removed", now=now, factor=Factor.TOTP)


def address_for_app(secret: str, *, account: str) -> str:
    """What the QR code says to the app (``otpauth://…``)."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name="Lernzelle")


def _awaited(totp: Totp | None) -> str | None:
    if totp is None:
        return None
    return totp.secret if totp.confirmed_at is None else totp.next_secret


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step around now whose code this is, or None; it takes as long for a right one as for a wrong one."""
    clean, app, current = rules.clean_code(code), pyotp.TOTP(secret), rules.step_of(now)
    if not rules.is_app_code(clean):
        return None
    steps = range(current - rules.LEEWAY, current + rules.LEEWAY + 1)
    found = [step for step in steps if hmac.compare_digest(app.generate_otp(step), clean)]
    return found[-1] if found else None
