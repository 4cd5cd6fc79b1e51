from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from sqlalchemy import select

from app.assessment import queries, services
from app.assessment.models import Attempt, AttemptAnswer
from app.kit.actors import Actor
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound
from app.kit.outbox import Message
from app.modules import queries as modules
from app.modules.models import Item, Module
from app.runs import queries as runs
from app.runs.rules import EnrolmentState
from tests.conftest import rows
from tests.factories import NOON, both


def dice(seed=1):
    return Random(seed)  # noqa: S311 (a test must draw the same every time)


def several(version_id, key="several"):
    texts = [(True, "A"), (True, "B"), (False, "C")]
    options = [{"right": right, "text": both(text)} for right, text in texts]
    return Item(version_id=version_id, position=9, key=key, lesson_key="lesson-2", kind="multiple",
                prompt=both("Which?"), options=options, explanation=both("A and B."))  # fmt: skip


@pytest.fixture
def enrolment(make, session):
    """A place in a run whose test draws three single items and one with several right answers."""
    module = make.module(items=3)
    version = modules.get_version(session, module.published_id)
    version.test_draw = 4
    session.add(several(version.id))
    session.commit()
    return make.enrolment(make.run(module))


def start(session, enrolment, *, now=NOON, **given):
    return services.start(session, enrolment.id, **{"lessons_left": 0, "random": dice()} | given, now=now)


def owner(enrolment):
    return Actor(enrolment.user_id)


RIGHT = {"item-1": [0], "item-2": [0], "item-3": [0], "several": [0, 1]}


def test_a_test_from_start_to_result(session, enrolment):
    attempt = start(session, enrolment)
    services.answer(session, owner(enrolment), attempt.id, {"item-1": [0]}, now=NOON)
    services.answer(session, owner(enrolment), attempt.id, {"item-2": [1], "several": [1]}, now=NOON)
    left = services.hand_in(session, owner(enrolment), attempt.id, {"item-3": [0]}, sure=False, now=NOON)
    assert left == []
    assert (attempt.score, attempt.passed, attempt.submitted_at) == (Decimal("62.50"), False, NOON)
    points = {answer.item_key: answer.points for answer in session.scalars(select(AttemptAnswer))}
    assert points == {"item-1": 1, "item-2": 0, "item-3": 1, "several": Decimal("0.50")}
    posted = session.scalars(select(Message).where(Message.kind == "assessment.submitted")).one()
    assert posted.payload == {"enrolment_id": enrolment.id}


def test_all_right_passes(session, enrolment):
    attempt = start(session, enrolment)
    services.hand_in(session, owner(enrolment), attempt.id, RIGHT, sure=False, now=NOON)
    assert (attempt.score, attempt.passed) == (100, True)
    assert queries.best_scores(session, [enrolment.id]) == {enrolment.id: 100}


def test_starting_twice_goes_on_with_the_same_attempt(session, enrolment):
    first = start(session, enrolment)
    assert start(session, enrolment, random=dice(2), lessons_left=5) is first
    assert queries.find_open(session, enrolment.id) is first
    assert rows(session, Attempt) == 1


def test_starting_after_passing_leads_to_the_result(session, enrolment):
    first = start(session, enrolment)
    services.hand_in(session, owner(enrolment), first.id, RIGHT, sure=True, now=NOON)
    assert start(session, enrolment) is first
    assert queries.find_open(session, enrolment.id) is None


def test_the_test_waits_for_the_lessons(session, enrolment):
    with pytest.raises(Conflict, match="2 lessons are left"):
        start(session, enrolment, lessons_left=2)


def test_three_attempts_in_a_day_and_no_fourth(session, enrolment):
    for hour in range(3):
        attempt = start(session, enrolment, now=NOON + timedelta(hours=hour))
        services.hand_in(session, owner(enrolment), attempt.id, {}, sure=True, now=NOON)
    with pytest.raises(Conflict, match="three times"):
        start(session, enrolment, now=NOON + timedelta(hours=3))
    assert start(session, enrolment, now=NOON + timedelta(hours=24)).score is None


def test_only_with_a_place(session, make):
    enrolment = make.enrolment(state=EnrolmentState.WAITING)
    with pytest.raises(Forbidden):
        start(session, enrolment)


def test_there_must_be_such_an_enrolment(session):
    with pytest.raises(NotFound):
        services.start(session, 999_999, lessons_left=0, random=dice(), now=NOON)


def test_unanswered_questions_are_asked_back_once(session, enrolment):
    attempt = start(session, enrolment)
    left = services.hand_in(session, owner(enrolment), attempt.id, {"item-1": [0]}, sure=False, now=NOON)
    assert sorted(left) == ["item-2", "item-3", "several"]
    assert attempt.submitted_at is None
    assert services.hand_in(session, owner(enrolment), attempt.id, {}, sure=True, now=NOON) == []
    assert attempt.score == 25


def test_handing_in_again_changes_nothing(session, enrolment):
    attempt = start(session, enrolment)
    services.hand_in(session, owner(enrolment), attempt.id, {}, sure=True, now=NOON)
    later = NOON + timedelta(hours=1)
    assert services.hand_in(session, owner(enrolment), attempt.id, RIGHT, sure=True, now=later) == []
    assert (attempt.score, attempt.submitted_at) == (0, NOON)
    assert session.query(Message).filter_by(kind="assessment.submitted").count() == 1


def test_no_answer_changes_after_handing_in(session, enrolment):
    attempt = start(session, enrolment)
    services.hand_in(session, owner(enrolment), attempt.id, {}, sure=True, now=NOON)
    with pytest.raises(Conflict, match="handed in"):
        services.answer(session, owner(enrolment), attempt.id, RIGHT, now=NOON)


def test_nor_without_a_place(session, enrolment):
    attempt = start(session, enrolment)
    enrolment.state = EnrolmentState.CANCELLED
    session.commit()
    for act in (services.answer, lambda *given, now: services.hand_in(*given, sure=True, now=now)):
        with pytest.raises(Conflict, match="no place"):
            act(session, owner(enrolment), attempt.id, RIGHT, now=NOON)


def test_answers_change_are_taken_back_and_stay(session, enrolment):
    attempt, me, later = start(session, enrolment), owner(enrolment), NOON + timedelta(minutes=1)
    services.answer(session, me, attempt.id, {"item-1": [1], "several": [1, 0, 1], "item-2": []}, now=NOON)
    services.answer(session, me, attempt.id, {"item-1": [0], "several": [0, 1]}, now=later)
    kept = {row.item_key: (row.chosen, row.answered_at) for row in session.scalars(select(AttemptAnswer))}
    assert kept == {"item-1": ([0], later), "several": ([0, 1], NOON)}
    services.answer(session, me, attempt.id, {"several": []}, now=later)
    assert session.scalars(select(AttemptAnswer.item_key)).all() == ["item-1"]


@pytest.mark.parametrize(
    "answers", [{"item-1": [7]}, {"item-1": [-1]}, {"item-1": [0, 1]}, {"nothing": [0]}, {"item-2": [0], "item-1": [9]}]
)
def test_an_answer_that_does_not_fit_is_refused_and_none_is_kept(session, enrolment, answers):
    attempt = start(session, enrolment)
    for sure in (True, False):
        with pytest.raises(Invalid):
            services.hand_in(session, owner(enrolment), attempt.id, answers, sure=sure, now=NOON)
    with pytest.raises(Invalid):
        services.answer(session, owner(enrolment), attempt.id, answers, now=NOON)
    assert rows(session, AttemptAnswer) == 0


def test_another_persons_attempt_is_not_there(session, enrolment, make):
    attempt, stranger = start(session, enrolment), Actor(make.user().id)
    for act in (queries.get_attempt, queries.get_paper, queries.list_solutions):
        with pytest.raises(NotFound):
            act(session, stranger, attempt.id)
    with pytest.raises(NotFound):
        services.answer(session, stranger, attempt.id, {}, now=NOON)
    with pytest.raises(NotFound):
        services.hand_in(session, stranger, attempt.id, {}, sure=True, now=NOON)


def test_solutions_wait_for_handing_in(session, enrolment):
    attempt = start(session, enrolment)
    with pytest.raises(NotFound):
        queries.list_solutions(session, owner(enrolment), attempt.id)
    services.hand_in(session, owner(enrolment), attempt.id, {"several": [0]}, sure=True, now=NOON)
    session.expire_all()
    solutions = {one.question.key: one for one in queries.list_solutions(session, owner(enrolment), attempt.id)}
    assert solutions["several"].points == Decimal("0.50")
    assert solutions["several"].right == {0, 1}
    assert solutions["item-1"].points == 0
    assert solutions["item-1"].lesson_title["en"] == "Lesson 1"


def test_the_attempt_keeps_its_version_when_the_run_gets_another_one(session, enrolment, make):
    attempt = start(session, enrolment)
    run = runs.get_run(session, enrolment.run_id)
    module = session.get_one(Module, run.module_id)
    run.version_id = make.version(module, number=2, items=1).id
    session.commit()
    paper = queries.get_paper(session, owner(enrolment), attempt.id)
    assert len(paper.questions) == 4
    services.hand_in(session, owner(enrolment), attempt.id, RIGHT, sure=False, now=NOON)
    assert attempt.passed


def test_only_tests_under_way_are_given_up_when_somebody_goes(session, make, enrolment):
    done = start(session, enrolment)
    services.hand_in(session, owner(enrolment), done.id, RIGHT, sure=True, now=NOON)
    other = make.enrolment(make.run(session.get(Module, runs.get_run(session, enrolment.run_id).module_id)))
    under_way = start(session, other)
    services.answer(session, owner(other), under_way.id, {"item-1": [0]}, now=NOON)
    for place in (enrolment, other):
        services.drop_open_attempts(session, place.user_id)
    session.expire_all()
    assert session.scalars(select(Attempt.id)).all() == [done.id]
    assert set(session.scalars(select(AttemptAnswer.attempt_id))) == {done.id}
