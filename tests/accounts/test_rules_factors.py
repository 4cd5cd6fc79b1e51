"""What one may add, remove and reset, and how codes are read."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.rules import factors as rules
from app.accounts.rules.factors import Factors, Site
from app.kit.actors import Actor, Grant, Role
from app.kit.verdicts import Answer
from tests.factories import NOON

NONE, APP, KEY, BOTH = Factors(), Factors(NOON), Factors(passkeys=1), Factors(NOON, 1)


@pytest.mark.parametrize(
    "factors, is_pending, is_demo, answer",
    [
        (NONE, False, False, Answer.YES),
        (NONE, True, False, Answer.YES),
        (APP, False, False, Answer.YES),
        (APP, True, False, Answer.NOT_YOU),
        (KEY, True, False, Answer.NOT_YOU),
        (NONE, False, True, Answer.NOT_NOW),
    ],
)
def test_a_factor_is_added_by_who_has_none_or_has_shown_it(factors, is_pending, is_demo, answer):
    given_ = {"is_pending": is_pending, "is_demo": is_demo}
    assert rules.may_add_factor(factors, **given_).answer is answer
    assert rules.may_add_passkey(factors, **given_).answer is answer


def test_passkeys_end_somewhere():
    almost, full = Factors(passkeys=rules.MOST_PASSKEYS - 1), Factors(passkeys=rules.MOST_PASSKEYS)
    assert rules.may_add_passkey(almost, is_pending=False, is_demo=False)
    assert rules.may_add_passkey(full, is_pending=False, is_demo=False).answer is Answer.NOT_NOW


@pytest.mark.parametrize(
    "factors, needs_one, may",
    [(APP, True, False), (KEY, True, False), (BOTH, True, True), (Factors(passkeys=2), True, True), (APP, False, True)],
)
def test_the_last_factor_stays_where_one_is_needed(factors, needs_one, may):
    assert bool(rules.may_remove_factor(factors, needs_one=needs_one)) is may


@pytest.mark.parametrize("factors, may", [(NONE, False), (Factors(codes=3), False), (APP, True), (KEY, True)])
def test_recovery_codes_stand_in_for_something(factors, may):
    assert bool(rules.may_renew_codes(factors)) is may


ADMIN = Actor(1, frozenset({Grant(Role.SITE_ADMIN)}))
LEAD = Actor(2, frozenset({Grant(Role.TRIO_ADMIN, 7), Grant(Role.TRIO_ADMIN, 8)}))
AUTHOR = Actor(3, frozenset({Grant(Role.AUTHOR, 7)}))


@pytest.mark.parametrize(
    "actor, held, may",
    [
        (ADMIN, [], True),
        (ADMIN, [Grant(Role.SITE_ADMIN)], True),
        (LEAD, [Grant(Role.TRAINER, 7)], True),
        (LEAD, [Grant(Role.TRAINER, 7), Grant(Role.TRIO_ADMIN, 8)], True),
        (LEAD, [Grant(Role.TRAINER, 7), Grant(Role.TRAINER, 9)], False),
        (LEAD, [Grant(Role.TRAINER, 7), Grant(Role.SITE_ADMIN)], False),
        (LEAD, [Grant(Role.HR_CONTACT, None, 5)], False),
        (LEAD, [], False),
        (AUTHOR, [Grant(Role.TRAINER, 7)], False),
        (AUTHOR, [], False),
    ],
)
def test_factors_are_reset_by_who_is_responsible_for_all_roles_of_the_person(actor, held, may):
    assert bool(rules.may_reset_factors(actor, 99, held)) is may


def test_nobody_resets_their_own_factors():
    assert rules.may_reset_factors(ADMIN, 1, []).answer is Answer.NOT_YOU


@pytest.mark.parametrize(
    "typed, clean", [("123 456", "123456"), (" 12-34 56\t", "123456"), ("abcd-efgh", "ABCDEFGH"), ("\u00a012", "12")]
)
def test_codes_are_read_as_people_type_them(typed, clean):
    assert rules.clean_code(typed) == clean


@pytest.mark.parametrize("code, is_one", [("123456", True), ("12345", False), ("1234567", False), ("١٢٣٤٥٦", False),
                                          ("12345A", False), ("", False), ("123456\n", False)])  # fmt: skip
def test_six_digits_are_a_code_of_an_app(code, is_one):
    assert rules.is_app_code(code) is is_one


def test_letters_that_were_read_as_digits_are_meant():
    assert rules.clean_recovery_code("0188") == "OIBB"


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=1, max_size=40))
def test_groups_change_nothing(code):
    assert rules.clean_recovery_code(rules.clean_code(rules.in_groups(code).lower())) == code


def test_groups_have_four_characters():
    assert rules.in_groups("ABCDEFGHIJ") == "ABCD-EFGH-IJ"


@pytest.mark.parametrize("seconds, step", [(0, 0), (29, 0), (30, 1), (59.9, 1)])
def test_a_step_lasts_half_a_minute(seconds, step):
    start = NOON.replace(year=1970, month=1, day=1, hour=0)
    assert rules.step_of(start + timedelta(seconds=seconds)) == step


@pytest.mark.parametrize("known, told, sound", [(0, 0, True), (5, 6, True), (5, 5, False), (5, 4, False), (5, 0, True),
                                                (0, 9, True)])  # fmt: skip
def test_a_counter_only_goes_up(known, told, sound):
    assert rules.counter_is_sound(known, told) is sound


@pytest.mark.parametrize("age, lives", [(-1, False), (0, True), (300, True), (301, False)])
def test_a_challenge_lives_five_minutes(age, lives):
    assert rules.challenge_lives(NOON, now=NOON + timedelta(seconds=age)) is lives


@pytest.mark.parametrize(
    "address, site",
    [
        ("https://lernzelle.example", Site("https://lernzelle.example", "lernzelle.example")),
        ("https://Lernzelle.example:8443/", Site("https://lernzelle.example:8443", "lernzelle.example")),
        ("http://localhost:8000", Site("http://localhost:8000", "localhost")),
        ("", None),
        ("lernzelle.example", None),
        ("ftp://lernzelle.example", None),
    ],
)
def test_a_site_is_its_origin_and_its_host(address, site):
    assert rules.site_of(address) == site
