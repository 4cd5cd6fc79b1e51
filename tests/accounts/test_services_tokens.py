from itertools import combinations

from app.accounts.services.tokens import digest

PURPOSES = ["session", "link", "reset", "email.old", "email.new", "invitation", "recovery", "api token"]


def test_a_token_for_one_thing_is_none_for_another():
    assert all(digest(one, "secret") != digest(other, "secret") for one, other in combinations(PURPOSES, 2))
    assert digest("link", "secret") == digest("link", "secret") != digest("link", "Secret")
    assert len(digest("link", "")) == 64
