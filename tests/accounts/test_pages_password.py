"""Choosing, changing and removing a password."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import SignInSession
from app.accounts.services import passwords
from tests.accounts.conftest import PASSWORD
from tests.factories import NOON

NEW = "Vier-Blaue-Zahnräder"


def token_of(client):
    with client.session_transaction() as cookie:
        return cookie["_user_id"]


def fits(session, user, password):
    session.expire_all()
    return passwords.check_password(session, email=user.email, password=password) == user.id


def test_choosing_the_first_one(sign_in, make, session, templates):
    user = make.user()
    client = sign_in(user)
    page = client.get("/account/password").text
    assert "Choose a password" in page
    assert 'autocomplete="new-password"' in page
    assert "Remove password" not in page
    answer = client.post("/account/password", data={"password": NEW})
    assert (answer.status_code, answer.location) == (302, "/account/security")
    assert "Your new password counts from now on." in client.get("/account/security").text
    assert fits(session, user, NEW)
    assert templates() == ["password_set"]


def test_changing_it_ends_the_other_sessions_and_renews_this_one(sign_in, olena, make, session):
    make.token(olena)
    client = sign_in(olena)
    before = token_of(client)
    client.post("/account/password", data={"password": NEW})
    assert token_of(client) != before
    assert client.get("/account").status_code == 200
    assert len(session.scalars(select(SignInSession.id).where(SignInSession.ended_at.is_(None))).all()) == 1
    assert fits(session, olena, NEW)
    assert not fits(session, olena, PASSWORD)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = before
    assert client.get("/account").status_code == 302


@pytest.mark.parametrize("password", ["  blanks at both ends  ", "Ünï ☃ 🔋 Zähne", "a b\tc d e f g h"])
def test_any_characters_are_kept_as_they_are_typed(sign_in, make, client, session, password):
    user = make.user()
    sign_in(user).post("/account/password", data={"password": password})
    client.post("/sign-out")
    assert client.post("/sign-in", data={"email": user.email, "password": password.strip() + "x"}).status_code == 422
    if password != password.strip():
        assert client.post("/sign-in", data={"email": user.email, "password": password.strip()}).status_code == 422
    assert client.post("/sign-in", data={"email": user.email, "password": password}).status_code == 302


@pytest.mark.parametrize(
    "password,told",
    [
        ("", "This is missing."),
        ("          ", "This is missing."),
        ("kurz", "Choose at least 10 characters."),
        ("x9" * 101, "Choose at most 200 characters."),
        ("qwertyuiop", "This password stands on lists of stolen passwords."),
        ("Bondar.Olena", "Others guess your name"),
    ],
)
def test_a_weak_one_comes_back_with_one_sentence(sign_in, olena, session, password, told):
    answer = sign_in(olena).post("/account/password", data={"password": password})
    assert answer.status_code == 422
    assert answer.text.count(told) == 2, "above the field, and in the summary"
    assert not password.strip() or password not in answer.text
    assert fits(session, olena, PASSWORD)


def test_removing_it(sign_in, olena, session, templates):
    client = sign_in(olena)
    assert "Remove password" in client.get("/account/password").text
    for _twice in range(2):
        assert client.post("/account/password/removal").location == "/account/security"
    session.expire_all()
    assert olena.password_hash is None
    assert "You have none, and you need none." in client.get("/account/security").text
    assert templates() == ["password_removed"]


def test_a_shared_account_says_why_not(sign_in, make):
    client = sign_in(make.user(is_demo=True, password_hash="x"))
    page = client.get("/account/password").text
    assert 'aria-disabled="true"' in page
    assert "demo account" in page
    assert "Remove password" not in page
    assert client.post("/account/password", data={"password": NEW}).status_code == 422
    assert client.post("/account/password/removal").status_code == 409


@pytest.mark.parametrize(
    "method,path", [("GET", "/account/password"), ("POST", "/account/password"), ("POST", "/account/password/removal")]
)
def test_it_needs_a_proof_of_the_last_quarter_of_an_hour(client, make, session, method, path):
    user = make.user(password_hash="x")
    token = make.token(user, confirmed_at=NOON.replace(hour=11))
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    answer = client.open(path, method=method, data={"password": NEW})
    assert answer.status_code == (302 if method == "GET" else 401)
    assert "/account/confirm" in (answer.location or answer.text)
    session.expire_all()
    assert user.password_hash == "x"


def test_a_password_typed_too_late_stands_in_no_page(client, make):
    token = make.token(make.user(), confirmed_at=NOON - timedelta(minutes=16))
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    answer = client.post("/account/password", data={"password": "Vier-Blaue-Zahnraeder", "next": "/my"})
    assert answer.status_code == 401
    assert "Zahnraeder" not in answer.text
    assert 'name="next" value="/my"' in answer.text
