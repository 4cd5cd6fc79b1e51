"""What the mails to people say who enrolled without being signed in, word for word, in both languages."""

import pytest

from app.accounts.services import send_link
from app.kit.outbox import Message
from app.runs import services
from app.runs.rules import EnrolmentState
from app.runs.rules.enrolment import DOUBLE_TAP
from app.web import mail
from tests.factories import NOON

EMAIL = "o.bondar@firma.de"

NEW = {
    "en": """\
Hello,

this address was entered in the form of a course: by you, or by somebody who knows it.
You have a seat in this course:

Cell basics
Thursday, 12 March 2026, 13:00
Halle 2, Kamenz

Open this link. One tap, and you see your place, your lessons and the test:
http://localhost/sign-in/link/TOKEN
It works once and for 24 hours. You need no password.

That was not you, or you cannot come? Sign in by the link and give the place back with one tap.
""",
    "de": """\
Hallo,

diese Adresse wurde in das Formular eines Kurses eingetragen: von dir oder von jemandem, der sie kennt.
Du hast einen Platz in diesem Kurs:

Cell basics (de)
Donnerstag, 12. März 2026, 13:00 Uhr
Halle 2, Kamenz

Öffne diesen Link. Einmal tippen, und du siehst deinen Platz, deine Lektionen und den Test:
http://localhost/sign-in/link/TOKEN
Er gilt einmal und 24 Stunden lang. Du brauchst kein Passwort.

Das warst nicht du, oder du kannst nicht kommen? Öffne den Link und gib den Platz mit einem Tippen zurück.
""",
}
SUBJECTS = {"en": "You have a seat: Cell basics", "de": "Du hast einen Platz: Cell basics (de)"}


@pytest.fixture
def written(flask_app, session, make):
    """Enrols the address by the form of a run, and gives the mail that comes of it: its subject, and its text."""

    def _written(run, *, language="en", now=NOON):
        services.enrol_newcomer(session, run.id, name="Oksana Bondar", email=EMAIL, language=language, now=now)
        message = session.query(Message).filter_by(kind="runs.newcomer").one()
        services.write_to_newcomer(session, **message.payload, now=now)
        session.delete(message)
        posted = session.query(Message).filter_by(kind="mail").order_by(Message.id.desc()).first()
        values, template = posted.payload["values"], posted.payload["template"]
        composed = mail.compose(flask_app, to=EMAIL, locale=language, template=template, values=values, at=now)
        text = composed.get_content()
        return composed["Subject"], text.replace(values["token"], "TOKEN") if values["token"] else text

    return _written


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_new_address(make, written, language):
    assert written(make.run(), language=language) == (SUBJECTS[language], NEW[language])


@pytest.mark.parametrize(
    "language, said",
    [
        ("en", "Nothing in your account was changed. Your company sees nothing of this course unless you allow it"),
        ("de", "An deinem Konto hat sich nichts geändert. Dein Betrieb sieht von diesem Kurs nichts, außer du"),
    ],
)
def test_a_known_address_is_told_that_nothing_else_has_changed(make, written, language, said):
    make.user(email=EMAIL)
    subject, text = written(make.run(), language=language)
    assert subject == SUBJECTS[language]
    assert said in text


@pytest.mark.parametrize(
    "language, told, link",
    [
        ("en", "You are on the waiting list: Cell basics", "you see your number on the list:"),
        ("de", "Du stehst auf der Warteliste: Cell basics (de)", "du siehst deine Nummer auf der Liste:"),
    ],
)
def test_who_waits(make, written, language, told, link):
    run = make.run(seats=1)
    make.enrolment(run)
    subject, text = written(run, language=language)
    assert subject == told
    assert link in text
    assert "\n\n\n" not in text


@pytest.mark.parametrize(
    "state, language, told, said",
    [
        (EnrolmentState.CONFIRMED, "en", "You had your place already: Cell basics", "and nothing has changed:"),
        (EnrolmentState.CONFIRMED, "de", "Du hattest deinen Platz schon: Cell basics (de)", "und es bleibt dabei:"),
        (EnrolmentState.WAITING, "en", "You were on the waiting list already: Cell basics", "you keep your number:"),
        (EnrolmentState.WAITING, "de", "Du standest schon auf der Warteliste: Cell basics (de)", "behältst deine"),
    ],
)
def test_who_had_the_place_already(make, written, state, language, told, said):
    run = make.run()
    make.enrolment(run, state, user_id=make.user(email=EMAIL).id, enrolled_at=NOON - DOUBLE_TAP)
    subject, text = written(run, language=language)
    assert subject == told
    assert said in text
    assert "/sign-in/link/TOKEN" in text
    assert "\n\n\n" not in text


def test_without_a_link_it_tells_where_to_sign_in(session, make, written):
    run = make.run()
    make.user(email=EMAIL)
    for _ in range(5):
        send_link(session, email=EMAIL, target="/my", now=NOON)
    _subject, text = written(run)
    assert f"or sign in here:\nhttp://localhost/sign-in?next=/runs/{run.id}\n" in text
    assert "/sign-in/link/" not in text


def test_the_name_that_a_stranger_typed_stands_in_no_mail(make, written):
    assert "Oksana" not in str(written(make.run()))
