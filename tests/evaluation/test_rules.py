from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.evaluation import rules
from app.evaluation.rules import Kind, Nps, Period, Question, Standing
from app.kit.actors import ANYONE, Actor, Grant, Role
from app.kit.verdicts import Answer
from app.runs.rules import EnrolmentState, RunFacts, RunState
from tests.factories import NOON, both

OPEN = Period(NOON - timedelta(days=1), NOON + timedelta(days=27))
OVER = Period(NOON - timedelta(days=29), NOON - timedelta(days=1))
COMING = Period(NOON + timedelta(days=1), NOON + timedelta(days=29))
RUN = RunFacts(7, RunState.FINISHED, 50, NOON, NOON, NOON, NOON)
OPTIONS = tuple((str(value), both(f"option {value}")) for value in range(1, 5))
QUESTIONS = [
    Question("useful", Kind.FACES, both("Useful?"), OPTIONS),
    Question("recommend", Kind.NPS, both("Recommend?"), tuple((value, {}) for value in rules.SCALE)),
    Question("change", Kind.TEXT, both("Change?")),
]


@pytest.mark.parametrize("state", [EnrolmentState.ATTENDED, EnrolmentState.COMPLETED])
def test_who_took_part_may_answer_while_it_is_open(state):
    assert rules.may_answer(state=state, period=OPEN, answered=False, now=NOON)


@pytest.mark.parametrize(
    "state", [None, EnrolmentState.WAITING, EnrolmentState.CANCELLED, EnrolmentState.NO_SHOW], ids=str
)
def test_nobody_else_may(state):
    verdict = rules.may_answer(state=state, period=OPEN, answered=False, now=NOON)
    assert verdict.answer is Answer.NOT_YOU


@pytest.mark.parametrize(
    "state,period,answered,reason",
    [
        (EnrolmentState.CONFIRMED, None, False, "The questions come after the last session"),
        (EnrolmentState.CONFIRMED, OPEN, False, "The questions come after the last session"),
        (EnrolmentState.ATTENDED, None, False, "The questions come after the last session"),
        (EnrolmentState.ATTENDED, COMING, False, "The questions come after the last session"),
        (EnrolmentState.ATTENDED, OVER, False, "could be answered until 1 March"),
        (EnrolmentState.ATTENDED, OVER, True, "You have answered already"),
        (EnrolmentState.COMPLETED, OPEN, True, "You have answered already"),
    ],
)
def test_why_not_now(state, period, answered, reason):
    verdict = rules.may_answer(state=state, period=period, answered=answered, now=NOON)
    assert verdict.answer is Answer.NOT_NOW
    assert reason in str(verdict.reason)


def test_it_closes_at_the_very_moment():
    moments = (OPEN.opens_at, OPEN.closes_at - timedelta(seconds=1), OPEN.closes_at)
    asked = [rules.may_answer(state=EnrolmentState.ATTENDED, period=OPEN, answered=False, now=now) for now in moments]
    assert [bool(verdict) for verdict in asked] == [True, True, False]


@pytest.mark.parametrize(
    "actor,sees",
    [
        (ANYONE, False),
        (Actor(1), False),
        (Actor(50), True),
        (Actor(1, frozenset({Grant(Role.SITE_ADMIN)})), True),
        (Actor(1, frozenset({Grant(Role.PROGRAMME_OFFICE)})), False),
        (Actor(1, frozenset({Grant(Role.HR_CONTACT, company_id=7)})), False),
        *[
            (Actor(1, frozenset({Grant(role, trio)})), trio == 7)
            for role in (Role.TRAINER, Role.REVIEWER, Role.AUTHOR, Role.CLUSTER_MANAGER, Role.TRIO_ADMIN)
            for trio in (7, 8)
        ],
    ],
)
def test_results_are_for_the_trio_of_the_run(actor, sees):
    assert bool(rules.may_see_results(actor, RUN)) is sees


def test_a_run_without_a_trainer_is_not_everybodys():
    nobody = RunFacts(7, RunState.FINISHED, None, NOON, NOON, NOON, NOON)
    assert not rules.may_see_results(ANYONE, nobody)


@pytest.mark.parametrize(
    "period,voters,invited,least,shown",
    [
        (None, 0, 10, 5, Standing.NOT_OPEN),
        (COMING, 0, 10, 5, Standing.NOT_OPEN),
        (OPEN, 4, 10, 5, Standing.OPEN),
        (OPEN, 9, 10, 5, Standing.OPEN),
        (OPEN, 10, 10, 5, Standing.SHOWN),
        (OPEN, 4, 4, 5, Standing.TOO_FEW),
        (OVER, 4, 10, 5, Standing.TOO_FEW),
        (OVER, 5, 10, 5, Standing.SHOWN),
        (OVER, 5, 10, 6, Standing.TOO_FEW),
        (OVER, 0, 0, 5, Standing.TOO_FEW),
    ],
)
def test_nothing_is_shown_while_somebody_can_still_answer(period, voters, invited, least, shown):
    assert rules.standing(period, voters=voters, invited=invited, least=least, now=NOON) is shown


@given(voters=st.integers(0, 50), invited=st.integers(0, 50), least=st.integers(3, 10), days=st.integers(-40, 40))
def test_never_a_result_of_fewer_than_the_least(voters, invited, least, days):
    now = NOON + timedelta(days=days)
    if rules.standing(OPEN, voters=voters, invited=invited, least=least, now=now) is Standing.SHOWN:
        assert voters >= least


@pytest.mark.parametrize("voters,missing", [(0, 5), (2, 3), (4, 1), (5, 0), (9, 0)])
def test_how_many_are_missing(voters, missing):
    assert rules.still_needed(voters) == missing
    assert rules.enough(voters) is (missing == 0)


def test_what_is_missing_is_said_in_words():
    assert str(rules.missing_in_words(1)) == "1 more answer until the result"
    assert str(rules.missing_in_words(3)) == "3 more answers until the result"


@pytest.mark.parametrize(
    "at,move,following",
    [(1, "next", 2), (1, "skip", 2), (1, "back", 1), (3, "back", 2), (5, "next", None), (5, "skip", None)],
)
def test_the_way_through_five_questions(at, move, following):
    assert rules.question_after(at, move, 5) == following


@pytest.mark.parametrize(
    "answers,fit",
    [
        ({}, True),
        ({"useful": "4", "recommend": "10", "change": "More time."}, True),
        ({"useful": "5"}, False),
        ({"useful": ""}, False),
        ({"recommend": "11"}, False),
        ({"change": "x" * 1000}, True),
        ({"change": "x" * 1001}, False),
        ({"unknown": "1"}, False),
    ],
)
def test_answers_must_fit_their_questions(answers, fit):
    assert rules.fits(QUESTIONS, answers) is fit


def test_skipping_everything_says_nothing():
    assert not rules.says_something({})
    assert not rules.says_something({"change": "  \n"})
    assert rules.says_something({"useful": "1"})


@pytest.mark.parametrize("voters,invited,rate", [(0, 0, None), (0, 9, 0), (9, 11, 82), (11, 11, 100), (1, 8, 13)])
def test_response_rate(voters, invited, rate):
    assert rules.response_rate(voters, invited) == rate


def test_distribution_has_every_option():
    assert rules.distribution(["1", "2", "3"], {"3": 4, "1": 1}) == [("1", 1), ("2", 0), ("3", 4)]


@pytest.mark.parametrize(
    "counts,expected",
    [
        ({}, None),
        ({"1": 2, "4": 2}, None),  # four answers: too few
        ({"2": 1, "3": 4, "4": 5}, Decimal("3.4")),  # (2 + 12 + 20) / 10
        ({"1": 1, "2": 2, "3": 1, "4": 1}, Decimal("2.4")),  # 12 / 5
        ({"1": 3, "2": 17}, Decimal("1.9")),  # 37 / 20 = 1.85, rounded half up
    ],
)
def test_mean(counts, expected):
    assert rules.mean(counts) == expected


@pytest.mark.parametrize(
    "counts,expected",
    [
        ({}, None),
        ({"10": 4}, None),
        # the worked example of the textbook: 5 of 10 promoters, 3 passives, 2 detractors
        ({"10": 3, "9": 2, "8": 1, "7": 2, "6": 1, "0": 1}, Nps(30, 5, 3, 2)),
        ({"10": 5}, Nps(100, 5, 0, 0)),
        ({"0": 5}, Nps(-100, 0, 0, 5)),
        ({"10": 1, "8": 6, "6": 1}, Nps(0, 1, 6, 1)),
        ({"10": 3, "7": 4, "1": 1}, Nps(25, 3, 4, 1)),
    ],
)
def test_net_promoter_score(counts, expected):
    assert rules.nps(counts) == expected
    if expected:
        assert expected.total == sum(counts.values())


@pytest.mark.parametrize(
    "found,words",
    [
        (Nps(30, 5, 3, 2), "More people recommend the course (5 of 10) than advise against it (2 of 10)."),
        (Nps(-30, 2, 3, 5), "More people advise against the course (5 of 10) than recommend it (2 of 10)."),
        (Nps(0, 2, 3, 2), "As many people recommend the course (2 of 7) as advise against it."),
    ],
)
def test_the_score_in_words(found, words):
    assert str(rules.nps_in_words(found)) == words


def test_the_answer_given_most():
    assert rules.most_given([("a", 2), ("b", 5), ("c", 5)]) == ("b", 5)


def test_stored_questions_are_read():
    stored: list[dict[str, Any]] = [
        {"key": "useful", "kind": "faces", "text": both("Useful?"),
         "options": [{"value": value, "text": words} for value, words in OPTIONS]},
        {"key": "recommend", "kind": "nps", "text": both("Recommend?")},
        {"key": "change", "kind": "text", "text": both("Change?")},
    ]  # fmt: skip
    assert rules.questions_of(stored) == QUESTIONS
    assert rules.faults_of(stored) == []


@pytest.mark.parametrize(
    "stored,fault",
    [
        ([], "at least one question"),
        ([{"key": "A b", "kind": "text", "text": {}}], "Question 1 needs a key of its own"),
        ([{"kind": "text", "text": {}}], "Question 1 needs a key of its own"),
        ([{"key": "a", "kind": "text", "text": {}}] * 2, "Question 2 needs a key of its own"),
        ([{"key": "a", "kind": "stars", "text": {}}], "Question 1: the kind is"),
        ([{"key": "a", "kind": "text"}], "Question 1 has no text"),
        ([{"key": "a", "kind": "faces", "text": {}, "options": [1, 2]}], "Question 1 needs four options"),
    ],
)
def test_a_faulty_questionnaire_is_refused(stored, fault):
    assert [fault in str(told) for told in rules.faults_of(stored)] == [True]
