from collections import Counter
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessment import rules
from app.assessment.rules import AttemptFacts, ItemFacts
from app.kit.verdicts import Answer
from app.runs.rules import LEARNING, EnrolmentState
from tests.factories import NOON


def dice(seed=1):
    return Random(seed)  # noqa: S311 (a test must draw the same every time)


CONFIRMED = EnrolmentState.CONFIRMED
OPEN, FAILED, PASSED = AttemptFacts(NOON, None), AttemptFacts(NOON, False), AttemptFacts(NOON, True)
SINGLE = ItemFacts("a", "one", "single", 3, frozenset({1}))
SEVERAL = ItemFacts("b", "one", "multiple", 4, frozenset({0, 2}))


def may_start(state=CONFIRMED, attempts=(), *, items=10, lessons_left=0, now=NOON):
    return rules.may_start(state, attempts, items=items, lessons_left=lessons_left, now=now)


@pytest.mark.parametrize("state", [None, *sorted(set(EnrolmentState) - LEARNING)])
def test_only_people_with_a_place_take_the_test(state):
    assert may_start(state).answer is Answer.NOT_YOU


@pytest.mark.parametrize("state", sorted(LEARNING))
def test_everybody_with_a_place_does(state):
    assert may_start(state)


@pytest.mark.parametrize(
    "given, reason",
    [
        ({"items": 0}, "no final test"),
        ({"attempts": [FAILED, PASSED]}, "You have passed"),
        ({"lessons_left": 1}, "1 lesson is left"),
        ({"lessons_left": 2}, "2 lessons are left"),
        ({"attempts": [FAILED] * 3}, "The next attempt opens on 3 March at 13:00."),
    ],
)
def test_why_the_test_is_not_open(given, reason):
    verdict = may_start(**given)
    assert verdict.answer is Answer.NOT_NOW
    assert reason in str(verdict.reason)


def test_an_open_attempt_can_always_go_on():
    assert may_start(attempts=[FAILED, FAILED, OPEN], lessons_left=3)


def test_the_fourth_attempt_waits_until_a_day_after_the_first_of_three():
    tries = [AttemptFacts(NOON - timedelta(hours=hours), passed=False) for hours in (1, 30, 23, 5)]
    assert not may_start(attempts=tries)
    assert not may_start(attempts=tries, now=NOON + timedelta(minutes=59))
    assert may_start(attempts=tries, now=NOON + timedelta(hours=1))


def test_answers_change_until_they_are_handed_in():
    assert rules.may_answer(CONFIRMED, OPEN)
    assert "handed in" in str(rules.may_answer(CONFIRMED, FAILED).reason)
    assert "no place" in str(rules.may_answer(EnrolmentState.CANCELLED, OPEN).reason)


def test_item_facts_come_from_the_course_package():
    options: list[dict[str, object]] = [{"right": False, "text": {}}, {"right": True, "text": {}}, {"text": {}}]
    assert ItemFacts.of("a", "one", "single", options) == SINGLE


@pytest.mark.parametrize(
    "item, chosen, fits",
    [
        (SINGLE, [], True),
        (SINGLE, [2], True),
        (SINGLE, [3], False),
        (SINGLE, [-1], False),
        (SINGLE, [0, 1], False),
        (SEVERAL, [0, 1, 2, 3], True),
        (SEVERAL, [0, 0, 1, 2, 3], False),
        (SEVERAL, [10**30], False),
    ],
)
def test_which_answers_an_item_can_have(item, chosen, fits):
    assert rules.fits(item, chosen) is fits


@pytest.mark.parametrize(
    "item, chosen, points",
    [
        (SINGLE, [1], 1),
        (SINGLE, [0], 0),
        (SINGLE, [], 0),
        (SEVERAL, [0, 2], 1),
        (SEVERAL, [0], Fraction(1, 2)),
        (SEVERAL, [0, 1], 0),
        (SEVERAL, [0, 1, 2], Fraction(1, 2)),
        (SEVERAL, [1, 3], 0),
        (SEVERAL, [], 0),
    ],
)
def test_points(item, chosen, points):
    assert rules.points(item, chosen) == points


@pytest.mark.parametrize(
    "points, items, pass_mark, score, passed",
    [
        ([], 3, 70, "0.00", False),
        ([Fraction(1)] * 7, 10, 70, "70.00", True),
        ([Fraction(2, 3)] * 3, 3, 67, "66.66", False),
        ([Fraction(1, 3)] * 3, 3, 34, "33.33", False),
        ([Fraction(1)] * 3, 3, 100, "100.00", True),
        ([], 1, 0, "0.00", True),
    ],
)
def test_outcome(points, items, pass_mark, score, passed):
    assert rules.outcome(points, items=items, pass_mark=pass_mark) == rules.Outcome(Decimal(score), passed)


@st.composite
def items(draw: st.DrawFn, kind: str = "multiple") -> ItemFacts:
    options = draw(st.integers(2, 6))
    right = draw(st.sets(st.integers(0, options - 1), min_size=1, max_size=1 if kind == "single" else options))
    lesson = draw(st.sampled_from(["one", "two", "three", "four"]))
    return ItemFacts(draw(st.uuids()).hex, lesson, kind, options, frozenset(right))


@given(items(), st.data())
def test_points_are_a_share_and_full_only_for_exactly_the_right_answer(item, data):
    chosen = data.draw(st.sets(st.integers(0, item.options - 1)))
    points = rules.points(item, chosen)
    assert 0 <= points <= 1
    assert (points == 1) == (chosen == item.right)


@given(items(), st.data())
def test_one_more_mistake_never_gives_points(item, data):
    chosen = data.draw(st.sets(st.integers(0, item.options - 1)))
    wrong = set(range(item.options)) - item.right - chosen
    for mistake in wrong:
        assert rules.points(item, chosen | {mistake}) <= rules.points(item, chosen)


@given(items(), items("single"))
def test_choosing_everything_never_gives_the_full_point_unless_everything_is_right(several, single):
    everything = range(several.options)
    assert (rules.points(several, everything) == 1) == (len(several.right) == several.options)
    assert rules.points(single, range(single.options)) == 0


@given(st.lists(st.fractions(0, 1), max_size=20), st.integers(0, 100))
def test_the_score_shown_never_contradicts_the_verdict(points, pass_mark):
    outcome = rules.outcome(points, items=max(len(points), 1), pass_mark=pass_mark)
    assert 0 <= outcome.score <= 100
    assert outcome.passed == (int(outcome.score) >= pass_mark)


@given(st.lists(items(), max_size=25), st.integers(1, 25), st.randoms(use_true_random=False))
def test_drawing_is_even_over_the_lessons_and_never_repeats(pool, number, random):
    drawn = rules.draw(pool, number, random)
    by_key = {item.key: item for item in pool}
    assert len(drawn) == len({one.item for one in drawn}) == min(number, len(pool))
    assert all(sorted(one.order) == list(range(by_key[one.item].options)) for one in drawn)
    taken = Counter(by_key[one.item].lesson for one in drawn)
    unfinished = [lesson for lesson, size in Counter(item.lesson for item in pool).items() if taken[lesson] < size]
    assert all(taken[lesson] >= max(taken.values()) - 1 for lesson in unfinished)


def test_drawing_depends_on_the_random_numbers_alone():
    pool = [ItemFacts(f"item-{number}", "one", "single", 4, frozenset({0})) for number in range(20)]
    assert rules.draw(pool, 10, dice()) == rules.draw(pool, 10, dice())
    assert rules.draw(pool, 10, dice()) != rules.draw(pool, 10, dice(2))


def test_every_lesson_gets_its_extra_item_sometimes():
    pool = [ItemFacts(lesson, lesson, "single", 2, frozenset({0})) for lesson in ("one", "two")]
    assert {rules.draw(pool, 1, dice(seed))[0].item for seed in range(20)} == {"one", "two"}
