from decimal import Decimal

import pytest

from app.kit.actors import Actor, Grant, Role
from app.kit.text import _
from app.kit.verdicts import YES, Answer, not_now
from app.modules import rules
from app.modules.rules import Change, CompletionRule, Units, VersionFacts

INCOMPLETE = not_now(_("Incomplete."))


def person(role: Role | None = None, trio_id: int | None = 1) -> Actor:
    return Actor(7, frozenset({Grant(role, trio_id)}) if role else frozenset())


def test_hours_at_the_employer_are_no_teaching_units():
    units = Units(Decimal(2), Decimal("0.5"), Decimal(4), Decimal(1), workplace_hours=Decimal(30))
    assert units.total == Decimal("7.5")


@pytest.mark.parametrize(
    "role, trio_id, author, drafts",
    [
        (None, 1, False, False),
        (Role.AUTHOR, 1, True, True),
        (Role.AUTHOR, 2, False, False),
        (Role.TRIO_ADMIN, 1, True, True),
        (Role.REVIEWER, 1, False, True),
        (Role.TRAINER, 1, False, True),
        (Role.CLUSTER_MANAGER, 1, False, False),
        (Role.PROGRAMME_OFFICE, None, False, False),
        (Role.SITE_ADMIN, None, True, True),
    ],
)
def test_who_writes_and_who_sees_drafts(role, trio_id, author, drafts):
    actor = person(role, trio_id)
    assert bool(rules.may_author(actor, 1)) is author
    assert bool(rules.may_see_drafts(actor, 1)) is drafts


def test_an_author_of_any_trio_may_come_to_the_import_page():
    assert rules.may_author_anywhere(person(Role.AUTHOR, 2))
    assert rules.may_author_anywhere(person(Role.TRIO_ADMIN, 2))
    assert rules.may_author_anywhere(person(Role.SITE_ADMIN, None))
    assert rules.may_author_anywhere(person(Role.REVIEWER)).answer is Answer.NOT_YOU


@pytest.mark.parametrize(
    "actor, facts, trio, answer",
    [
        (person(Role.REVIEWER), VersionFacts(1, exists=True, imported_by=8), YES, Answer.YES),
        (person(Role.SITE_ADMIN, None), VersionFacts(1, exists=True, imported_by=8), YES, Answer.YES),
        (person(Role.REVIEWER, 2), VersionFacts(1, exists=True, imported_by=8), YES, Answer.NOT_YOU),
        (person(Role.AUTHOR), VersionFacts(1, exists=True, imported_by=8), YES, Answer.NOT_YOU),
        (person(Role.REVIEWER), VersionFacts(1, exists=False), YES, Answer.NOT_NOW),
        (person(Role.REVIEWER), VersionFacts(1, exists=True, imported_by=7), YES, Answer.NOT_NOW),
        (person(Role.REVIEWER), VersionFacts(1, exists=True, imported_by=None), YES, Answer.YES),
        (person(Role.REVIEWER), VersionFacts(1, exists=True, imported_by=8), INCOMPLETE, Answer.NOT_NOW),
    ],
)
def test_four_eyes_release(actor, facts, trio, answer):
    assert rules.may_release(actor, facts, trio=trio).answer is answer


def test_the_rule_in_words_names_only_what_is_asked():
    assert [str(word) for word in rules.completion_in_words(CompletionRule(80, 70, lessons=True))] == [
        "present for at least 80 percent of the time",
        "all lessons worked through",
        "final test with at least 70 percent of the points",
    ]
    assert rules.completion_in_words(CompletionRule(0, 0, lessons=False)) == []


def test_changes_are_added_changed_and_removed_in_the_new_order():
    before, after = {"a": "1", "b": "1", "c": "1"}, {"d": "1", "b": "2", "a": "1"}
    changes = rules.changes_between(before, after)
    assert changes == [Change("added", "d"), Change("changed", "b"), Change("removed", "c")]
