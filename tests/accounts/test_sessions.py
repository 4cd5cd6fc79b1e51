"""The session cookie: what it is made of, and when it ends."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.accounts import services, sessions
from app.accounts.models import RoleGrant, SignInSession
from app.accounts.rules import Method
from app.accounts.rules.limits import LIMITS, Kind
from app.kit import clock
from app.kit.actors import Actor, Role
from app.kit.errors import TooMany
from app.web.db import transaction
from app.web.identity import SignInNeeded
from tests.accounts.conftest import PASSWORD
from tests.factories import NOON


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


def test_a_person_is_known_by_the_token_of_their_session(client, cookie_of, make):
    token = make.token(make.user())
    cookie_of(token)
    assert signed_in(client)
    for wrong in (token[:-1], f"{token}x", token.swapcase(), services.digest("session", token)):
        cookie_of(wrong)
        assert not signed_in(client)


def test_an_ended_session_is_over(client, sign_in, make, session):
    user = make.user()
    assert signed_in(sign_in(user))
    services.end_sessions(session, user.id, now=NOON)
    session.commit()
    assert not signed_in(client)


def test_the_session_of_somebody_who_was_erased_is_over(client, sign_in, make, session):
    user = make.user()
    assert signed_in(sign_in(user))
    user.erased_at = NOON
    session.commit()
    assert not signed_in(client)


def test_a_role_that_is_given_or_taken_counts_with_the_next_request(client, sign_in, make, session):
    user = make.user(Role.PROGRAMME_OFFICE, is_demo=True)
    client = sign_in(user)
    assert client.get("/api/v1/reports/participation").status_code == 200
    services.revoke(session, Actor(None), session.scalars(select(RoleGrant)).one(), now=NOON)
    session.commit()
    assert client.get("/api/v1/reports/participation").status_code == 403


# ---- the face


@pytest.fixture
def request_of(flask_app, client):
    """A request of a browser, as a view sees it."""
    with flask_app.test_request_context("/", headers={"User-Agent": "Mozilla/5.0 (Android 14) Firefox/132.0"}):
        yield


def cookie():
    from flask import session

    return session.get("_user_id")


def rows(session):
    session.expire_all()
    return session.scalars(select(SignInSession).order_by(SignInSession.id)).all()


def test_starting_tells_the_browser_and_ends_who_was_there(request_of, make, session):
    first, second = make.user(), make.user()
    with transaction() as writing:
        sessions.start(writing, first.id, method=Method.LINK)
    before = cookie()
    with transaction() as writing:
        sessions.start(writing, second.id, method=Method.PASSKEY, second_factor=True)
    assert cookie() != before
    old, new = rows(session)
    assert (old.user_id, old.ended_at, new.ended_at) == (first.id, NOON, None)
    assert (new.user_id, new.method, new.device) == (second.id, Method.PASSKEY, "Firefox, Android")
    assert new.second_factor_at == NOON
    assert new.token_hash == services.digest("session", cookie())


def test_a_further_proof_renews_the_token(request_of, make, session):
    with transaction() as writing:
        sessions.start(writing, make.user().id, method=Method.LINK)
    before = cookie()
    with transaction() as writing:
        sessions.confirm(writing, second_factor=True)
    assert cookie() != before
    (row,) = rows(session)
    assert (row.token_hash, row.second_factor_at) == (services.digest("session", cookie()), NOON)


def test_nobody_proves_anything_for_nobody(request_of):
    with pytest.raises(SignInNeeded), transaction() as writing:
        sessions.confirm(writing)


def test_ending(request_of, make, session):
    with transaction() as writing:
        sessions.start(writing, make.user().id, method=Method.LINK)
    for _twice in range(2):
        with transaction() as writing:
            sessions.end(writing)
    assert cookie() is None
    assert [row.ended_at for row in rows(session)] == [NOON]


def test_use_is_noted_every_ten_minutes(client, sign_in, make, session, monkeypatch):
    sign_in(make.user())
    seen = []
    for minutes in (0, 9, 10, 15, 20):
        monkeypatch.setattr(clock, "now", lambda now=NOON + timedelta(minutes=minutes): now)
        assert signed_in(client)
        seen.append(rows(session)[0].seen_at - NOON)
    assert seen == [timedelta(minutes=minutes) for minutes in (0, 0, 10, 10, 20)]


def test_a_page_is_answered_even_when_its_use_cannot_be_noted(client, sign_in, make, monkeypatch):
    sign_in(make.user())
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(minutes=11))

    def broken(*_given, **_more):
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    monkeypatch.setattr(services, "note_use", broken)
    assert signed_in(client)


def test_a_password_is_tried_without_holding_a_transaction(request_of, olena, session, monkeypatch):
    real = services.check_password

    def checked(reading, **given):
        assert not session.info.get("in_transaction")
        return real(reading, **given)

    monkeypatch.setattr(services, "check_password", checked)
    assert sessions.try_password(olena.email, "wrong") is None
    assert sessions.try_password(olena.email, PASSWORD) == olena.id


def test_tries_of_one_place_are_counted(request_of):
    for _n in range(LIMITS[Kind.TOKEN_CLIENT].most):
        sessions.count_try(Kind.TOKEN_CLIENT)
    with pytest.raises(TooMany):
        sessions.count_try(Kind.TOKEN_CLIENT)
