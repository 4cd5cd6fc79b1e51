"""Taking consents back, whatever they are about."""

from sqlalchemy import select

from app.accounts.models import Consent
from app.accounts.rules.consents import Purpose
from app.accounts.services.consents import give_consent
from app.privacy import services
from tests.factories import NOON, as_actor


def test_a_consent_outlives_what_it_was_about_and_can_still_be_taken_back(session, make):
    person = make.user()
    actor = as_actor(person)
    give_consent(
        session, actor, person.id, Purpose.EMPLOYER, about_kind="enrolment", about_id=999_999, language="de", now=NOON
    )
    give_consent(session, actor, person.id, Purpose.EMPLOYER, language="de", now=NOON)
    for consent in session.scalars(select(Consent)).all():
        services.withdraw(session, actor, consent.id, now=NOON)
        assert consent.withdrawn_at == NOON
