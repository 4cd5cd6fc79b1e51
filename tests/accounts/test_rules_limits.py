from datetime import timedelta

import pytest

from app.accounts.rules.limits import LIMITS, LONGEST, Kind, may_try
from app.kit.verdicts import YES, Answer


@pytest.mark.parametrize("kind", Kind)
def test_as_many_as_the_table_says_and_then_a_reason(kind):
    most = LIMITS[kind].most
    assert may_try(kind, 0) == may_try(kind, most - 1) == YES
    for made in (most, most + 100):
        verdict = may_try(kind, made)
        assert verdict.answer is Answer.NOT_NOW
        assert str(verdict.reason).endswith(".")


def test_nobody_checks_a_hundred_guesses_an_hour():
    guess = LIMITS[Kind.GUESS]
    assert guess.most * (timedelta(hours=1) / guess.window) <= 100


def test_guessing_passwords_alone_never_locks_the_way_by_code():
    """Whoever knows only the address cannot use up what is left for codes (and the mail link is not counted at all)."""
    password, guess = LIMITS[Kind.PASSWORD], LIMITS[Kind.GUESS]
    assert password.most * (guess.window / password.window) < guess.most


def test_tries_are_remembered_as_long_as_any_limit_looks_back():
    assert all(limit.window <= LONGEST for limit in LIMITS.values())
