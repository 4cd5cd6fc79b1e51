"""The pages of the authenticator app and the recovery codes."""

import re

import pytest

from app.accounts.queries.factors import factors_of
from app.accounts.services import recovery
from app.accounts.services import totp as services
from app.kit.actors import Actor, Role
from tests.accounts.test_services_totp import code_at, set_up
from tests.factories import NOON

CODE = re.compile("<code>([A-Z2-7-]{19})</code>")


@pytest.fixture
def user(make):
    return make.user()


@pytest.fixture
def secret(session, user):
    secret = set_up(session, user)
    session.commit()
    return secret


def text(answer):
    return answer.get_data(as_text=True)


def test_the_app_is_set_up_step_by_step(sign_in, user, session):
    client = sign_in(user)
    assert "Show the QR code" in text(client.get("/account/totp?next=/my"))
    page = text(client.post("/account/totp", data={"next": "/my"}))
    secret = services.awaited_secret(session, user.id)
    shown = re.search("data-secret>([A-Z2-7 ]+)<", page)
    assert shown
    assert shown[1].replace(" ", "") == secret
    assert "<svg" in page
    assert f"secret={secret}" in page
    done = client.post("/account/totp", data={"code": code_at(secret, NOON), "next": "/my"})
    codes = CODE.findall(text(done))
    assert len(codes) == 10
    assert 'href="/my"' in text(done)
    assert recovery.use_code(session, Actor(user.id), user.id, codes[0], now=NOON)
    page = text(client.get("/account/totp"))
    assert "Set up" in page
    assert not CODE.search(page)


def test_a_wrong_first_code_comes_back_with_the_same_secret(sign_in, user, session):
    client = sign_in(user)
    client.post("/account/totp")
    secret = services.awaited_secret(session, user.id)
    for code, sentence in (("000000", "This is not the code of this secret."), (" ", "This is missing.")):
        answer = client.post("/account/totp", data={"code": code})
        assert answer.status_code == 422
        assert sentence in text(answer)
        assert f"secret={secret}" in text(answer)
    assert factors_of(session, user.id).count == 0


def test_a_code_without_a_secret_begins_at_the_start(sign_in, user):
    client = sign_in(user)
    for code in ("000000", ""):
        assert client.post("/account/totp", data={"code": code}).location.startswith("/account/totp")


def test_the_last_step_sent_twice_is_no_failure(sign_in, user, session):
    client = sign_in(user)
    client.post("/account/totp")
    code = code_at(services.awaited_secret(session, user.id), NOON)
    assert client.post("/account/totp", data={"code": code}).status_code == 200
    again = client.post("/account/totp", data={"code": code}, follow_redirects=True)
    assert "The authenticator app is set up." in text(again)


def test_the_app_moves_to_another_phone_and_the_codes_stay(sign_in, user, secret, session):
    client = sign_in(user)
    client.post("/account/totp")
    new = services.awaited_secret(session, user.id)
    assert new != secret
    done = client.post("/account/totp", data={"code": code_at(new, NOON)}, follow_redirects=True)
    assert "The authenticator app is set up." in text(done)
    assert factors_of(session, user.id).codes == 10


def test_learners_do_without_again(sign_in, user, secret, session):
    client = sign_in(user)
    done = client.post("/account/totp/removal", follow_redirects=True)
    assert "The authenticator app is removed." in text(done)
    assert client.post("/account/totp/removal", follow_redirects=True).status_code == 200
    assert factors_of(session, user.id).count == 0


def test_staff_see_why_they_cannot(sign_in, make, session, flask_app, monkeypatch):
    trainer = make.user(Role.TRAINER)
    set_up(session, trainer)
    session.commit()
    client = sign_in(trainer)
    reason = "With your role you need a second factor."
    assert reason in text(client.get("/account/totp"))
    refused = client.post("/account/totp/removal")
    assert refused.status_code == 409
    assert reason in text(refused)
    monkeypatch.setitem(flask_app.config, "SECOND_FACTOR", False)
    assert reason not in text(client.get("/account/totp"))
    assert client.post("/account/totp/removal").status_code == 302


def test_a_demo_account_says_why_not(sign_in, make):
    page = text(sign_in(make.user(is_demo=True)).get("/account/totp"))
    assert "This is a demo account" in page


def test_new_codes_are_shown_once(sign_in, user, secret, session):
    client = sign_in(user)
    page = text(client.get("/account/recovery-codes"))
    assert "Make new codes" in page
    assert not CODE.search(page)
    codes = CODE.findall(text(client.post("/account/recovery-codes", data={"next": "/my"})))
    assert len(codes) == 10
    assert not CODE.search(text(client.get("/account/recovery-codes")))
    with client.session_transaction() as cookie:
        assert not any(code in str(dict(cookie)) for code in codes)


def test_codes_can_be_saved_as_a_text_file(sign_in, user, secret):
    page = text(sign_in(user).post("/account/recovery-codes"))
    assert 'download="lernzelle-codes.txt"' in page
    assert f"{CODE.findall(page)[9]}%0D%0A" in page


def test_without_a_factor_there_are_no_codes(sign_in, user):
    client = sign_in(user)
    assert "Set one up first." in text(client.get("/account/recovery-codes?next=/my"))
    assert client.post("/account/recovery-codes").status_code == 409


def test_pages_with_secrets_are_kept_by_nobody(sign_in, user, secret):
    client = sign_in(user)
    for answer in (client.post("/account/totp"), client.post("/account/recovery-codes")):
        assert "no-store" in answer.headers["Cache-Control"]
