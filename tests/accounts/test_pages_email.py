"""Another address, as the person and both mailboxes see it."""

import pytest
from sqlalchemy import select

from app.accounts.models import EmailChange, SignInSession
from app.accounts.rules.limits import LIMITS, Kind
from tests.factories import NOON


def ask(client, email="new@firma.example"):
    return client.post("/account/email", data={"email": email})


@pytest.fixture
def links(mails):
    """The links of the newest change, to the old and to the new mailbox."""

    def _links():
        tokens = [message.payload["values"]["token"] for message in mails() if "token" in message.payload["values"]]
        return [f"/account/email/confirmations/{token}" for token in tokens[-2:]]

    return _links


def test_from_one_address_to_another(sign_in, olena, session, links, flask_app, make):
    make.token(olena)
    client = sign_in(olena)
    assert "Until now you sign in with olena@firma.example." in client.get("/account/email").text
    assert ask(client).location == "/account/email"
    page = client.get("/account/email").text
    assert "We wrote to both addresses." in page
    assert "new@firma.example waits for two mails" in page
    old, new = links()
    elsewhere = flask_app.test_client()
    elsewhere.environ_base |= {"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_ACCEPT_LANGUAGE": "en"}
    for _look in range(2):
        assert "Yes, change the address" in elsewhere.get(old).text
    assert "Thank you, one yes is there" in elsewhere.post(old).text
    page = client.get("/account/email").text
    assert "Yes is there" in page
    assert "Yes is missing" in page
    answer = client.post(new)
    assert answer.status_code == 200
    assert "The new address counts" in answer.text
    assert "new@firma.example" in client.get("/account/security").text, "still signed in here"
    session.expire_all()
    assert olena.email == "new@firma.example"
    assert len(session.scalars(select(SignInSession.id).where(SignInSession.ended_at.is_(None))).all()) == 1


def test_confirming_twice_is_harmless(sign_in, olena, client, links):
    ask(sign_in(olena))
    old, new = links()
    for _twice in range(2):
        assert "Thank you, one yes is there" in client.post(old).text
    done = client.post(new).text
    assert "The new address counts" in done
    assert "The new address counts" in client.post(new).text


def test_whether_the_address_is_taken_cannot_be_told(sign_in, olena, make, session, mails):
    make.user(email="taken@firma.example")
    client = sign_in(olena)
    seen = []
    for email in ("free@firma.example", "taken@firma.example"):
        answer = ask(client, email)
        page = client.get("/account/email").text
        seen.append((answer.status_code, sorted(answer.headers.keys()), answer.text, page.replace(email, "ADDRESS")))
    assert seen[0] == seen[1]
    assert mails()[-1].payload["template"] == "accounts/mail/email_taken"


def test_keeping_the_old_one(sign_in, olena, session, links):
    client = sign_in(olena)
    ask(client)
    for _twice in range(2):
        assert client.post("/account/email/withdrawal").location == "/account/security"
    assert "waits for two mails" not in client.get("/account/email").text
    assert [client.post(link).status_code for link in links()] == [404, 404]


@pytest.mark.parametrize("token", ["x", "0" * 43, "%00", "%ED%A0%80", "'--", "a" * 3000, "%0d%0a"])
def test_a_link_of_garbage_is_one_neutral_page(client, token):
    assert client.get(f"/account/email/confirmations/{token}").status_code == 200
    answer = client.post(f"/account/email/confirmations/{token}")
    assert answer.status_code == 404
    assert "This link does not work any more" in answer.text


def test_one_place_cannot_try_links_without_end(client):
    for _n in range(LIMITS[Kind.TOKEN_CLIENT].most):
        assert client.post("/account/email/confirmations/x").status_code == 404
    answer = client.post("/account/email/confirmations/x")
    assert answer.status_code == 429
    assert "Please wait a moment" in answer.text


@pytest.mark.parametrize(
    "email,status,told",
    [
        ("", 422, "This is missing."),
        ("olena", 422, "This is not an e-mail address."),
        ("Olena@firma.example", 422, "This is your address already."),
    ],
)
def test_a_faulty_address_comes_back(sign_in, olena, session, email, status, told):
    answer = ask(sign_in(olena), email)
    assert answer.status_code == status
    assert told in answer.text
    assert f'value="{email}"' in answer.text
    assert session.scalars(select(EmailChange)).all() == []


def test_nobody_writes_to_strangers_without_end(sign_in, olena):
    client = sign_in(olena)
    for n in range(LIMITS[Kind.EMAIL_CHANGE].most):
        assert ask(client, f"new{n}@firma.example").status_code == 302
    assert ask(client).status_code == 429


def test_a_shared_account_says_why_not(sign_in, make):
    client = sign_in(make.user(is_demo=True))
    assert 'aria-disabled="true"' in client.get("/account/email").text
    assert ask(client).status_code == 422


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_it_needs_a_proof_of_the_last_quarter_of_an_hour(client, make, session, method):
    token = make.token(make.user(), confirmed_at=NOON.replace(hour=11))
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    answer = client.open("/account/email", method=method, data={"email": "new@firma.example"})
    assert answer.status_code == (302 if method == "GET" else 401)
    assert "/account/confirm" in (answer.location or answer.text)
    assert session.scalars(select(EmailChange)).all() == []
