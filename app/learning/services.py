"""Working through lessons, answering practice questions, beginning the test, completing the module."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from app.assessment import queries as tests
from app.assessment import rules as scoring
from app.assessment import services as attempts
from app.kit import outbox
from app.kit.actors import Actor
from app.kit.errors import Invalid, NotFound
from app.kit.text import _
from app.kit.verdicts import ensure
from app.learning import queries, rules
from app.learning.models import Completion, LessonProgress, PracticeAnswer
from app.modules import queries as modules
from app.modules.models import Lesson, ModuleVersion
from app.runs import queries as runs
from app.runs import services as enrolments
from app.runs.rules import may_complete

MESSAGES = frozenset({"assessment.submitted", "runs.finished"})
"""The kinds of outbox messages that ``on_message`` acts on."""


def finish_lesson(session: Session, actor: Actor, run_id: int, lesson_key: str, *, now: datetime) -> str | None:
    """Mark the lesson as worked through and open the next one; returns its key, None behind the last one.

    Doing so again changes nothing but where the learner goes on.
    """
    way, enrolment_id = _way_of_learner(session, actor, run_id)
    row = _open(session, enrolment_id, modules.get_lesson(way.version, lesson_key).key, now=now)
    row.done_at = row.done_at or now
    following = way.progress.after(lesson_key)
    if following is not None:
        _open(session, enrolment_id, following, now=now)
    session.flush()
    settle(session, enrolment_id, now=now)
    return following


def answer_question(
    session: Session,
    actor: Actor,
    run_id: int,
    lesson_key: str,
    block_key: str,
    chosen: Collection[int],
    *,
    now: datetime,
) -> bool:
    """Keep the learner's latest answer to a question inside a lesson; returns whether it is right.

    NotFound when there is no such question, Invalid when the answer does not fit it.
    """
    way, enrolment_id = _way_of_learner(session, actor, run_id)
    item = _question(modules.get_lesson(way.version, lesson_key), block_key)
    if not scoring.fits(item, chosen):
        raise Invalid(_("An answer does not fit its question. Reload the page and choose again."))
    row = session.get(PracticeAnswer, (enrolment_id, lesson_key, block_key))
    if row is None:
        row = PracticeAnswer(enrolment_id=enrolment_id, lesson_key=lesson_key, block_key=block_key)
        session.add(row)
    row.chosen, row.answered_at = sorted(set(chosen)), now
    row.right = scoring.points(item, chosen) == 1
    _open(session, enrolment_id, lesson_key, now=now)
    session.flush()
    return row.right


def start_test(session: Session, actor: Actor, run_id: int, *, random: Random, now: datetime) -> int:
    """Begin the final test of the run, or go on with it; returns the attempt. Conflict while it is not open."""
    way, enrolment_id = _way_of_learner(session, actor, run_id)
    left = rules.lessons_before_test(way.version.completion, way.progress)
    return attempts.start(session, enrolment_id, lessons_left=left, random=random, now=now).id


def settle(session: Session, enrolment_id: int, *, now: datetime) -> bool:
    """Complete the enrolment if the rule of its module is met and all attendance lists of the run are closed.

    Returns whether it is completed now. Harmless when called again: a completion is written and announced once.
    """
    enrolment = runs.get_enrolment(session, enrolment_id, lock=True)
    if queries.find_completion(session, enrolment_id) is not None:
        return True
    if enrolment.attendance is None or not may_complete(enrolment.state):
        return False
    run = runs.get_run(session, enrolment.run_id)
    rule = _version(session, run.version_id).completion
    progress = queries.list_progress(session, [enrolment_id])[enrolment_id]
    score = tests.best_scores(session, [enrolment_id]).get(enrolment_id)
    if rules.why_not_complete(
        rule,
        attendance=enrolment.attendance,
        score=score,
        lessons_done=progress.count,
        lessons_total=progress.total,
    ):
        return False
    session.add(
        Completion(
            enrolment_id=enrolment_id,
            completed_at=now,
            attendance=enrolment.attendance,
            score=score,
            rule=asdict(rule),
        )
    )
    session.flush()
    enrolments.complete(session, enrolment_id, now=now)
    outbox.post(
        session, "learning.completed", at=now, key=f"learning.completed:{enrolment_id}", enrolment_id=enrolment_id
    )
    return True


def on_message(session: Session, kind: str, payload: Mapping[str, Any], *, now: datetime) -> None:
    """Settle whom the message is about: one enrolment, or everybody of a run. Harmless when delivered twice."""
    if kind not in MESSAGES:
        return
    if "enrolment_id" in payload:
        settle(session, payload["enrolment_id"], now=now)
        return
    for enrolment_id in queries.list_enrolment_ids(session, payload["run_id"]):
        settle(session, enrolment_id, now=now)


def _way_of_learner(session: Session, actor: Actor, run_id: int) -> tuple[queries.Way, int]:
    """The locked way and the enrolment; Forbidden for somebody who only looks in."""
    way = queries.get_way(session, actor, run_id, lock=True)
    ensure(rules.may_learn(way.enrolment.state if way.enrolment else None))
    assert way.enrolment is not None
    return way, way.enrolment.id


def _open(session: Session, enrolment_id: int, lesson_key: str, *, now: datetime) -> LessonProgress:
    row = session.get(LessonProgress, (enrolment_id, lesson_key))
    if row is None:
        row = LessonProgress(enrolment_id=enrolment_id, lesson_key=lesson_key, opened_at=now)
        session.add(row)
    row.seen_at = now
    return row


def _question(lesson: Lesson, block_key: str) -> scoring.ItemFacts:
    for block in lesson.blocks:
        if block["id"] == block_key and block["type"] == "question":
            return scoring.ItemFacts.of(block_key, lesson.key, block["kind"], block["options"])
    raise NotFound(_("There is no such question."))


def _version(session: Session, version_id: int) -> ModuleVersion:
    return modules.list_versions(session, [version_id])[version_id]
