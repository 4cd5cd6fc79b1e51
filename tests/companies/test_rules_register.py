import pytest

from app.companies import rules
from app.companies.rules import MergeFacts
from app.kit.actors import ANYONE, Actor, Grant, Role
from app.kit.verdicts import Answer


@pytest.mark.parametrize("role", Role)
def test_who_keeps_the_register_of_a_trio(role):
    actor = Actor(1, frozenset({Grant(role, None if role is Role.SITE_ADMIN else 7)}))
    may = role in {Role.CLUSTER_MANAGER, Role.TRIO_ADMIN, Role.SITE_ADMIN}
    assert bool(rules.may_keep_register(actor, 7)) is may
    assert bool(rules.may_keep_registers(actor)) is may
    assert bool(rules.may_keep_register(actor, 8)) is (role is Role.SITE_ADMIN)


def test_nobody_keeps_none():
    assert rules.may_keep_registers(ANYONE).answer is Answer.NOT_YOU
    assert rules.registers_kept_by(ANYONE) == frozenset()


@pytest.mark.parametrize(
    "facts,answer",
    [
        (MergeFacts(is_same=False, is_merged=False, both_registered=True), Answer.YES),
        (MergeFacts(is_same=True, is_merged=False, both_registered=True), Answer.NOT_NOW),
        (MergeFacts(is_same=False, is_merged=True, both_registered=True), Answer.NOT_NOW),
        (MergeFacts(is_same=False, is_merged=False, both_registered=False), Answer.NOT_NOW),
    ],
)
def test_what_can_be_merged(facts, answer):
    assert rules.may_merge(facts).answer is answer


@pytest.mark.parametrize("has_enrolments,answer", [(False, Answer.YES), (True, Answer.NOT_NOW)])
def test_what_can_be_dropped(has_enrolments, answer):
    assert rules.may_drop(has_enrolments=has_enrolments).answer is answer
