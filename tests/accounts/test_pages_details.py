"""The own account: name and language, and how it is secured."""

from datetime import timedelta
from html import unescape

import pytest

from app.accounts.models import EmailChange
from tests.factories import NOON


def test_the_account_shows_name_address_and_since_when(sign_in, olena):
    page = sign_in(olena).get("/account").text
    assert 'value="Olena Bondar"' in page
    assert "olena@firma.example" in page
    assert "March 2, 2026" in page


def test_changing_name_and_language(sign_in, olena, session):
    client = sign_in(olena)
    answer = client.post("/account", data={"name": " Olena  Nowák ", "language": "de"})
    assert (answer.status_code, answer.location) == (302, "/account")
    assert "Saved." in client.get("/account").text
    session.expire_all()
    assert (olena.name, olena.language) == ("Olena Nowák", "de")


@pytest.mark.parametrize(
    "form,told",
    [
        ({"name": "O", "language": "de"}, "Between 2 and 120 characters."),
        ({"name": "x" * 121, "language": "de"}, "Between 2 and 120 characters."),
        ({"language": "de"}, "This is missing."),
        ({"name": "Olena", "language": "xx"}, "Choose one of the values offered."),
        ({"name": "Olena"}, "This is missing."),
    ],
)
def test_a_faulty_change_comes_back_with_what_was_typed(sign_in, olena, session, form, told):
    answer = sign_in(olena).post("/account", data=form)
    assert answer.status_code == 422
    assert told in answer.text
    assert f'value="{form.get("name", "")}"' in unescape(answer.text)
    session.expire_all()
    assert olena.name == "Olena Bondar"


def test_nobody_becomes_somebody_else_by_sending_more(sign_in, olena, make, session):
    other = make.user()
    sign_in(olena).post(
        "/account", data={"name": "New", "language": "de", "user_id": other.id, "email": "x@y.de", "is_demo": "true"}
    )
    session.expire_all()
    assert (olena.name, olena.email, olena.is_demo) == ("New", "olena@firma.example", False)
    assert other.name != "New"


# ---- sign-in and security


def test_the_security_page_says_what_there_is(sign_in, olena):
    page = sign_in(olena).get("/account/security").text
    assert "olena@firma.example" in page
    assert "You have one." in page
    for path in ("/account/email", "/account/password"):
        assert f'href="{path}"' in page


def test_without_a_password_it_says_that_none_is_needed(sign_in, make):
    page = sign_in(make.user()).get("/account/security").text
    assert "You have none, and you need none." in page
    assert "Choose a password" in page


def test_an_address_that_waits_is_shown(sign_in, olena, session):
    row = {"new_email": "new@firma.example", "old_hash": "o", "new_hash": "n", "created_at": NOON}
    session.add(EmailChange(user_id=olena.id, expires_at=NOON + timedelta(hours=1), **row))
    session.commit()
    assert "new@firma.example waits for a yes from both mailboxes." in sign_in(olena).get("/account/security").text


@pytest.mark.parametrize("path", ["/account", "/account/security", "/account/sessions"])
def test_the_pages_of_the_account_lead_to_each_other(sign_in, olena, path):
    page = sign_in(olena).get(path).text
    for other in ("/account", "/account/security", "/account/sessions"):
        assert f'<a href="{other}"' in page
    assert page.count('aria-current="page"') >= 1
