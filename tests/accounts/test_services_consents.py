"""Agreeing, and taking it back."""

import pytest
from sqlalchemy import select

from app.accounts.models import Consent, ConsentText
from app.accounts.queries import consents as queries
from app.accounts.rules import consents as rules
from app.accounts.rules.consents import Purpose, Wording
from app.accounts.services.consents import end_consents, give_consent, load_wordings, withdraw_consent
from app.kit import audit
from app.kit.errors import NotFound
from tests.factories import NOON, as_actor


@pytest.fixture
def person(make):
    return make.user()


def give(session, person, about=7):
    return give_consent(session, as_actor(person), person.id, Purpose.EMPLOYER,
                        about_kind="enrolment", about_id=about, language="en", now=NOON)  # fmt: skip


def take_back(session, person, about=7):
    withdraw_consent(
        session, as_actor(person), person.id, Purpose.EMPLOYER, about_kind="enrolment", about_id=about, now=NOON
    )


def noted(session):
    audit.seal(session)
    entries = session.scalars(select(audit.Entry).order_by(audit.Entry.number))
    return [(entry.action, entry.new["about_id"]) for entry in entries]


def test_wordings_are_kept_once(session):
    for _start in range(2):
        load_wordings(session)
    texts = session.scalars(select(ConsentText)).all()
    assert [(text.purpose, text.number) for text in texts] == [(w.purpose, w.number) for w in rules.WORDINGS]


def test_a_consent_keeps_the_words_the_language_and_the_moment(session, person):
    consent = give(session, person)
    text = session.get(ConsentText, consent.text_id)
    assert text.text == rules.current(Purpose.EMPLOYER).text
    assert (consent.language, consent.given_at, consent.withdrawn_at) == ("en", NOON, None)
    assert (consent.about_kind, consent.about_id) == ("enrolment", 7)
    assert noted(session) == [("consent.given", 7)]


def test_agreeing_twice_is_one_consent(session, person):
    assert give(session, person) is give(session, person)
    assert noted(session) == [("consent.given", 7)]


def test_taking_back_ends_this_one_alone_and_once_more_does_nothing(session, person):
    first, other = give(session, person), give(session, person, about=8)
    take_back(session, person)
    take_back(session, person)
    assert (first.withdrawn_at, other.withdrawn_at) == (NOON, None)
    assert noted(session) == [("consent.given", 7), ("consent.given", 8), ("consent.withdrawn", 7)]


def test_agreeing_again_later_is_a_consent_of_its_own(session, person):
    first = give(session, person)
    take_back(session, person)
    assert give(session, person) is not first


def test_new_words_take_the_place_of_the_old_ones(session, person, monkeypatch):
    old = give(session, person)
    newer = Wording(Purpose.EMPLOYER, 2, {"de": "Neu", "en": "New"})
    monkeypatch.setattr(rules, "WORDINGS", (*rules.WORDINGS, newer))
    new = give(session, person)
    assert new.text_id != old.text_id
    assert (old.withdrawn_at, new.withdrawn_at) == (NOON, None)


def test_all_consents_of_a_person_or_about_some_things_end_at_once(session, make, person):
    other = make.user()
    mine, theirs = [give(session, person, about) for about in (1, 2)], give(session, other, about=3)
    end_consents(session, about_kind="enrolment", about_ids=[1], now=NOON)
    session.expire_all()
    assert [consent.withdrawn_at for consent in (*mine, theirs)] == [NOON, None, None]
    end_consents(session, of=person.id, now=NOON)
    session.expire_all()
    assert [consent.withdrawn_at for consent in (*mine, theirs)] == [NOON, NOON, None]


def test_a_consent_is_its_persons_alone(session, make, person):
    consent = give(session, person)
    assert queries.get_consent(session, person.id, consent.id) is consent
    assert queries.purpose_of(session, consent) is Purpose.EMPLOYER
    for stranger in (make.user().id, None):
        with pytest.raises(NotFound):
            queries.get_consent(session, stranger, consent.id)
    with pytest.raises(NotFound):
        queries.get_consent(session, person.id, 999_999)
    assert session.scalars(select(Consent)).all() == [consent]


def test_two_who_keep_a_wording_at_the_same_moment_keep_one(session, person, monkeypatch):
    load_wordings(session)
    known, first = queries.find_text, iter([None])
    monkeypatch.setattr(queries, "find_text", lambda *asked: next(first, known(*asked)))
    assert give(session, person).text_id == session.scalars(select(ConsentText.id)).one()


def test_a_wording_nobody_kept_is_not_found(session):
    with pytest.raises(NotFound):
        queries.get_text(session, Purpose.EMPLOYER, 99)
