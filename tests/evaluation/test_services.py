from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.evaluation import cli, queries, services
from app.evaluation.models import Counter, LooseText, Questionnaire, RunEvaluation, Voter
from app.kit.actors import ANYONE
from app.kit.errors import Conflict, Invalid, NotFound
from app.kit.outbox import Message
from app.runs.models import EnrolmentEvent
from app.runs.rules import EnrolmentState
from tests.conftest import rows
from tests.evaluation.conftest import ALL, ask
from tests.factories import NOON, as_actor, both

TITLE = both("Short")
QUESTIONS = [{"key": "change", "kind": "text", "text": both("Change?")}]


def counted(session, run):
    """What was chosen how often; options nobody chose are left out."""
    query = select(Counter.question_key, Counter.option, Counter.count).where(Counter.run_id == run.id)
    return {(key, option): count for key, option, count in session.execute(query) if count}


# ---- loading


def test_loading_twice_changes_nothing(session):
    first = services.load_questionnaire(session, key="short", title=TITLE, questions=QUESTIONS)
    again = services.load_questionnaire(session, key="short", title=TITLE, questions=QUESTIONS)
    assert (first.number, again.id) == (1, first.id)
    assert rows(session, Questionnaire) == 1


def test_a_changed_questionnaire_is_the_next_version(session):
    first = services.load_questionnaire(session, key="short", title=TITLE, questions=QUESTIONS)
    changed = [QUESTIONS[0] | {"text": both("What should we change?")}]
    second = services.load_questionnaire(session, key="short", title=TITLE, questions=changed)
    assert (second.number, first.questions) == (2, QUESTIONS)
    assert queries.find_latest(session, "short") is second
    assert queries.find_latest(session, "other") is None


def test_a_faulty_questionnaire_is_refused_with_all_faults(session):
    with pytest.raises(Invalid) as refusal:
        services.load_questionnaire(session, key="short", title=TITLE, questions=[{"key": "?", "kind": "stars"}])
    assert len(refusal.value.problems) == 3
    assert rows(session, Questionnaire) == 0


# ---- opening


def test_an_evaluation_is_open_for_28_days_and_opened_once(session, make):
    cli.load(session)
    run = make.run()
    opened = services.open_evaluation(session, run.id, now=NOON)
    again = services.open_evaluation(session, run.id, now=NOON + timedelta(days=3))
    assert again is opened
    assert opened.closes_at - opened.opens_at == timedelta(days=28)
    assert opened.opens_at == NOON


def test_an_evaluation_needs_a_run_and_a_questionnaire(session, make):
    with pytest.raises(NotFound):
        services.open_evaluation(session, 999_999, now=NOON)
    with pytest.raises(Conflict, match="no questionnaire"):
        services.open_evaluation(session, make.run().id, now=NOON)


def test_a_run_keeps_the_questionnaire_it_was_opened_with(session, asked):
    before = session.get_one(RunEvaluation, asked.run.id).questionnaire_id
    services.load_questionnaire(session, key=services.STANDARD, title=TITLE, questions=QUESTIONS)
    services.vote(session, as_actor(asked.people[0]), asked.run.id, ALL, now=NOON)
    assert session.get_one(RunEvaluation, asked.run.id).questionnaire_id == before


# ---- answering


def test_answers_become_counts_and_loose_texts(session, asked):
    first, second, *_rest = asked.people
    services.vote(session, as_actor(first), asked.run.id, ALL, now=NOON)
    services.vote(session, as_actor(second), asked.run.id, {"useful": "4", "recommend": "2"}, now=NOON)
    assert counted(session, asked.run) == {
        ("useful", "4"): 2, ("understood", "3"): 1, ("trainer", "4"): 1, ("recommend", "9"): 1, ("recommend", "2"): 1,
    }  # fmt: skip
    assert session.scalars(select(LooseText.text)).all() == [ALL["change"]]
    assert queries.count_voters(session, asked.run.id) == 2


def test_every_option_has_a_counter_from_the_first_vote_on(session, asked):
    services.vote(session, as_actor(asked.people[0]), asked.run.id, {"change": "Only words."}, now=NOON)
    assert rows(session, Counter) == 3 * 4 + 11
    assert counted(session, asked.run) == {}


def test_a_text_is_kept_without_the_space_around_it_and_not_at_all_when_it_is_only_space(session, asked):
    first, second, *_rest = asked.people
    services.vote(session, as_actor(first), asked.run.id, {"change": "  Good.\n"}, now=NOON)
    services.vote(session, as_actor(second), asked.run.id, {"useful": "1", "change": "   "}, now=NOON)
    assert session.scalars(select(LooseText.text)).all() == ["Good."]


def test_two_runs_do_not_touch_each_other(session, make, asked):
    other = ask(make, people=1)
    services.vote(session, as_actor(asked.people[0]), asked.run.id, ALL, now=NOON)
    services.vote(session, as_actor(other.people[0]), other.run.id, {"useful": "1", "change": "x"}, now=NOON)
    assert counted(session, other.run) == {("useful", "1"): 1}
    assert len(counted(session, asked.run)) == 4


def test_nobody_answers_twice(session, asked):
    actor = as_actor(asked.people[0])
    services.vote(session, actor, asked.run.id, {"useful": "4"}, now=NOON)
    with pytest.raises(Conflict, match="answered already"):
        services.vote(session, actor, asked.run.id, {"useful": "1"}, now=NOON)
    assert counted(session, asked.run) == {("useful", "4"): 1}


def test_the_key_of_the_table_refuses_a_second_vote_that_came_past_the_rule(session, asked, monkeypatch):
    actor = as_actor(asked.people[0])
    services.vote(session, actor, asked.run.id, {"useful": "4"}, now=NOON)
    monkeypatch.setattr(queries, "has_answered", lambda *_anything: False)
    with pytest.raises(Conflict, match="answered already"):
        services.vote(session, actor, asked.run.id, {"useful": "1"}, now=NOON)
    assert counted(session, asked.run) == {("useful", "4"): 1}


@pytest.mark.parametrize("state", [EnrolmentState.WAITING, EnrolmentState.CANCELLED, EnrolmentState.NO_SHOW], ids=str)
def test_only_who_took_part_answers(session, make, asked, state):
    outsider = make.enrolment(asked.run, state)
    with pytest.raises(NotFound):
        services.vote(session, as_actor(session.get_one(User, outsider.user_id)), asked.run.id, ALL, now=NOON)


def test_strangers_and_nobody_do_not_answer(session, make, asked):
    for actor in (make.actor(), ANYONE):
        with pytest.raises(NotFound):
            services.vote(session, actor, asked.run.id, ALL, now=NOON)
    with pytest.raises(NotFound):
        services.vote(session, as_actor(asked.people[0]), 999_999, ALL, now=NOON)
    assert rows(session, Voter) == 0


def test_not_before_it_opens_and_not_after_it_closes(session, asked):
    actor = as_actor(asked.people[0])
    for now in (NOON - timedelta(seconds=1), NOON + timedelta(days=28)):
        with pytest.raises(Conflict):
            services.vote(session, actor, asked.run.id, ALL, now=now)


@pytest.mark.parametrize("answers", [{"useful": "7"}, {"other": "1"}, {"change": "x" * 1001}, {}, {"change": " "}])
def test_garbage_and_nothing_are_refused_whole(session, asked, answers):
    with pytest.raises(Invalid):
        services.vote(session, as_actor(asked.people[0]), asked.run.id, answers, now=NOON)
    assert rows(session, Voter) == rows(session, Counter) == rows(session, LooseText) == 0


def test_nothing_else_is_written(session, asked):
    before = rows(session, Message), rows(session, EnrolmentEvent)
    services.vote(session, as_actor(asked.people[0]), asked.run.id, ALL, now=NOON)
    assert (rows(session, Message), rows(session, EnrolmentEvent)) == before
