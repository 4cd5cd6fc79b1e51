"""A new address for an account: it counts when the old and the new mailbox have both said yes."""

import secrets
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import queries, rules
from app.accounts.models import EmailChange, User
from app.accounts.rules.limits import Kind
from app.accounts.services import limits
from app.accounts.services.notices import notify
from app.accounts.services.passwords import end_links
from app.accounts.services.sessions import end_sessions
from app.accounts.services.tokens import digest
from app.kit import audit
from app.kit.actors import Actor
from app.kit.errors import Conflict, NotFound
from app.kit.text import _
from app.kit.verdicts import ensure

DEAD = _("This link does not work any more. Ask for the new address once more.")


def ask_for_email(session: Session, actor: Actor, user_id: int, email: str, *, now: datetime) -> None:
    """Ask both mailboxes; an earlier wish that is still open is given up. Conflict, TooMany.

    Whether the new address has an account already cannot be told from what happens here: its owner gets a notice
    in place of the question, and so it never gets a yes.
    """
    user = session.get_one(User, user_id, with_for_update=True)
    ensure(rules.may_change_sign_in(is_demo=user.is_demo))
    address = rules.clean_email(email)
    if address == user.email:
        raise Conflict(_("This is your address already."))
    limits.take(session, Kind.EMAIL_CHANGE, str(user_id), now=now)
    give_up_email(session, actor, user_id, now=now)
    old, new = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    session.add(
        EmailChange(
            user_id=user_id, new_email=address, old_hash=digest("email.old", old), new_hash=digest("email.new", new),
            created_at=now, expires_at=now + rules.EMAIL_CHANGE_LIFETIME,
        )
    )  # fmt: skip
    taken = queries.find_by_email(session, address)
    notify(session, user_id, "accounts/mail/email_old", now=now, token=old, new_email=address)
    if taken is None:
        notify(session, user_id, "accounts/mail/email_new", to=address, now=now, token=new)
    else:
        notify(session, taken.id, "accounts/mail/email_taken", to=address, now=now, token="")
    audit.record(session, actor, "email_change.asked", "user", user_id, at=now)


def give_up_email(session: Session, actor: Actor, user_id: int, *, now: datetime) -> None:
    """Keep the address after all: what was asked for and is still open counts no more. Once more is harmless."""
    open_ones = update(EmailChange).where(EmailChange.user_id == user_id, EmailChange.done_at.is_(None))
    if session.execute(open_ones.values(done_at=now)).rowcount:  # type: ignore[attr-defined] # an update has one
        audit.record(session, actor, "email_change.withdrawn", "user", user_id, at=now)


def confirm_email(session: Session, token: str, *, but: int | None = None, now: datetime) -> bool:
    """One of the mailboxes says yes: True when both have and the new address counts, False while one is missing.

    Then all sessions ``but`` one end, and so do the open links. Once more says the same again. NotFound when the token
    is wrong or too late, or the address was taken in between: all look the same.
    """
    change = queries.find_email_change(session, digest("email.old", token), digest("email.new", token), lock=True)
    if change is None or now >= change.expires_at:
        raise NotFound(DEAD)
    if change.done_at is not None:
        if change.old_confirmed_at is None or change.new_confirmed_at is None:
            raise NotFound(DEAD)
        return True
    if change.old_hash == digest("email.old", token):
        change.old_confirmed_at = change.old_confirmed_at or now
    else:
        change.new_confirmed_at = change.new_confirmed_at or now
    if change.old_confirmed_at is None or change.new_confirmed_at is None:
        return False
    _take_effect(session, change, but=but, now=now)
    return True


def _take_effect(session: Session, change: EmailChange, *, but: int | None, now: datetime) -> None:
    user = queries.get_user(session, change.user_id)
    before = user.email
    try:
        with session.begin_nested():
            user.email, user.verified_at, change.done_at = change.new_email, now, now
    except IntegrityError:  # somebody made an account with it in the meantime
        raise NotFound(DEAD) from None
    end_sessions(session, user.id, but=but, now=now)
    end_links(session, user.id, now=now)
    audit.record(session, Actor(user.id), "email.changed", "user", user.id, at=now)
    for address in (before, change.new_email):
        notify(session, user.id, "accounts/mail/email_changed", to=address, now=now)
