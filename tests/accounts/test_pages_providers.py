"""Signing in through a provider, as a browser goes it; the provider is on this machine."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.accounts.models import ExternalIdentity, Invitation, SignInSession, User
from app.accounts.rules import Method
from app.kit import clock
from app.kit.actors import Role
from app.web import oidc
from tests import provider as fake
from tests.factories import NOON

NAME = "Universität Musterstadt"


@pytest.fixture
def provider():
    with fake.running(NOON) as running:
        yield running


@pytest.fixture
def trusted() -> str:
    return "0"


@pytest.fixture
def browser(client, flask_app, provider, trusted, monkeypatch):
    """A browser on the platform that knows the provider."""
    monkeypatch.setitem(flask_app.config, "OIDC", {"uni": fake.settings(provider, trust_mfa=trusted)})
    monkeypatch.setitem(flask_app.extensions, "oidc", {})
    oidc.init_app(flask_app)
    return client


def leave(browser, path="/sign-in/with/uni", **form) -> str:
    """Press the button: the address that the browser goes on to."""
    answer = browser.post(path, data=form)
    assert answer.status_code == 200
    seconds, _semicolon, address = answer.headers["Refresh"].partition("; url=")
    assert seconds == "0"
    assert f'href="{address.replace("&", "&amp;")}"' in answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    return address


def come_back(browser, query: str):
    return browser.get(f"/sign-in/with/uni/callback?{query}")


def sign_in(browser, provider, next="/my", **claims):  # noqa: A002 (the field is called so)
    return come_back(browser, provider.let_in(leave(browser, next=next), **claims))


def who(browser) -> str:
    return browser.get("/account").text


def without_query(page: str) -> str:
    """The page without the addresses of itself in other languages: what the browser brought stands in them."""
    return re.sub(r'href="/sign-in/with/uni/callback[^"]*"', "", page)


@pytest.fixture
def staff(make):
    return make.user(Role.SITE_ADMIN, verified_at=NOON)


# ---- signing in


def test_the_sign_in_page_offers_it(browser, client):
    page = browser.get("/sign-in?next=/runs/7").text
    assert f"Sign in with {NAME}" in page
    form = page[page.index('action="/sign-in/with/uni"') :]
    assert re.search(r'name="next"\s+value="/runs/7"', form[: form.index("</form>")])


def test_without_providers_the_page_says_nothing_of_them(client):
    assert "an account you have elsewhere" not in client.get("/sign-in").text


def test_an_unknown_person_becomes_a_learner_and_goes_on(browser, provider, session):
    answer = sign_in(browser, provider, next="/account")
    assert (answer.status_code, answer.location) == (302, "/account")
    assert "olena@example.org" in who(browser)
    user = session.scalars(select(User).where(User.email == "olena@example.org")).one()
    signed = session.scalars(select(SignInSession).where(SignInSession.user_id == user.id)).one()
    assert (signed.method, signed.second_factor_at) == (Method.PROVIDER, None)


def test_the_callback_is_the_one_of_the_public_address(browser, flask_app, monkeypatch):
    monkeypatch.setitem(flask_app.config, "PUBLIC_URL", "https://lernzelle.example/")
    answer = browser.post("/sign-in/with/uni", headers={"Host": "evil.example"})
    callback = fake.asked_with(answer.headers["Refresh"])["redirect_uri"]
    assert callback == ["https://lernzelle.example/sign-in/with/uni/callback"]


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_nobody_is_sent_elsewhere_afterwards(browser, provider, target):
    assert sign_in(browser, provider, next=target).location == "/my"


def test_a_link_signs_nobody_in(browser):
    """A GET begins nothing: nobody is signed in as somebody else by following a link (login CSRF)."""
    assert browser.get("/sign-in/with/uni").status_code == 405
    assert browser.post("/sign-in/with/uni", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_a_provider_that_there_is_not_is_not_found(browser):
    assert browser.post("/sign-in/with/other").status_code == 404
    assert browser.get("/sign-in/with/other/callback").status_code == 404


def test_an_invited_person_gets_the_role_and_still_needs_the_second_factor(browser, provider, session, staff):
    session.add(
        Invitation(
            email="olena@example.org", role=Role.SITE_ADMIN, token_hash="x", invited_by=staff.id, created_at=NOON,
            expires_at=NOON + timedelta(days=1),
        )
    )  # fmt: skip
    session.commit()
    assert sign_in(browser, provider, amr=["pwd", "mfa"]).status_code == 302
    page = browser.get("/account")
    assert (page.status_code, urlsplit(page.location).path) == (302, "/sign-in/second-factor")


@pytest.mark.parametrize("trusted", ["1"])
def test_a_second_factor_at_a_trusted_provider_is_one_here(browser, provider, session, staff):
    session.add(ExternalIdentity(user_id=staff.id, issuer=provider.url, subject="123", created_at=NOON))
    session.commit()
    sign_in(browser, provider)
    assert browser.get("/account").status_code == 302
    sign_in(browser, provider, amr=["pwd", "mfa"])
    assert staff.email in who(browser)


def test_an_account_of_the_same_address_is_not_taken_over(browser, provider, make, session):
    make.user(email="olena@example.org", verified_at=NOON)
    answer = sign_in(browser, provider)
    assert answer.status_code == 409
    assert "You have an account here already" in answer.text
    assert 'href="/sign-in?next=/account/security"' in answer.text
    assert browser.get("/account").status_code == 302
    assert session.scalars(select(ExternalIdentity)).all() == []


@pytest.mark.parametrize("proof", [False, None, "true"])
def test_an_address_that_is_not_proved_tells_nothing(browser, provider, make, proof):
    """Whether there is an account with the address or not, the answer is the same."""
    provider.told = {"sub": "123"}
    pages = []
    for email in ("olena@example.org", make.user().email):
        answer = sign_in(browser, provider, email=email, email_verified=proof)
        assert answer.status_code == 409
        pages.append(without_query(answer.text))
    assert pages[0] == pages[1]
    assert "We could not tell who you are" in pages[0]


# ---- what goes wrong


def neutral(answer, status: int) -> str:
    assert answer.status_code == status
    assert f"Signing in with {NAME} did not work" in answer.text
    return without_query(answer.text)


def test_every_failure_is_the_same_page(browser, provider):
    pages = set()
    pages.add(neutral(come_back(browser, "code=abc&state=guessed"), 400))
    pages.add(neutral(come_back(browser, ""), 400))
    state = provider.let_in(leave(browser)).split("&")[1]
    pages.add(neutral(come_back(browser, f"error=access_denied&error_description=%3Cb%3Eno&{state}"), 400))
    query = provider.let_in(leave(browser))
    provider.signing = fake.key("first")
    pages.add(neutral(come_back(browser, query), 502))
    query = provider.let_in(leave(browser))
    provider.now = NOON - timedelta(hours=1)
    pages.add(neutral(come_back(browser, query), 502))
    assert len(pages) == 1


def test_a_provider_that_is_down_is_no_crash(browser, provider):
    provider.answers["/.well-known/openid-configuration"] = lambda _request: Response(status=500)
    neutral(browser.post("/sign-in/with/uni"), 502)


def test_another_browser_cannot_use_the_answer(browser, provider, flask_app, session):
    query = provider.let_in(leave(browser))
    other = flask_app.test_client()
    other.environ_base |= browser.environ_base
    neutral(come_back(other, query), 400)
    assert session.scalars(select(User).where(User.email == "olena@example.org")).all() == []


def test_nothing_is_locked_while_the_provider_is_asked(browser, provider, session):
    """The answer to the browser waits for the provider; the database does not."""
    open_then = []

    def token(request):
        open_then.append(session.info.get("in_transaction", False))
        return provider._token(request)

    provider.answers["/token"] = token
    assert sign_in(browser, provider).status_code == 302
    assert open_then == [False]


# ---- connecting


def connect(browser, provider, **claims):
    return come_back(browser, provider.let_in(leave(browser, "/account/security/providers/uni"), **claims))


@pytest.fixture
def enter(make, browser):
    """Sign in a person of a proved address."""

    def _enter(**given):
        user = make.user(**{"verified_at": NOON} | given)
        token = make.token(user)
        with browser.session_transaction() as cookie:
            cookie["_user_id"] = token
        return user

    return _enter


def test_connecting_and_disconnecting(browser, provider, enter, session):
    user = enter()
    assert f"Connect {NAME}" in browser.get("/account/security").text
    answer = connect(browser, provider, email="other@example.net")
    assert (answer.status_code, answer.location) == (302, "/account/security")
    page = browser.get("/account/security").text
    assert f"Connected. From now on you can sign in with {NAME}." in unescape(page)
    assert f"Connect {NAME}" not in page
    browser.post("/sign-out")
    sign_in(browser, provider, email="other@example.net")
    assert user.email in who(browser)
    (identity,) = session.scalars(select(ExternalIdentity)).all()
    answer = browser.post(f"/account/security/identities/{identity.id}/disconnection")
    assert answer.location == "/account/security"
    assert session.scalars(select(ExternalIdentity)).all() == []


def test_connecting_needs_a_fresh_proof(browser, provider, enter, session, monkeypatch):
    enter()
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(minutes=16))
    assert browser.post("/account/security/providers/uni").status_code == 401
    assert browser.post("/account/security/identities/1/disconnection").status_code == 401


def test_who_was_signed_out_meanwhile_connects_nothing(browser, provider, enter, session):
    enter()
    query = provider.let_in(leave(browser, "/account/security/providers/uni"))
    enter()  # somebody else, in the same browser
    neutral(come_back(browser, query), 400)
    assert session.scalars(select(ExternalIdentity)).all() == []


def test_an_identity_of_another_account_is_not_moved(browser, provider, enter, make, session):
    other = make.user(verified_at=NOON)
    session.add(ExternalIdentity(user_id=other.id, issuer=provider.url, subject="123", created_at=NOON))
    session.commit()
    enter()
    answer = connect(browser, provider)
    assert answer.status_code == 409
    assert "connected already" in answer.text
    assert other.email not in answer.text


def test_before_the_address_is_proved_the_button_says_why(browser, enter, provider):
    enter(verified_at=None)
    page = browser.get("/account/security").text
    assert "First show that the address is yours" in page
    assert 'action="/account/security/providers/uni"' not in page
    assert connect(browser, provider).status_code == 409


def test_an_identity_whose_provider_is_gone_can_still_be_disconnected(client, make, session, monkeypatch):
    user = make.user(verified_at=NOON)
    session.add(ExternalIdentity(user_id=user.id, issuer="https://old.example.org", subject="1", created_at=NOON))
    session.commit()
    token = make.token(user)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    page = client.get("/account/security").text
    assert "https://old.example.org" in page
    assert "/disconnection" in page


def test_a_stranger_cannot_disconnect(browser, provider, enter, make, session):
    identity = ExternalIdentity(user_id=make.user().id, issuer=provider.url, subject="9", created_at=NOON)
    session.add(identity)
    session.commit()
    enter()
    assert browser.post(f"/account/security/identities/{identity.id}/disconnection").status_code == 404
