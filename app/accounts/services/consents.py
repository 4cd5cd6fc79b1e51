"""Agreeing and taking it back: which words, in which language, when. Nothing is written over."""

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import Consent, ConsentText
from app.accounts.queries import consents as queries
from app.accounts.rules import consents as rules
from app.accounts.rules.consents import Purpose, Wording
from app.kit import audit
from app.kit.actors import Actor


def load_wordings(session: Session) -> None:
    """Keep every wording that people were ever shown; those that are kept already stay as they are."""
    for wording in rules.WORDINGS:
        _keep(session, wording)


def give_consent(
    session: Session, actor: Actor, user_id: int, purpose: Purpose, *,
    about_kind: str | None = None, about_id: int | None = None, language: str, now: datetime,
) -> Consent:  # fmt: skip
    """The person agreed to the words shown today, about this thing. Agreeing to the same words twice is one consent."""
    text = _keep(session, rules.current(purpose))
    for given in queries.list_open_consents(session, user_id, purpose, about_kind=about_kind, about_id=about_id):
        if given.text_id == text.id:
            return given
        given.withdrawn_at = now  # new words take the place of the old ones
    consent = Consent(
        user_id=user_id, text_id=text.id, about_kind=about_kind, about_id=about_id, language=language, given_at=now
    )
    session.add(consent)
    session.flush()
    _note(session, actor, "consent.given", consent, purpose, now=now)
    return consent


def withdraw_consent(
    session: Session, actor: Actor, user_id: int, purpose: Purpose, *,
    about_kind: str | None = None, about_id: int | None = None, now: datetime,
) -> None:  # fmt: skip
    """The person took their consent about this thing back; once more does nothing."""
    for given in queries.list_open_consents(session, user_id, purpose, about_kind=about_kind, about_id=about_id):
        given.withdrawn_at = now
        _note(session, actor, "consent.withdrawn", given, purpose, now=now)
    session.flush()


def end_consents(
    session: Session, *, of: int | None = None, about_kind: str | None = None, about_ids: Any = (), now: datetime
) -> None:
    """All open consents of a person, or about some things (ids, or a query of them), end: there is nothing left to see.

    For erasure and for the retention job; it is noted there, once for all.
    """
    ended = update(Consent).where(Consent.withdrawn_at.is_(None))
    if of is not None:
        ended = ended.where(Consent.user_id == of)
    else:
        ended = ended.where(Consent.about_kind == about_kind, Consent.about_id.in_(about_ids))
    session.execute(ended.values(withdrawn_at=now).execution_options(synchronize_session=False))


def _note(session: Session, actor: Actor, action: str, consent: Consent, purpose: Purpose, *, now: datetime) -> None:
    about = {"text_id": consent.text_id, "about_kind": consent.about_kind, "about_id": consent.about_id}
    audit.record(session, actor, action, "consent", consent.id, new={"purpose": purpose, **about}, at=now)


def _keep(session: Session, wording: Wording) -> ConsentText:
    known = queries.find_text(session, wording.purpose, wording.number)
    if known is not None:
        return known
    text = ConsentText(purpose=wording.purpose, number=wording.number, text=dict(wording.text))
    try:
        with session.begin_nested():
            session.add(text)
    except IntegrityError:  # somebody else kept it in this very moment
        return queries.get_text(session, wording.purpose, wording.number)
    return text
