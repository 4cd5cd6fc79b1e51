"""The session cookie: what it is made of, and when it ends."""

import pytest
from sqlalchemy import delete

from app.accounts import services, sessions
from app.accounts.models import User
from app.web.db import reading


@pytest.fixture
def cookie_of(client):
    """Put a value into the signed session cookie, as an attacker without our key could not."""

    def _cookie_of(value):
        with client.session_transaction() as cookie:
            cookie["_user_id"] = value

    return _cookie_of


def signed_in(client):
    return client.get("/account").status_code == 200


@pytest.mark.parametrize(
    "value",
    [
        "", ":", "x", "1", "-1:x", "1.0:x", "²:x", "٣:x", "1:", ":stamp", "9" * 18 + ":x", "9" * 400 + ":x", "1:x:y",
        None, 7, ["1:x"], {"a": 1}, "\x00:x", "1:\ud800",
    ],
    ids=lambda value: ascii(value)[:20],
)  # fmt: skip
def test_a_garbage_session_is_ignored(client, cookie_of, value):
    cookie_of(value)
    assert not signed_in(client)
    assert client.get("/sign-in").status_code == 200


@pytest.mark.parametrize("cookie", ["x", "", "eyJ.x.y", "a" * 3000, '"', "\x80"])
def test_a_garbage_cookie_is_ignored(client, cookie):
    client.set_cookie("lernzelle", cookie)
    assert not signed_in(client)


def test_a_person_is_known_by_number_and_stamp(client, cookie_of, make):
    user = make.user()
    cookie_of(f"{user.id}:{user.stamp}")
    assert signed_in(client)
    cookie_of(f"{user.id}:{user.stamp}x")
    assert not signed_in(client)


def test_a_changed_stamp_ends_the_session(client, sign_in, make, session):
    user = make.user()
    assert signed_in(sign_in(user))
    services.set_password(session, user.id, "a new one")
    session.commit()
    assert not signed_in(client)


def test_the_session_of_somebody_who_was_deleted_ends(client, sign_in, make, session):
    user = make.user()
    assert signed_in(sign_in(user))
    session.execute(delete(User).where(User.id == user.id))
    session.commit()
    assert not signed_in(client)


def test_nobody_is_signed_in_who_does_not_exist(flask_app, client):
    with flask_app.test_request_context("/"):
        sessions.start(reading(), 10**6)
        from flask import session

        assert "_user_id" not in session
