"""Where one is signed in, and signing out of it."""

import re

import pytest
from sqlalchemy import select

from app.accounts.models import SignInSession
from app.accounts.rules import Method
from app.kit.outbox import Message
from tests.counting import statements
from tests.factories import NOON


def alive(session, user):
    session.expire_all()
    query = select(SignInSession.id).where(SignInSession.user_id == user.id, SignInSession.ended_at.is_(None))
    return session.scalars(query.order_by(SignInSession.id)).all()


def test_every_browser_is_listed_and_this_one_marked(sign_in, olena, make):
    make.token(olena, device="Edge, Windows", method=Method.PASSWORD)
    make.token(olena, device="", method=Method.PASSKEY)
    make.token(make.user(), device="Opera, Mac")
    page = sign_in(olena).get("/account/sessions").text
    cards = re.findall(r"<li class=\"card.*?</li>", page, re.DOTALL)
    assert len(cards) == 3
    assert [card for card in cards if "This browser" in card] == [card for card in cards if "Firefox, Android" in card]
    for said in ("Since 2 March 2026, 13:00, with a link from a mail", "Last used: 2 March 2026, 13:00"):
        assert said in page
    for said in ("Edge, Windows", "with your password", "Unknown browser", "with a passkey"):
        assert said in page
    assert "Opera" not in page


def test_ended_and_old_ones_are_not_listed(sign_in, olena, make):
    make.token(olena, device="Edge, Windows", ended_at=NOON)
    make.token(olena, device="Opera, Mac", seen_at=NOON.replace(year=2025))
    page = sign_in(olena).get("/account/sessions").text
    assert "Edge" not in page
    assert "Opera" not in page
    assert "Sign out everywhere else" not in page.replace("Sign out everywhere else and choose", "")


def test_signing_one_out(sign_in, olena, make, session):
    make.token(olena)
    (other,) = alive(session, olena)
    client = sign_in(olena)
    for _twice in range(2):
        answer = client.post(f"/account/sessions/{other}/end")
        assert (answer.status_code, answer.location) == (302, "/account/sessions")
    assert "This browser is signed out." in client.get("/account/sessions").text
    assert other not in alive(session, olena)


def test_signing_this_one_out(sign_in, olena, session):
    client = sign_in(olena)
    (this,) = alive(session, olena)
    assert client.post(f"/account/sessions/{this}/end").location == "/sign-in"
    assert client.get("/account/sessions").location.startswith("/sign-in")
    assert alive(session, olena) == []


def test_a_session_of_somebody_else_does_not_exist(sign_in, olena, make, session):
    other = make.user()
    make.token(other)
    (foreign,) = alive(session, other)
    client = sign_in(olena)
    answers = [client.post(f"/account/sessions/{number}/end") for number in (foreign, 10**6)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text == answers[1].text.replace(str(10**6), str(foreign))
    assert alive(session, other) == [foreign]


@pytest.mark.parametrize("path,left", [("/account/sessions/others/end", 1), ("/account/sessions/end", 0)])
def test_signing_out_everywhere(sign_in, olena, make, session, path, left):
    other = make.user()
    for user in (olena, olena, other):
        make.token(user)
    client = sign_in(olena)
    assert client.post(path).status_code == 302
    assert len(alive(session, olena)) == left
    assert client.get("/account").status_code == (200 if left else 302)
    assert len(alive(session, other)) == 1
    assert session.scalars(select(Message)).all() == []


@pytest.mark.parametrize("many", [1, 30])
def test_as_many_questions_for_one_as_for_many(sign_in, olena, make, session, many):
    for _n in range(many):
        make.token(olena)
    client = sign_in(olena)
    with statements(session) as said:
        client.get("/account/sessions")
    assert len(said) == 3
