from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from sqlalchemy import select

from app.assessment import queries as tests
from app.assessment import services as attempts
from app.kit.actors import Actor, Grant, Role
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound
from app.kit.outbox import Message
from app.learning import queries, services
from app.learning.models import Completion, LessonProgress, PracticeAnswer
from app.learning.rules import LessonState
from app.modules.models import Module, ModuleVersion
from app.runs import queries as runs
from app.runs.models import EnrolmentEvent
from app.runs.rules import EnrolmentState
from tests.conftest import rows
from tests.factories import NOON

LATER = NOON + timedelta(minutes=5)


def dice(seed=1):
    return Random(seed)  # noqa: S311 (a test must draw the same every time)


@pytest.fixture
def enrolment(make):
    """A place in a run with three lessons and a test of three items."""
    return make.enrolment(make.run(make.module(lessons=3)))


def me(enrolment):
    return Actor(enrolment.user_id)


def finish(session, enrolment, *lessons, now=NOON):
    return [services.finish_lesson(session, me(enrolment), enrolment.run_id, key, now=now) for key in lessons]


def take_test(session, enrolment, *, right=True, now=NOON):
    attempt = services.start_test(session, me(enrolment), enrolment.run_id, random=dice(), now=now)
    answers = {f"item-{number}": [0 if right else 1] for number in (1, 2, 3)}
    attempts.hand_in(session, me(enrolment), attempt, answers, sure=True, now=now)


def attended(session, enrolment, percent=100):
    enrolment.attendance, enrolment.state = percent, EnrolmentState.ATTENDED
    session.commit()


def progress(session, enrolment):
    return queries.get_way(session, me(enrolment), enrolment.run_id).progress


# ---- lessons


def test_lesson_by_lesson(session, enrolment):
    assert finish(session, enrolment, "lesson-1", "lesson-2", "lesson-3") == ["lesson-2", "lesson-3", None]
    assert progress(session, enrolment).left == []


def test_going_on_opens_the_next_lesson(session, enrolment):
    finish(session, enrolment, "lesson-1")
    found = progress(session, enrolment)
    assert [found.state(key) for key in found.keys] == [LessonState.DONE, LessonState.BEGUN, LessonState.NEW]
    assert found.resume == "lesson-2"


def test_a_lesson_read_again_stays_done_and_one_goes_on_behind_it(session, enrolment):
    finish(session, enrolment, "lesson-1", "lesson-2", "lesson-1")
    finish(session, enrolment, "lesson-1", now=LATER)
    row = session.get_one(LessonProgress, (enrolment.id, "lesson-1"))
    assert (row.opened_at, row.done_at, row.seen_at) == (NOON, NOON, LATER)
    assert progress(session, enrolment).resume == "lesson-3"
    assert rows(session, LessonProgress) == 3


def test_unknown_lessons_and_questions_are_not_there(session, enrolment):
    for act in (
        lambda: finish(session, enrolment, "nothing"),
        lambda: answer(session, enrolment, [0], lesson="nothing"),
        lambda: answer(session, enrolment, [0], block="nothing"),
        lambda: answer(session, enrolment, [0], block="intro"),
    ):
        with pytest.raises(NotFound):
            act()
    assert rows(session, LessonProgress) == rows(session, PracticeAnswer) == 0


@pytest.mark.parametrize("state", [EnrolmentState.WAITING, EnrolmentState.CANCELLED, EnrolmentState.NO_SHOW])
def test_nothing_without_a_place(session, make, state):
    enrolment = make.enrolment(state=state)
    with pytest.raises(NotFound):
        finish(session, enrolment, "lesson-1")


def test_somebody_who_looks_in_writes_nothing(session, make):
    trio = make.trio()
    run, actor = make.run(make.module(trio=trio)), Actor(0, frozenset({Grant(Role.AUTHOR, trio.id)}))
    assert queries.get_way(session, actor, run.id).enrolment is None
    with pytest.raises(Forbidden):
        services.finish_lesson(session, actor, run.id, "lesson-1", now=NOON)
    with pytest.raises(Forbidden):
        services.start_test(session, actor, run.id, random=dice(), now=NOON)


def answer(session, enrolment, chosen, *, lesson="lesson-1", block="ask", now=NOON):
    return services.answer_question(session, me(enrolment), enrolment.run_id, lesson, block, chosen, now=now)


def test_a_practice_question_is_kept_and_can_be_tried_again(session, enrolment):
    assert answer(session, enrolment, [1]) is False
    assert answer(session, enrolment, [0], now=LATER) is True
    kept = queries.list_practice_answers(session, enrolment.id, "lesson-1")
    assert {key: (row.chosen, row.right, row.answered_at) for key, row in kept.items()} == {"ask": ([0], True, LATER)}
    assert progress(session, enrolment).resume == "lesson-1"


@pytest.mark.parametrize("chosen", [[9], [-1], [0, 1]])
def test_an_answer_that_does_not_fit_is_refused(session, enrolment, chosen):
    with pytest.raises(Invalid):
        answer(session, enrolment, chosen)
    assert rows(session, PracticeAnswer) == 0


# ---- versions


def test_progress_stays_when_another_run_teaches_a_new_version(session, make, enrolment):
    finish(session, enrolment, "lesson-1", "lesson-2")
    run = runs.get_run(session, enrolment.run_id)
    module = session.get_one(Module, run.module_id)
    module.published_id = make.version(module, number=2, lessons=5).id
    session.commit()
    second = make.enrolment(make.run(module), user_id=enrolment.user_id)
    assert (progress(session, enrolment).count, progress(session, enrolment).total) == (2, 3)
    assert (progress(session, second).count, progress(session, second).total) == (0, 5)


def test_progress_survives_a_new_version_of_the_same_run(session, make, enrolment):
    finish(session, enrolment, "lesson-1", "lesson-3")
    run = runs.get_run(session, enrolment.run_id)
    run.version_id = make.version(session.get_one(Module, run.module_id), number=2, lessons=2).id
    session.commit()
    found = progress(session, enrolment)
    assert (found.count, found.total, found.left) == (1, 2, ["lesson-2"])


# ---- the test


def test_the_test_opens_behind_the_last_lesson(session, enrolment):
    finish(session, enrolment, "lesson-1", "lesson-2")
    with pytest.raises(Conflict, match="1 lesson is left"):
        services.start_test(session, me(enrolment), enrolment.run_id, random=dice(), now=NOON)
    finish(session, enrolment, "lesson-3")
    attempt = services.start_test(session, me(enrolment), enrolment.run_id, random=dice(), now=NOON)
    assert services.start_test(session, me(enrolment), enrolment.run_id, random=dice(2), now=NOON) == attempt


def test_the_test_is_open_at_once_where_no_lessons_are_needed(session, make):
    enrolment = make.enrolment(make.run(make.module(needs_lessons=False)))
    assert services.start_test(session, me(enrolment), enrolment.run_id, random=dice(), now=NOON)


# ---- completion


def test_completed_when_all_is_met(session, enrolment):
    finish(session, enrolment, "lesson-1", "lesson-2", "lesson-3")
    take_test(session, enrolment)
    attended(session, enrolment, 85)
    assert services.settle(session, enrolment.id, now=LATER)
    found = session.get_one(Completion, enrolment.id)
    version = session.get_one(ModuleVersion, runs.get_run(session, enrolment.run_id).version_id)
    assert (found.attendance, found.score, found.completed_at) == (85, Decimal(100), LATER)
    assert found.rule == asdict(version.completion) == {"attendance": 80, "test": 70, "lessons": True}
    assert enrolment.state is EnrolmentState.COMPLETED


def test_completed_once_however_often_it_is_settled(session, enrolment):
    finish(session, enrolment, "lesson-1", "lesson-2", "lesson-3")
    take_test(session, enrolment)
    attended(session, enrolment)
    for kind, payload in [
        ("runs.finished", {"run_id": enrolment.run_id}),
        ("assessment.submitted", {"enrolment_id": enrolment.id}),
        ("runs.finished", {"run_id": enrolment.run_id}),
    ]:
        services.on_message(session, kind, payload, now=NOON)
    assert services.settle(session, enrolment.id, now=LATER)
    assert session.scalars(select(Completion.completed_at)).all() == [NOON]
    posted = session.scalars(select(Message).where(Message.kind == "learning.completed")).all()
    assert [message.payload for message in posted] == [{"enrolment_id": enrolment.id}]
    events = session.scalars(select(EnrolmentEvent.after).where(EnrolmentEvent.enrolment_id == enrolment.id)).all()
    assert events == [EnrolmentState.COMPLETED]


def test_the_last_lesson_completes_when_everything_else_is_there(session, make):
    enrolment = make.enrolment(make.run(make.module(lessons=1, pass_mark=0)))
    attended(session, enrolment)
    assert not services.settle(session, enrolment.id, now=NOON)
    finish(session, enrolment, "lesson-1")
    assert session.get_one(Completion, enrolment.id).score is None


@pytest.mark.parametrize(
    "lessons, right, percent", [(2, None, 100), (3, False, 100), (3, None, 100), (3, True, 79), (3, True, None)]
)
def test_not_completed_while_something_is_missing(session, enrolment, lessons, right, percent):
    finish(session, enrolment, *[f"lesson-{number}" for number in range(1, lessons + 1)])
    if right is not None:
        take_test(session, enrolment, right=right)
    if percent is not None:
        attended(session, enrolment, percent)
    assert not services.settle(session, enrolment.id, now=NOON)
    assert rows(session, Completion) == 0


def test_who_never_came_completes_nothing(session, make):
    module = make.module(min_attendance=0, pass_mark=0, needs_lessons=False)
    enrolment = make.enrolment(make.run(module), EnrolmentState.NO_SHOW, attendance=0)
    assert not services.settle(session, enrolment.id, now=NOON)


def test_the_best_of_several_results_counts(session, enrolment):
    finish(session, enrolment, "lesson-1", "lesson-2", "lesson-3")
    take_test(session, enrolment, right=False)
    take_test(session, enrolment)
    attended(session, enrolment)
    assert services.settle(session, enrolment.id, now=NOON)
    assert tests.best_scores(session, [enrolment.id]) == {enrolment.id: 100}


def test_messages_of_others_are_none_of_ours(session, enrolment):
    attended(session, enrolment)
    services.on_message(session, "runs.cancelled", {"run_id": enrolment.run_id}, now=NOON)
    assert rows(session, Completion) == 0


def test_the_end_of_a_run_settles_everybody(session, make):
    run = make.run(make.module(pass_mark=0, needs_lessons=False))
    people = [make.enrolment(run, EnrolmentState.ATTENDED, attendance=90) for _ in range(3)]
    make.enrolment(run, EnrolmentState.NO_SHOW, attendance=0)
    services.on_message(session, "runs.finished", {"run_id": run.id}, now=NOON)
    assert sorted(session.scalars(select(Completion.enrolment_id))) == sorted(person.id for person in people)
