import math
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.credentials import rules
from app.credentials.rules import Paper, RuleSaid
from app.kit.actors import ANYONE, Actor, Grant, Role
from app.kit.verdicts import Answer
from app.runs.rules import EnrolmentState

CODE = "7KX4Q2MH9TPAWE3D86CV"


def rule(attendance=80, test=70, lessons=True) -> RuleSaid:
    """A completion rule."""
    return {"attendance": attendance, "test": test, "lessons": lessons}


def test_a_code_cannot_be_guessed():
    assert len(set(rules.ALPHABET)) == len(rules.ALPHABET)
    assert rules.CODE_LENGTH * math.log2(len(rules.ALPHABET)) >= 97
    assert not set(rules.ALPHABET) & set("0O1IL")


def test_a_code_is_drawn_sign_by_sign():
    assert rules.new_code(lambda alphabet: alphabet[0]) == "2" * 20
    assert len({rules.new_code(secrets.choice) for _number in range(100)}) == 100


def test_codes_are_read_in_groups_of_four():
    assert rules.grouped(CODE) == "7KX4-Q2MH-9TPA-WE3D-86CV"


@pytest.mark.parametrize(
    "typed,code",
    [
        ("7KX4-Q2MH-9TPA-WE3D-86CV", CODE),
        (CODE, CODE),
        ("7kx4q2mh9tpawe3d86cv", CODE),
        ("  7KX4 Q2MH 9TPA WE3D 86CV\n", CODE),
        ("7KX4–Q2MH—9TPA‑WE3D−86CV", CODE),
        ("7KX4.Q2MH.9TPA.WE3D.86CV", CODE),
        ("", None),
        ("7KX4-Q2MH", None),
        (CODE + "A", None),
        ("0KX4-Q2MH-9TPA-WE3D-86CV", None),
        ("7KX4-Q2MH-9TPA-WE3D-86CÜ", None),
        ("' OR 1=1 --", None),
        ("ß" * 10, None),
    ],
)
def test_codes_are_understood_however_they_are_typed(typed, code):
    assert rules.read_code(typed) == code


@given(st.text(max_size=60))
def test_no_input_breaks_the_reading(typed):
    code = rules.read_code(typed)
    assert code is None or rules.read_code(rules.grouped(code)) == code


@pytest.mark.parametrize("asked,paper", [(rule(), Paper.QUALIFIED), (rule(test=0), Paper.ATTENDANCE)])
def test_a_passed_test_makes_the_paper_a_qualified_one(asked, paper):
    assert rules.paper_of(asked) is paper
    assert str(rules.PAPER_NAMES[paper])


def test_what_was_met():
    assert rules.met(rule(), attendance=95) == {"attendance": 95, "test": True, "lessons": True}
    assert rules.met(rule(test=0, lessons=False), attendance=80) == {
        "attendance": 80, "test": False, "lessons": False,
    }  # fmt: skip


def test_a_level_is_never_claimed():
    assert str(rules.level_in_words(3)).startswith("oriented towards level 3")


@pytest.mark.parametrize("state", EnrolmentState)
@pytest.mark.parametrize("completed", [True, False])
def test_only_a_completion_gives_a_certificate(state, completed):
    verdict = rules.may_issue(state, completed=completed)
    assert bool(verdict) is (state is EnrolmentState.COMPLETED and completed)


@pytest.mark.parametrize(
    "actor,may",
    [
        (ANYONE, False),
        (Actor(1), False),
        (Actor(1, frozenset({Grant(Role.TRAINER, 7)})), False),
        (Actor(1, frozenset({Grant(Role.TRIO_ADMIN, 8)})), False),
        (Actor(1, frozenset({Grant(Role.TRIO_ADMIN, 7)})), True),
        (Actor(1, frozenset({Grant(Role.SITE_ADMIN)})), True),
    ],
)
def test_administrators_of_the_trio_revoke_once(actor, may):
    assert bool(rules.may_revoke(actor, 7, revoked=False)) is may
    again = rules.may_revoke(actor, 7, revoked=True)
    assert again.answer is (Answer.NOT_NOW if may else Answer.NOT_YOU)


@pytest.mark.parametrize(
    "name,own,left",
    [
        ("Ada", True, ("", "Bea", "Cem")),
        ("Bea", False, ("Ada", None, "Cem")),
        ("Cem", False, ("Ada", "Bea", None)),
        ("Dan", False, ("Ada", "Bea", "Cem")),
    ],
)
def test_a_paper_without_a_name_says_all_else(name, own, left):
    says = {"person": "Ada", "trainer": "Bea", "reviewer": "Cem", "dqr": 3}
    without = rules.without_name(says, name, own=own)  # type: ignore[arg-type]
    assert (without["person"], without["trainer"], without["reviewer"]) == left
    assert without["dqr"] == 3
