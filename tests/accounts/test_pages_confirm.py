"""Before a dangerous act: who has been in for a while shows anew who they are."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts import services
from app.kit.outbox import Message
from tests.accounts.conftest import PASSWORD
from tests.accounts.test_services_totp import code_at, set_up
from tests.factories import NOON

LONG_AGO = NOON - timedelta(minutes=16)


@pytest.fixture
def tired(client, make):
    """Sign a person in, so long ago that a dangerous act asks anew."""

    def _tired(user):
        token = make.token(user, confirmed_at=LONG_AGO)
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
        return client

    return _tired


def is_fresh(client):
    return client.get("/account/totp").status_code == 200


def text(answer):
    return answer.get_data(as_text=True)


def test_a_dangerous_page_asks_anew_and_goes_on(tired, olena):
    client = tired(olena)
    sent_on = client.get("/account/totp")
    assert sent_on.location == "/account/confirm?next=/account/totp"
    page = text(client.get(sent_on.location))
    assert "With your password" in page
    assert "With your authenticator app" not in page
    done = client.post("/account/confirm", data={"password": PASSWORD, "next": "/account/totp"})
    assert (done.status_code, done.location) == (302, "/account/totp")
    assert is_fresh(client)
    assert client.get("/account/confirm?next=/account/totp").location == "/account/totp"


def test_it_lasts_fifteen_minutes(tired, olena, monkeypatch):
    client = tired(olena)
    client.post("/account/confirm", data={"password": PASSWORD})
    for minutes, fresh in ((15, True), (16, False)):
        monkeypatch.setattr("app.kit.clock.now", lambda: NOON + timedelta(minutes=minutes))  # noqa: B023
        assert is_fresh(client) is fresh


def test_the_session_goes_on_under_a_new_token(tired, olena):
    client = tired(olena)
    with client.session_transaction() as cookie:
        before = cookie["_user_id"]
    client.post("/account/confirm", data={"password": PASSWORD})
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != before


def test_wrong_passwords_are_told_and_limited(tired, olena):
    client = tired(olena)
    for _time in range(5):
        answer = client.post("/account/confirm", data={"password": "wrong"})
        assert answer.status_code == 422
        assert "This is not your password." in text(answer)
    assert "too many wrong passwords" in text(client.post("/account/confirm", data={"password": PASSWORD}))
    assert not is_fresh(client)


def test_nothing_typed_is_missing(tired, olena):
    for form in ({}, {"password": ""}, {"code": ""}):
        answer = tired(olena).post("/account/confirm", data=form)
        assert answer.status_code == 422
        assert "This is missing." in text(answer)


def test_a_code_of_the_app_confirms(tired, make, session):
    user = make.user()
    secret = set_up(session, user)
    session.commit()
    client = tired(user)
    page = text(client.get("/account/confirm?next=/account/totp"))
    assert "With your authenticator app" in page
    assert "With your password" not in page
    assert client.post("/account/confirm", data={"code": "000000"}).status_code == 422
    assert client.post("/account/confirm", data={"code": code_at(secret, NOON)}).status_code == 302
    assert is_fresh(client)


def test_a_link_by_mail_confirms(tired, make, session):
    client = tired(make.user())
    sent = client.post("/account/confirm/link", data={"next": "/account/totp"})
    assert sent.location == "/account/confirm?next=/account/totp"
    assert "A link is on its way to" in text(client.get(sent.location))
    mail = session.scalars(select(Message).where(Message.kind == "mail")).one()
    opened = client.post(f"/sign-in/link/{mail.payload['values']['token']}")
    assert opened.location == "/account/totp"
    assert is_fresh(client)


def test_many_links_are_too_many(tired, make, session):
    user = make.user()
    for _time in range(5):
        services.send_link(session, email=user.email, target="/my", now=NOON)
    session.commit()
    client = tired(user)
    sent = client.post("/account/confirm/link", data={"next": "/account/totp"})
    assert "We sent several links" in text(client.get(sent.location))


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example"])
def test_one_goes_on_within_the_platform_only(tired, olena, target):
    done = tired(olena).post("/account/confirm", data={"password": PASSWORD, "next": target})
    assert done.location == "/my"


def test_nobody_confirms_who_is_not_signed_in(client):
    assert client.get("/account/confirm").location.startswith("/sign-in?next=")
    assert client.post("/account/confirm", data={"password": "x"}).status_code == 401
    assert client.post("/account/confirm/link").status_code == 401


def test_a_form_that_came_too_late_says_the_way_and_keeps_what_was_typed(tired, make, session):
    user = make.user()
    set_up(session, user)
    session.commit()
    answer = tired(user).post("/account/totp/removal", data={"why": "because"})
    assert answer.status_code == 401
    assert "/account/confirm" in text(answer)
    assert 'value="because"' in text(answer)
