"""What a provider's word is worth, and whose account it leads to."""

import pytest

from app.accounts.rules.providers import Outcome, asserted_by, may_add_way_in, outcome_of
from app.kit.verdicts import Answer

WHO = {"iss": "https://login.example.org", "sub": "123"}
PROVED = WHO | {"email": "O.Bondar@Example.org ", "email_verified": True, "name": "Olena  Bondar"}


def test_a_proved_address_and_a_name_are_cleaned():
    asserted = asserted_by(PROVED)
    assert (asserted.issuer, asserted.subject) == ("https://login.example.org", "123")
    assert asserted.email == "o.bondar@example.org"
    assert asserted.name == "Olena Bondar"
    assert not asserted.second_factor


@pytest.mark.parametrize("said", [False, None, "true", "yes", 1, [True], "missing"])
def test_only_true_is_a_proof_of_the_address(said: object):
    claims = {name: value for name, value in (PROVED | {"email_verified": said}).items() if value != "missing"}
    assert asserted_by(claims).email is None


@pytest.mark.parametrize(
    "said",
    [None, 7, "", "olena", "@example.org", "olena@", "olena@localhost", "ölena@example.org", "a b@example.org",
     f"{'a' * 250}@example.org", ["o@example.org"], "o\n@example.org"],
)  # fmt: skip
def test_what_is_no_address_is_none(said: object):
    assert asserted_by(PROVED | {"email": said}).email is None


@pytest.mark.parametrize(
    "said,name", [(None, ""), (3, ""), ("  ", ""), ("A\u202eB\n C", "AB C"), ("x" * 300, "x" * 120)]
)
def test_a_name_is_whatever_can_be_shown_of_it(said: object, name: str):
    assert asserted_by(PROVED | {"name": said}).name == name


@pytest.mark.parametrize(
    "claims,trusted,acr,counts",
    [
        ({"amr": ["pwd", "mfa"]}, True, "", True),
        ({"amr": ["pwd", "mfa"]}, False, "", False),
        ({"amr": ["pwd", "otp"]}, True, "", False),
        ({"amr": "mfa"}, True, "", False),
        ({}, True, "", False),
        ({"acr": ""}, True, "", False),
        ({"acr": "level-2"}, True, "level-2", True),
        ({"acr": "level-2"}, False, "level-2", False),
        ({"acr": "level-1"}, True, "level-2", False),
    ],
)
def test_a_second_factor_counts_where_we_trust_the_provider_with_it(claims, trusted, acr, counts):
    assert asserted_by(WHO | claims, trust_mfa=trusted, acr=acr).second_factor is counts


@pytest.mark.parametrize(
    "owner,connecting,address,invited,taken,outcome",
    [
        # somebody signs in
        (None, None, True, False, False, Outcome.NEW),
        (None, None, True, False, True, Outcome.TAKEN),
        (None, None, True, True, False, Outcome.INVITED),
        (None, None, True, True, True, Outcome.TAKEN),
        (None, None, False, False, False, Outcome.NO_ADDRESS),
        (7, None, False, False, False, Outcome.KNOWN),
        (7, None, True, True, True, Outcome.KNOWN),
        # a signed-in person connects
        (None, 7, True, True, True, Outcome.CONNECTED),
        (None, 7, False, False, False, Outcome.CONNECTED),
        (7, 7, True, False, True, Outcome.CONNECTED),
        (8, 7, True, True, True, Outcome.BELONGS_TO_ANOTHER),
    ],
)
def test_what_comes_of_an_identity(owner, connecting, address, invited, taken, outcome):
    came = outcome_of(owner=owner, connecting=connecting, has_address=address, is_invited=invited, is_taken=taken)
    assert came is outcome


def test_a_way_in_is_added_once_the_address_is_proved():
    assert may_add_way_in(is_verified=True, is_demo=False)
    unproved, shared = may_add_way_in(is_verified=False, is_demo=False), may_add_way_in(is_verified=True, is_demo=True)
    assert unproved.answer is shared.answer is Answer.NOT_NOW
    assert "sign in with it once" in str(unproved.reason)
    assert "demo account" in str(shared.reason)
