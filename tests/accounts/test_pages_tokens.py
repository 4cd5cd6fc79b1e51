"""One's own API tokens, as people meet them."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import ApiToken
from app.accounts.rules.tokens import MOST_ALIVE, Scope
from app.accounts.services import api_tokens
from app.kit import clock
from tests.counting import statements
from tests.factories import NOON, as_actor

FORM = {"name": "Report", "scopes": ["reports:read"], "days": "30"}


@pytest.fixture
def user(make):
    return make.user(verified_at=NOON)


@pytest.fixture
def browser(sign_in, user):
    return sign_in(user)


def shown(page: str) -> str:
    return re.findall(r"data-token>\s*(\S+?)\s*<", page)[0]


def test_a_token_is_made_and_shown_once(browser, session):
    answer = browser.post("/account/tokens/new", data=FORM)
    assert answer.status_code == 200
    token = shown(answer.text)
    assert "no-store" in answer.headers["Cache-Control"]
    for page in ("/account/tokens", "/account/tokens/new"):
        assert token not in browser.get(page).text
    row = session.scalars(select(ApiToken)).one()
    listed = browser.get("/account/tokens").text
    assert all(said in listed for said in ("Report", f"{row.hint}…", "reports:read", "Not used yet."))


def test_reloading_the_page_makes_no_second_one(browser, session):
    browser.post("/account/tokens/new", data=FORM)
    again = browser.post("/account/tokens/new", data=FORM)
    assert again.status_code == 422
    assert "of this name already" in again.text
    assert 'value="Report"' in again.text
    assert len(session.scalars(select(ApiToken)).all()) == 1


@pytest.mark.parametrize(
    "change,said",
    [
        ({"name": " "}, "This is missing."),
        ({"name": "x" * 61}, "Between 1 and 60 characters."),
        ({"scopes": []}, "Choose at least one."),
        ({"scopes": ["everything"]}, "Choose one of the values offered."),
        ({"days": ""}, "This is missing."),
        ({"days": "9999"}, "Choose one of the values offered."),
    ],
)
def test_a_faulty_form_comes_back_with_what_was_chosen(browser, session, change, said):
    answer = browser.post("/account/tokens/new", data=FORM | {"days": "365"} | change)
    assert answer.status_code == 422
    assert said in answer.text
    if "days" not in change:
        assert re.search(r'value="365"\s*checked', answer.text)
    assert session.scalars(select(ApiToken)).all() == []


def test_making_one_needs_a_fresh_proof(browser, session, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(minutes=16))
    assert browser.get("/account/tokens/new").location == "/account/confirm?next=/account/tokens/new"
    answer = browser.post("/account/tokens/new", data=FORM)
    assert answer.status_code == 401
    assert 'name="name" value="Report"' in answer.text
    assert session.scalars(select(ApiToken)).all() == []


def test_revoking_needs_none(browser, user, session, monkeypatch):
    made = api_tokens.make_token(session, as_actor(user), name="x", scopes=[Scope.RUNS_READ], days=30, now=NOON)
    session.commit()
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(minutes=16))
    for _again in range(2):
        answer = browser.post(f"/account/tokens/{made.id}/revocation")
        assert answer.location == "/account/tokens"
    assert "The token is revoked" in browser.get("/account/tokens").text
    assert "No tokens" in browser.get("/account/tokens").text


def test_a_strangers_token_is_not_there(sign_in, make, user, session):
    made = api_tokens.make_token(session, as_actor(user), name="x", scopes=[Scope.RUNS_READ], days=30, now=NOON)
    session.commit()
    browser = sign_in(make.user())
    assert browser.post(f"/account/tokens/{made.id}/revocation").status_code == 404
    assert "No tokens" in browser.get("/account/tokens").text


def test_before_the_address_is_proved_the_button_says_why(sign_in, make):
    browser = sign_in(make.user())
    page = browser.get("/account/tokens").text
    assert "First show that the address is yours" in page
    assert 'href="/account/tokens/new"' not in page
    assert browser.post("/account/tokens/new", data=FORM).status_code == 409


def test_nobody_signed_in_sees_none(client):
    assert client.get("/account/tokens").status_code == 302
    assert client.post("/account/tokens/new", data=FORM).status_code == 401


def test_the_list_asks_as_much_for_twenty_as_for_one(browser, user, session):
    def more(name: str) -> None:
        api_tokens.make_token(session, as_actor(user), name=name, scopes=[Scope.RUNS_READ], days=30, now=NOON)
        session.commit()

    more("first")
    with statements(session) as few:
        browser.get("/account/tokens")
    for number in range(MOST_ALIVE - 1):
        more(f"no. {number}")
    with statements(session) as many:
        page = browser.get("/account/tokens").text
    assert "no. 18" in page
    assert len(few) == len(many)
    assert "Revoke one that you do not need" in page
