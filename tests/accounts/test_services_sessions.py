from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts import queries, services
from app.accounts.models import SignInSession
from app.accounts.rules import Method
from app.accounts.services import sessions
from app.kit import audit
from app.kit.actors import Actor
from app.kit.errors import NotFound
from tests.factories import NOON

LATER = NOON + timedelta(minutes=20)


def begin(session, user, **given):
    return services.begin_session(session, user.id, method=Method.LINK, **given, now=NOON)


def found(session, token):
    session.flush()
    session.expire_all()
    return queries.find_session(session, services.digest("session", token))


def test_a_session_is_a_row_and_its_token_is_only_a_hash_there(session, make):
    user = make.user()
    token = begin(session, user, device="Firefox, Android")
    row = found(session, token).session
    assert (row.user_id, row.method, row.device) == (user.id, Method.LINK, "Firefox, Android")
    assert (row.created_at, row.seen_at, row.confirmed_at, row.second_factor_at) == (NOON, NOON, NOON, None)
    assert row.token_hash != token
    assert len(token) >= 43, "256 random bits"
    assert begin(session, user) != token


def test_a_further_proof_goes_on_under_a_new_token(session, make):
    old = begin(session, make.user())
    number = found(session, old).session.id
    for second_factor, at in ((False, None), (True, LATER)):
        new = services.confirm_session(session, number, second_factor=second_factor, now=LATER)
        assert found(session, old) is None
        row = found(session, new).session
        assert (row.id, row.confirmed_at, row.seen_at, row.second_factor_at) == (number, LATER, LATER, at)
        old = new


def test_a_session_ends_once(session, make):
    token = begin(session, make.user())
    number = found(session, token).session.id
    for now in (LATER, LATER + timedelta(hours=1)):
        services.end_session(session, number, now=now)
        assert found(session, token).session.ended_at == LATER


@pytest.mark.parametrize("but_one", [True, False])
def test_everywhere_or_everywhere_else_and_nobody_else(session, make, but_one):
    user, other = make.user(), make.user()
    tokens = [begin(session, user) for _n in range(3)]
    foreign = begin(session, other)
    keep = found(session, tokens[1]).session.id if but_one else None
    sessions.end_everywhere(session, Actor(user.id), user.id, but=keep, now=LATER)
    ended = [found(session, token).session.ended_at for token in (*tokens, foreign)]
    assert ended == [LATER, None if but_one else LATER, LATER, None]
    audit.seal(session)
    entry = session.scalars(select(audit.Entry)).one()
    assert (entry.action, entry.ref, entry.new) == ("sessions.ended", user.key, {"but": keep})


def test_one_of_the_own(session, make):
    user = make.user()
    number = found(session, begin(session, user)).session.id
    for _twice in range(2):
        sessions.end_own(session, Actor(user.id), user.id, number, now=LATER)
    assert session.get_one(SignInSession, number).ended_at == LATER
    audit.seal(session)
    assert session.scalars(select(audit.Entry.action)).all() == ["session.ended"]


def test_not_one_of_somebody_else(session, make):
    user, other = make.user(), make.user()
    number = found(session, begin(session, other)).session.id
    for which in (number, 10**6):
        with pytest.raises(NotFound, match="no such session"):
            sessions.end_own(session, Actor(user.id), user.id, which, now=LATER)
    assert session.get_one(SignInSession, number).ended_at is None


def test_use_is_noted_by_moment_and_day(session, make):
    user = make.user()
    token = begin(session, user)
    services.note_use(session, found(session, token).session.id, now=LATER)
    again = found(session, token)
    assert (again.session.seen_at, again.user.seen_on) == (LATER, LATER.date())
