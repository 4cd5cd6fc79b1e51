from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Attempt
from app.accounts.rules.limits import LIMITS, LONGEST, Kind
from app.accounts.services import limits
from app.kit import database
from app.kit.errors import TooMany
from tests.factories import NOON

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
MOST = LIMITS[Kind.PASSWORD].most


def count(session):
    return session.scalar(select(func.count()).select_from(Attempt))


def guess(session, kind=Kind.PASSWORD, *, email="olena@firma.example", client="here", now=NOON):
    made = limits.begin_guess(session, kind, email=email, client=client, now=now)
    session.flush()
    return made


@pytest.mark.parametrize("kind", Kind)
def test_each_limit_at_its_last_try_and_one_more(session, kind):
    for _n in range(LIMITS[kind].most):
        limits.take(session, kind, "a", now=NOON)
    assert not limits.allow(session, kind, "a", now=NOON)
    with pytest.raises(TooMany) as refused:
        limits.take(session, kind, "a", now=NOON + LIMITS[kind].window)
    assert refused.value.reason == LIMITS[kind].reason
    limits.take(session, kind, "b", now=NOON)
    limits.take(session, kind, "a", now=NOON + LIMITS[kind].window + SECOND)


def test_what_is_noted_counts_too(session):
    for _n in range(LIMITS[Kind.TOKEN_CLIENT].most):
        assert limits.allow(session, Kind.TOKEN_CLIENT, "a", now=NOON)
        limits.note(session, Kind.TOKEN_CLIENT, "a", now=NOON)
    assert not limits.allow(session, Kind.TOKEN_CLIENT, "a", now=NOON)


def test_a_refused_try_is_not_counted_so_that_nobody_is_kept_out_for_ever(session):
    for _n in range(MOST):
        guess(session)
    before = count(session)
    for _n in range(20):
        with pytest.raises(TooMany):
            guess(session)
    assert count(session) == before


def test_an_address_is_one_however_it_is_typed(session):
    for email in ["olena@firma.example", " OLENA@firma.example", "Olena@Firma.Example "]:
        guess(session, email=email)
    for _n in range(MOST - 3):
        guess(session)
    with pytest.raises(TooMany, match="link to sign in"):
        guess(session)
    guess(session, email="other@firma.example")


def test_a_right_one_is_given_back_and_makes_the_wrong_ones_forgotten(session):
    for _round in range(10):
        for _n in range(MOST - 1):
            guess(session, client="")
        limits.was_right(session, guess(session, client=""))
        session.query(Attempt).filter_by(kind=Kind.GUESS).delete()
    assert count(session) == 0


def test_a_right_password_forgives_neither_wrong_codes_nor_the_place(session):
    """Whoever knows the password could otherwise try codes without end."""
    for _n in range(LIMITS[Kind.CODE].most):
        guess(session, Kind.CODE)
    limits.was_right(session, guess(session, Kind.PASSWORD))
    with pytest.raises(TooMany):
        guess(session, Kind.CODE)
    assert session.query(Attempt).filter_by(kind=Kind.GUESS_CLIENT).count() == LIMITS[Kind.CODE].most


def test_passwords_and_codes_together_stay_below_a_hundred_an_hour(session):
    checked = 0
    for minute in range(60):
        for kind in (Kind.PASSWORD, Kind.CODE):
            for _n in range(20):
                try:
                    guess(session, kind, client=f"client {minute}", now=NOON + minute * MINUTE)
                except TooMany:
                    break
                checked += 1
    assert 0 < checked <= LIMITS[Kind.GUESS].most <= 100


def test_one_place_cannot_try_all_accounts(session):
    for n in range(LIMITS[Kind.GUESS_CLIENT].most):
        guess(session, email=f"{n}@firma.example")
    with pytest.raises(TooMany, match="network"):
        guess(session, email="victim@firma.example")
    guess(session, email="victim@firma.example", client="elsewhere")


def test_signing_in_rightly_uses_up_no_place(session):
    """At the change of shifts, a whole company signs in from one address."""
    for n in range(LIMITS[Kind.GUESS_CLIENT].most * 3):
        limits.was_right(session, guess(session, email=f"{n}@firma.example"))
    assert count(session) == 0


def test_old_tries_do_not_pile_up(session):
    for n in range(20):
        guess(session, email=f"{n}@firma.example", client="")
    guess(session, now=NOON + LONGEST)
    assert count(session) == 43
    guess(session, now=NOON + LONGEST + SECOND)
    assert count(session) == 6


def test_a_try_names_nobody(session):
    guess(session, email="olena@firma.example", client="here")
    for attempt in session.query(Attempt):
        assert len(attempt.key_hash) == 64
        assert "olena" not in attempt.key_hash


def test_on_postgresql_whoever_counts_the_same_waits_for_the_other(session, monkeypatch):
    said: list[Any] = []
    monkeypatch.setattr(session.get_bind().dialect, "name", "postgresql")
    monkeypatch.setattr(session, "execute", said.append)
    limits._queue(session, "f" * 64)
    (statement,) = said
    assert "pg_advisory_xact_lock" in str(statement)
    assert all(0 <= number < 2**63 for number in statement.compile().params.values())


def test_a_hundred_guesses_at_the_same_moment_count_as_one_by_one(own_engine):
    start = Barrier(8)

    def try_once(n):
        with Session(own_engine) as session:
            start.wait()
            database.begin_writing(session)
            try:
                limits.begin_guess(session, Kind.PASSWORD, email="olena@firma.example", client=str(n), now=NOON)
            except TooMany:
                return False
            session.commit()
            return True

    with ThreadPoolExecutor(8) as threads:
        checked = list(threads.map(try_once, range(16)))
    assert sum(checked) == MOST
