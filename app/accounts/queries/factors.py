"""Reading second factors: authenticator apps, passkeys, recovery codes."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Passkey, RecoveryCode, Totp, User
from app.accounts.rules.factors import Factors
from app.kit.errors import NotFound
from app.kit.text import _

FRESH = {"populate_existing": True}
"""What is locked is read anew: somebody may have changed it while one waited."""


def factors_of(session: Session, user_id: int) -> Factors:
    """What the person has, in one query."""
    totp = select(Totp.confirmed_at).where(Totp.user_id == user_id)
    passkeys = select(func.count()).where(Passkey.user_id == user_id)
    codes = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    row = session.execute(select(totp.scalar_subquery(), passkeys.scalar_subquery(), codes.scalar_subquery())).one()
    return Factors(*row)


def lock_user(session: Session, user_id: int) -> User:
    """The person, locked: one change of their factors at a time. NotFound when there is none."""
    user = session.scalar(select(User).where(User.id == user_id).with_for_update().execution_options(**FRESH))
    if user is None:
        raise NotFound(_("There is no such person."))
    return user


def find_totp(session: Session, user_id: int, *, lock: bool = False) -> Totp | None:
    """The authenticator app of the person, proved or not, or None."""
    query = select(Totp).where(Totp.user_id == user_id)
    return session.scalar(query.with_for_update().execution_options(**FRESH) if lock else query)


def find_recovery_code(session: Session, user_id: int, code_hash: str) -> RecoveryCode | None:
    """The unused recovery code of the person with this hash, locked, or None."""
    query = select(RecoveryCode).where(RecoveryCode.user_id == user_id, RecoveryCode.code_hash == code_hash)
    return session.scalar(query.where(RecoveryCode.used_at.is_(None)).with_for_update().execution_options(**FRESH))


def list_passkeys(session: Session, user_id: int) -> Sequence[Passkey]:
    """The passkeys of the person, the oldest first."""
    return session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)).all()


def get_passkey(session: Session, user_id: int, passkey_id: int) -> Passkey:
    """One passkey of the person, or NotFound."""
    passkey = session.get(Passkey, passkey_id)
    if passkey is None or passkey.user_id != user_id:
        raise NotFound(_("There is no such passkey."))
    return passkey


def find_passkey(session: Session, credential_id: str) -> Passkey | None:
    """The passkey with this id of a credential, locked, or None."""
    return session.scalar(
        select(Passkey).where(Passkey.credential_id == credential_id).with_for_update().execution_options(**FRESH)
    )
