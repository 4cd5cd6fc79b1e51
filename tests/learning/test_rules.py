from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.actors import ANYONE, Actor, Grant, Role
from app.kit.verdicts import Answer
from app.learning import rules
from app.learning.rules import LessonState, Progress
from app.modules.rules import CompletionRule
from app.runs.rules import LEARNING, EnrolmentState, RunFacts, RunState
from tests.factories import NOON

KEYS = ("one", "two", "three")
RULE = CompletionRule(attendance=80, test=70, lessons=True)
NOTHING = CompletionRule(attendance=0, test=0, lessons=False)
RUN = RunFacts(
    trio_id=1, state=RunState.PUBLISHED, trainer_id=7, enrolment_opens=NOON, enrolment_closes=NOON, starts_at=NOON,
    ends_at=NOON,
)  # fmt: skip


def at(*minutes):
    """When the lessons, in order, were last worked at; None: never."""
    return {
        key: NOON + timedelta(minutes=minute) for key, minute in zip(KEYS, minutes, strict=False) if minute is not None
    }


@pytest.mark.parametrize(
    "progress, resume",
    [
        (Progress(KEYS), "one"),
        (Progress(KEYS, at(1, 2), frozenset({"one"})), "two"),
        (Progress(KEYS, at(5, 2), frozenset()), "one"),
        (Progress(KEYS, at(None, None, 1), frozenset()), "three"),
        (Progress(KEYS, at(1, 2, 3), frozenset({"three"})), "two"),
        (Progress(KEYS, at(1, None, 3), frozenset({"one", "three"})), "two"),
        (Progress(KEYS, at(1, 2, 3), frozenset(KEYS)), None),
        (Progress(()), None),
    ],
)
def test_going_on_where_one_was(progress, resume):
    assert progress.resume == resume


def test_what_stands_in_a_progress():
    progress = Progress(KEYS, at(1, 2), frozenset({"one"}))
    assert (progress.count, progress.total, progress.left, progress.begun) == (1, 3, ["two", "three"], True)
    assert [progress.state(key) for key in KEYS] == [LessonState.DONE, LessonState.BEGUN, LessonState.NEW]
    assert [progress.before(key) for key in KEYS] == [None, "one", "two"]
    assert [progress.after(key) for key in KEYS] == ["two", "three", None]


@given(st.sets(st.sampled_from("abcdef")), st.lists(st.sampled_from("abcdef"), unique=True))
def test_lessons_of_other_versions_do_not_count(done, keys):
    progress = Progress(keys, dict.fromkeys(done, NOON), frozenset(done))
    assert 0 <= progress.count <= progress.total == len(keys)
    assert progress.count + len(progress.left) == progress.total
    assert (progress.resume is None) == (set(keys) <= done)
    assert progress.begun == bool(set(keys) & done)


@pytest.mark.parametrize("state", sorted(EnrolmentState))
def test_learning_needs_a_place(state):
    verdict = rules.may_learn(state)
    assert bool(verdict) == (state in LEARNING)
    assert verdict or verdict.answer is Answer.NOT_NOW


def test_strangers_do_not_learn():
    assert rules.may_learn(None).answer is Answer.NOT_YOU


@pytest.mark.parametrize(
    "actor, may",
    [
        (ANYONE, False),
        (Actor(1), False),
        (Actor(7), True),
        (Actor(1, frozenset({Grant(Role.TRAINER, 1)})), True),
        (Actor(1, frozenset({Grant(Role.AUTHOR, 1)})), True),
        (Actor(1, frozenset({Grant(Role.REVIEWER, 1)})), True),
        (Actor(1, frozenset({Grant(Role.AUTHOR, 2)})), False),
        (Actor(1, frozenset({Grant(Role.CLUSTER_MANAGER, 1)})), False),
        (Actor(1, frozenset({Grant(Role.HR_CONTACT, company_id=1)})), False),
    ],
)
def test_who_looks_in_without_learning(actor, may):
    assert bool(rules.may_look_in(actor, RUN)) is may


def test_the_test_waits_for_lessons_only_where_the_module_says_so():
    progress = Progress(KEYS, done=frozenset({"one"}))
    assert rules.lessons_before_test(RULE, progress) == 2
    assert rules.lessons_before_test(NOTHING, progress) == 0


@pytest.mark.parametrize(
    "rule, given, unmet",
    [
        (RULE, {}, []),
        (RULE, {"lessons_done": 2}, ["2 of 3 lessons are done."]),
        (RULE, {"score": None}, ["You have not taken the test yet."]),
        (RULE, {"score": Decimal("69.99")}, ["Your best result: 69 percent."]),
        (RULE, {"attendance": None}, ["This is counted after the last session."]),
        (RULE, {"attendance": 79}, ["You were there for 79 percent of the time."]),
        (
            RULE,
            {"attendance": 0, "score": Decimal(0), "lessons_done": 0},
            [
                "0 of 3 lessons are done.",
                "Your best result: 0 percent.",
                "You were there for 0 percent of the time.",
            ],
        ),
        (NOTHING, {"attendance": None, "score": None, "lessons_done": 0}, []),
        (CompletionRule(80, 0, lessons=False), {"score": None, "lessons_done": 0}, []),
        (RULE, {"lessons_done": 0, "lessons_total": 0}, []),
    ],
)
def test_what_completion_still_needs(rule, given, unmet):
    all_met = {"attendance": 80, "score": Decimal(70), "lessons_done": 3, "lessons_total": 3}
    assert [str(reason) for reason in rules.why_not_complete(rule, **all_met | given)] == unmet


@given(st.integers(0, 100), st.integers(0, 100), st.integers(0, 100), st.integers(0, 100), st.booleans(), st.booleans())
def test_complete_is_exactly_every_condition_met(needed, attendance, mark, score, lessons, done):
    rule = CompletionRule(needed, mark, lessons=lessons)
    reached = {"attendance": attendance, "score": Decimal(score), "lessons_done": 3 if done else 2, "lessons_total": 3}
    complete = attendance >= needed and score >= mark and (done or not lessons)
    assert (rules.why_not_complete(rule, **reached) == []) is complete
    assert all(condition.met for condition in rules.conditions(rule, **reached)) is complete
