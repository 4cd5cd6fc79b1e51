"""Reading wordings and consents."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Consent, ConsentText
from app.accounts.rules.consents import Purpose
from app.kit.errors import NotFound
from app.kit.text import _


def find_text(session: Session, purpose: Purpose, number: int) -> ConsentText | None:
    """The wording with this number, or None while it is not loaded."""
    return session.scalar(select(ConsentText).where(ConsentText.purpose == purpose, ConsentText.number == number))


def get_text(session: Session, purpose: Purpose, number: int) -> ConsentText:
    """The wording with this number, or NotFound."""
    text = find_text(session, purpose, number)
    if text is None:
        raise NotFound(_("There is no such consent."))
    return text


def get_consent(session: Session, user_id: int | None, consent_id: int) -> Consent:
    """A consent of this person, or NotFound."""
    consent = session.get(Consent, consent_id)
    if consent is None or consent.user_id != user_id:
        raise NotFound(_("There is no such consent."))
    return consent


def purpose_of(session: Session, consent: Consent) -> Purpose:
    """What the consent allows."""
    return session.scalars(select(ConsentText.purpose).where(ConsentText.id == consent.text_id)).one()


def list_open_consents(
    session: Session, user_id: int, purpose: Purpose, *, about_kind: str | None, about_id: int | None
) -> Sequence[Consent]:
    """The consents of a person about a thing that were not taken back, oldest first."""
    query = (
        select(Consent)
        .join(ConsentText, ConsentText.id == Consent.text_id)
        .where(
            Consent.user_id == user_id,
            ConsentText.purpose == purpose,
            Consent.about_kind.is_not_distinct_from(about_kind),
            Consent.about_id.is_not_distinct_from(about_id),
            Consent.withdrawn_at.is_(None),
        )
    )
    return session.scalars(query.order_by(Consent.id)).all()
