"""What API tokens look like, allow, and how long they live."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.rules.tokens import (
    HINT_LENGTH,
    LIVES,
    MOST_ALIVE,
    SCOPES,
    SECRET_BYTES,
    Scope,
    ends_at,
    hint_of,
    is_well_formed,
    last_used,
    may_make_token,
    token_of,
    token_works,
)
from app.kit.text import Text
from app.kit.verdicts import YES, Answer, not_now
from tests.factories import NOON

SECRETS = st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES)


@given(SECRETS)
def test_every_token_is_well_formed_and_its_hint_tells_little(secret: bytes):
    token = token_of(secret)
    assert re.fullmatch(r"lz_[A-Za-z0-9_-]{49}", token)
    assert is_well_formed(token)
    assert token.startswith(hint_of(token))
    assert len(hint_of(token)) == HINT_LENGTH <= 12


@given(SECRETS, st.integers(0, 51), st.characters(codec="utf-8"))
def test_a_mistyped_character_is_found(secret: bytes, position: int, other: str):
    token = token_of(secret)
    if other != token[position]:
        assert not is_well_formed(token[:position] + other + token[position + 1 :])


@pytest.mark.parametrize("text", ["", "lz_", "x", "lz_" + "a" * 49, "ghp_" + "a" * 49, token_of(b"x" * 32)[:-1]])
def test_what_is_no_token_is_none(text: str):
    assert not is_well_formed(text)


def test_no_line_break_hides_behind_a_token():
    assert not is_well_formed(token_of(b"x" * 32) + "\n")


def test_different_secrets_are_different_tokens():
    assert token_of(b"x" * 32) != token_of(b"y" * 32)


@pytest.mark.parametrize(
    "expires,revoked,works",
    [(1, None, True), (0, None, False), (-1, None, False), (1, 0, False), (1, -1, False)],
)
def test_how_long_a_token_works(expires, revoked, works):
    revoked_at = None if revoked is None else NOON + timedelta(hours=revoked)
    assert token_works(expires_at=NOON + timedelta(hours=expires), revoked_at=revoked_at, now=NOON) is works


@pytest.mark.parametrize("days", LIVES)
def test_a_token_ends_after_its_days(days: int):
    assert ends_at(days, now=NOON) - NOON == timedelta(days=days)


def test_the_last_use_is_kept_to_the_hour():
    assert last_used(NOON + timedelta(minutes=59, seconds=59, microseconds=9)) == NOON


def test_every_scope_is_said_in_a_sentence():
    assert set(SCOPES) == set(Scope)
    assert all(isinstance(sentence, Text) for sentence in SCOPES.values())


def test_nobody_has_more_tokens_than_they_can_look_after():
    assert may_make_token(YES, alive=MOST_ALIVE - 1)
    verdict = may_make_token(YES, alive=MOST_ALIVE)
    assert verdict.answer is Answer.NOT_NOW
    assert str(MOST_ALIVE) in str(verdict.reason)


def test_who_may_add_no_way_in_makes_no_token():
    way_in = not_now(Text("No."))
    assert may_make_token(way_in, alive=0) is way_in
    assert may_make_token(way_in, alive=99) is way_in
