"""What people do with what is known about them, apart from erasing it."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.queries import consents
from app.accounts.services.consents import withdraw_consent
from app.kit import audit
from app.kit.actors import Actor
from app.kit.errors import NotFound
from app.runs import queries as runs
from app.runs.services import share_with_employer


def note_export(session: Session, actor: Actor, user_id: int, *, now: datetime) -> None:
    """Keep that everything about a person was taken along, and by whom."""
    audit.record(session, actor, "person.exported", "user", user_id, at=now)


def withdraw(session: Session, actor: Actor, consent_id: int, *, now: datetime) -> None:
    """Take a consent back, and with it what it allowed; once more does nothing. NotFound when it is not the actor's."""
    consent = consents.get_consent(session, actor.user_id, consent_id)
    if consent.about_kind == "enrolment" and consent.about_id is not None:
        try:
            enrolment = runs.get_enrolment(session, consent.about_id)
            share_with_employer(session, actor, enrolment.run_id, shares=False, now=now)
        except NotFound:  # what it was about is gone, or belongs to nobody any more: the consent is still theirs to end
            pass
    withdraw_consent(
        session, actor, consent.user_id, consents.purpose_of(session, consent),
        about_kind=consent.about_kind, about_id=consent.about_id, now=now,
    )  # fmt: skip
