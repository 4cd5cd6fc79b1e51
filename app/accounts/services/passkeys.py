"""Passkeys: added, used, renamed, removed. One signs in by itself: the device's own lock is the second factor."""

import base64
import hashlib
import re
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import Attempt, Passkey, User
from app.accounts.queries import count_attempts, get_user
from app.accounts.queries import factors as queries
from app.accounts.rules import factors as rules
from app.accounts.rules.factors import Factor, Site
from app.accounts.services import ceremonies
from app.accounts.services.ceremonies import Answer, Options
from app.accounts.services.notices import notify
from app.accounts.services.recovery import forget_codes
from app.accounts.services.tokens import digest
from app.kit import audit
from app.kit.actors import ANYONE, Actor
from app.kit.errors import Conflict
from app.kit.text import _
from app.kit.verdicts import ensure

USED = "challenge"
"""The kind of attempt under which a challenge that was answered is remembered, so that it is answered once."""


def offer_passkey(session: Session, user_id: int, *, site: Site, challenge: bytes, is_pending: bool = False) -> Options:
    """What the browser is to ask the device for; the devices that have a passkey already are told so."""
    user = get_user(session, user_id)
    factors = queries.factors_of(session, user_id)
    ensure(rules.may_add_passkey(factors, is_pending=is_pending, is_demo=user.is_demo))
    known = [each.credential_id for each in queries.list_passkeys(session, user_id)]
    return ceremonies.creation_options(
        site, challenge, handle=_handle(user), account=user.email, name=user.name, known=known
    )


def ask_for_passkey(session: Session, user_id: int | None, *, site: Site, challenge: bytes) -> Options:
    """What the browser is to ask for: a passkey of this person, or, of nobody known, any of this site."""
    known = queries.list_passkeys(session, user_id) if user_id is not None else []
    return ceremonies.request_options(site, challenge, known=[each.credential_id for each in known])


def add_passkey(
    session: Session, actor: Actor, user_id: int, answer: Answer, *, name: str, is_pending: bool = False, now: datetime
) -> Passkey:
    """Keep a new passkey. Conflict when the answer is not good, or the passkey is there already."""
    user = queries.lock_user(session, user_id)
    factors = queries.factors_of(session, user_id)
    ensure(rules.may_add_passkey(factors, is_pending=is_pending, is_demo=user.is_demo))
    created = ceremonies.read_created(answer)
    if created is None:
        raise Conflict(_("This did not work. Load the page anew and try again."))
    passkey = Passkey(
        user_id=user_id, name=name, created_at=now, credential_id=created.credential_id, public_key=created.public_key,
        sign_count=created.sign_count, transports=created.transports,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(passkey)
    except IntegrityError:
        raise Conflict(_("This passkey is there already.")) from None
    audit.record(session, actor, "passkey.added", "user", user_id, new={"passkey": passkey.id}, at=now)
    notify(session, user_id, "accounts/mail/factor_added", now=now, factor=Factor.PASSKEY)
    return passkey


def use_passkey(session: Session, answer: Answer, *, user_id: int | None = None, now: datetime) -> int | None:
    """Whom the passkey signs in, or None when it does not: wrong, unknown, somebody else's, or answered before.

    With ``user_id``, only a passkey of that person will do. The caller commits in either case: a counter that went
    back tells of a copy of the passkey, and stands in the audit chain.
    """
    credential_id = answer.credential.get("id")
    if not isinstance(credential_id, str) or not re.fullmatch(r"[A-Za-z0-9_-]{1,1400}", credential_id):
        return None
    passkey = queries.find_passkey(session, credential_id)
    if passkey is None or user_id not in {None, passkey.user_id}:
        return None
    signed = ceremonies.read_signed(answer, passkey.public_key)
    if signed is None or signed.handle not in {None, _text(_handle(get_user(session, passkey.user_id)))}:
        return None
    if not _first_answer(session, answer.challenge, now=now):
        return None
    if not rules.counter_is_sound(passkey.sign_count, signed.sign_count):
        audit.record(
            session, ANYONE, "passkey.refused", "user", passkey.user_id, at=now,
            old={"count": passkey.sign_count}, new={"passkey": passkey.id, "count": signed.sign_count},
        )  # fmt: skip
        return None
    passkey.sign_count, passkey.used_at = signed.sign_count, now
    session.flush()
    return passkey.user_id


def rename_passkey(session: Session, user_id: int, passkey_id: int, name: str) -> None:
    """Call a passkey of the person differently; NotFound when it is not theirs."""
    queries.get_passkey(session, user_id, passkey_id).name = name


def remove_passkey(
    session: Session, actor: Actor, user_id: int, passkey_id: int, *, needs_one: bool, now: datetime
) -> None:
    """Do without a passkey; recovery codes go with the last factor. NotFound when it is not theirs, or gone."""
    queries.lock_user(session, user_id)
    passkey = queries.get_passkey(session, user_id, passkey_id)
    factors = queries.factors_of(session, user_id)
    ensure(rules.may_remove_factor(factors, needs_one=needs_one))
    session.delete(passkey)
    if factors.count == 1:
        forget_codes(session, user_id)
    audit.record(session, actor, "passkey.removed", "user", user_id, old={"passkey": passkey_id}, at=now)
    notify(session, user_id, "accounts/mail/factor_removed", now=now, factor=Factor.PASSKEY)


def _first_answer(session: Session, challenge: bytes, *, now: datetime) -> bool:
    """Remember that a challenge was answered, or False when it was before. The passkey's row is locked meanwhile.

    The browser keeps the challenge, in the signed cookie, and could bring it back; most passkeys do not count.
    """
    key = digest(USED, _text(challenge))
    if count_attempts(session, USED, key, since=now - 2 * rules.CHALLENGE_LIFETIME):
        return False
    session.add(Attempt(kind=USED, key_hash=key, made_at=now))
    return True


def _handle(user: User) -> bytes:
    """What authenticators call the person: it tells nothing, and cannot be turned back into their key."""
    return hashlib.sha256(f"passkey:{user.key}".encode()).digest()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
