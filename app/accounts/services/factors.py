"""Proving oneself a second time, and starting anew when all factors are lost."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.accounts.models import ApiToken, Passkey, RecoveryCode, Totp
from app.accounts.queries import actor_of, find_with_grants, get_user
from app.accounts.queries import factors as queries
from app.accounts.rules import factors as rules
from app.accounts.rules.limits import Kind
from app.accounts.services.limits import begin_guess, was_right
from app.accounts.services.notices import notify
from app.accounts.services.recovery import use_code
from app.accounts.services.sessions import end_sessions
from app.accounts.services.totp import check_totp
from app.kit import audit, clock
from app.kit.actors import Actor, Role
from app.kit.errors import NotFound
from app.kit.text import _
from app.kit.verdicts import ensure


def prove(session: Session, actor: Actor, code: str, *, client: str = "", recovery: bool = True, now: datetime) -> bool:
    """Whether a typed code is one of the app, or a recovery code where those count as well.

    ``actor`` is the person, whose second factor may still be missing. The caller commits in either case: a wrong code
    is counted. Conflict when there were too many.
    """
    user = get_user(session, actor.user_id)
    guess = begin_guess(session, Kind.CODE, email=user.email, client=client, now=now)
    if rules.is_app_code(rules.clean_code(code)):
        right = check_totp(session, user.id, code, now=now)
    else:
        right = recovery and use_code(session, actor, user.id, code, now=now)
    if right:
        was_right(session, guess)
    return right


def reset_factors(session: Session, actor: Actor, user_id: int, *, now: datetime) -> None:
    """Take all factors from somebody who lost them, end their sessions and tokens; with a role they set up new ones.

    For a site administrator, and for the administrator of the Trio that all roles of the person are in.
    """
    user = find_with_grants(session, user_id)
    if user is None:
        raise NotFound(_("There is no such person."))
    held = actor_of(user, on=clock.local_date(now)).grants
    ensure(rules.may_reset_factors(actor, user_id, held))
    queries.lock_user(session, user_id)
    factors = queries.factors_of(session, user_id)
    forget_factors(session, user_id)
    end_sessions(session, user_id, now=now)
    open_tokens = update(ApiToken).where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
    session.execute(open_tokens.values(revoked_at=now))
    trios = sorted(actor.trios_as(Role.TRIO_ADMIN) & {grant.trio_id for grant in held if grant.trio_id is not None})
    audit.record(
        session, actor, "factors.reset", "user", user_id, trio_id=trios[0] if trios else None, at=now,
        old={"totp": factors.totp_since is not None, "passkeys": factors.passkeys, "codes": factors.codes},
    )  # fmt: skip
    notify(session, user_id, "accounts/mail/factor_reset", now=now)


def forget_factors(session: Session, user_id: int) -> None:
    """Take all factors and recovery codes from the person, without asking and telling anybody."""
    for table in (Totp, Passkey, RecoveryCode):
        session.execute(delete(table).where(table.user_id == user_id))
