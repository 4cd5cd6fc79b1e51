"""The first proof that an address is somebody's: what was begun with it before ends there."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.queries.factors import factors_of
from app.accounts.services.factors import forget_factors
from app.accounts.services.sessions import end_sessions
from app.kit import audit
from app.kit.actors import Actor


def prove_address(session: Session, user: User, *, now: datetime) -> None:
    """The person has just shown that the mailbox is theirs; once more does nothing.

    Whoever typed a stranger's address before may have chosen a password or added a factor, to come back when the
    account is worth more (a role, a seat). Sessions, password and factors from before the proof therefore end with it.
    Demo accounts have a published password, and keep it.
    """
    if user.verified_at is not None:
        return
    user.verified_at = now
    end_sessions(session, user.id, now=now)
    factors = factors_of(session, user.id)
    if user.is_demo or (user.password_hash is None and not factors.count):
        return
    audit.record(
        session, Actor(user.id), "factors.reset", "user", user.id, at=now,
        old={"password": user.password_hash is not None, "totp": factors.totp_since is not None,
             "passkeys": factors.passkeys, "codes": factors.codes},
    )  # fmt: skip
    user.password_hash = None
    forget_factors(session, user.id)
