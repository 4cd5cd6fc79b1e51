"""The mails about an account, in both languages, as they arrive."""

import re
from typing import Any

import pytest

from app.web import mail
from tests.factories import NOON

HELLO = {"de": "Hallo,", "en": "Hello,"}
MAILS = {
    "link": ["/sign-in/link/t0ken"],
    "reset": ["/sign-in/reset/t0ken"],
    "password_set": ["/sign-in/reset", "/account/sessions"],
    "password_changed": ["/sign-in/reset", "/account/sessions"],
    "password_removed": ["/sign-in/reset", "/account/sessions"],
    "email_old": ["/account/email/confirmations/t0ken", "/sign-in/reset", "/account/sessions"],
    "email_new": ["/account/email/confirmations/t0ken"],
    "email_taken": ["/sign-in"],
    "email_changed": ["/legal/imprint"],
}


@pytest.mark.parametrize("locale", ["de", "en"])
@pytest.mark.parametrize("name", MAILS)
def test_a_mail_says_what_happened_and_what_one_can_do(flask_app, name, locale):
    values = {"token": "t0ken", "new_email": "new@firma.example"}
    given = {"to": "olena@firma.example", "locale": locale, "template": f"accounts/mail/{name}"}
    message = mail.compose(flask_app, **given, values=values, at=NOON)
    text = message.get_content()
    assert HELLO[locale] in text.splitlines()[0]
    assert re.findall(r"http://localhost(/\S*)", text) == MAILS[name]
    assert "Lernzelle" in message["Subject"] + text
    assert "\n\n\n" not in text
    assert ("new@firma.example" in text) is (name == "email_old")


def test_english_and_german_are_two_languages(flask_app):
    for name in MAILS:
        given: dict[str, Any] = {
            "to": "x@firma.example",
            "template": f"accounts/mail/{name}",
            "values": {"token": "t", "new_email": "x"},
        }
        subjects = {mail.compose(flask_app, **given, locale=locale, at=NOON)["Subject"] for locale in ("de", "en")}
        assert len(subjects) == 2, name
