"""Recovery codes: ten on paper, each good once in place of a lost factor. Only their hashes are kept."""

import base64
import secrets
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.accounts.models import RecoveryCode
from app.accounts.queries import factors as queries
from app.accounts.rules import factors as rules
from app.accounts.services.notices import notify
from app.accounts.services.tokens import digest
from app.kit import audit
from app.kit.actors import Actor
from app.kit.verdicts import ensure


def renew_codes(session: Session, actor: Actor, user_id: int, *, now: datetime) -> list[str]:
    """A new set of codes, to be shown this once; the old ones stop working. Conflict without any factor."""
    queries.lock_user(session, user_id)
    ensure(rules.may_renew_codes(queries.factors_of(session, user_id)))
    codes = make_codes(session, user_id, now=now)
    audit.record(session, actor, "codes.renewed", "user", user_id, new={"codes": len(codes)}, at=now)
    notify(session, user_id, "accounts/mail/factor_codes", now=now)
    return codes


def make_codes(session: Session, user_id: int, *, now: datetime) -> list[str]:
    """Replace whatever codes the person has by new ones, in groups of four as they are typed."""
    forget_codes(session, user_id)
    codes = [base64.b32encode(secrets.token_bytes(rules.RECOVERY_BYTES)).decode() for _ in range(rules.RECOVERY_CODES)]
    session.add_all(RecoveryCode(user_id=user_id, code_hash=_hash(code), created_at=now) for code in codes)
    session.flush()
    return [rules.in_groups(code) for code in codes]


def use_code(session: Session, actor: Actor, user_id: int, code: str, *, now: datetime) -> bool:
    """Whether the code is one of the person that was not used yet; now it is."""
    found = queries.find_recovery_code(session, user_id, _hash(rules.clean_code(code)))
    if found is None:
        return False
    found.used_at = now
    session.flush()
    left = queries.factors_of(session, user_id).codes
    audit.record(session, actor, "factor.used", "user", user_id, new={"factor": "recovery", "left": left}, at=now)
    notify(session, user_id, "accounts/mail/factor_code_used", now=now, left=left)
    return True


def forget_codes(session: Session, user_id: int) -> None:
    """No code of the person works any more."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


def _hash(code: str) -> str:
    return digest("recovery", rules.clean_recovery_code(code))
