"""Reading the way of a person through a run: lessons, progress, practice answers, completion."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.actors import Actor
from app.kit.errors import NotFound
from app.kit.text import _
from app.learning import rules
from app.learning.models import Completion, LessonProgress, PracticeAnswer
from app.modules import queries as modules
from app.modules.models import Lesson, ModuleVersion
from app.runs import queries as runs
from app.runs.models import Enrolment, Run


@dataclass(frozen=True, slots=True)
class Way:
    """The way of one person through one run. ``version`` is loaded with lessons, items and pictures."""

    run: Run
    version: ModuleVersion
    enrolment: Enrolment | None
    """None: somebody of the Trio looks in; nothing is written then."""
    progress: rules.Progress


def get_way(session: Session, actor: Actor, run_id: int, *, lock: bool = False) -> Way:
    """The actor's way through the run, or NotFound for everybody who neither learns in it nor looks in.

    With ``lock``, nobody else can write progress of this enrolment meanwhile.
    """
    run = runs.get_run(session, run_id)
    enrolment = runs.find_enrolment(session, run_id, actor.user_id)
    learner = enrolment if enrolment is not None and rules.may_learn(enrolment.state) else None
    if learner is None and not rules.may_look_in(actor, run.facts):
        raise NotFound(_("There are no lessons for you here."))
    if learner is not None and lock:
        runs.get_enrolment(session, learner.id, lock=True)
    version = modules.get_version(session, run.version_id)
    rows = _progress_rows(session, [learner.id] if learner else [])
    return Way(run, version, learner, _progress([lesson.key for lesson in version.lessons], rows))


def list_progress(session: Session, enrolment_ids: Iterable[int]) -> dict[int, rules.Progress]:
    """Where each enrolment stands in the lessons of its run's version, in two queries."""
    ids = set(enrolment_ids)
    outline = (
        select(Enrolment.id, Lesson.key)
        .join(Run, Run.id == Enrolment.run_id)
        .join(Lesson, Lesson.version_id == Run.version_id)
        .where(Enrolment.id.in_(ids))
        .order_by(Lesson.position)
    )
    keys: dict[int, list[str]] = {enrolment_id: [] for enrolment_id in ids}
    for enrolment_id, key in session.execute(outline):
        keys[enrolment_id].append(key)
    rows = _progress_rows(session, ids)
    return {
        enrolment_id: _progress(own, [row for row in rows if row.enrolment_id == enrolment_id])
        for enrolment_id, own in keys.items()
    }


def list_practice_answers(session: Session, enrolment_id: int, lesson_key: str) -> dict[str, PracticeAnswer]:
    """The answers to the questions of a lesson by block key."""
    query = select(PracticeAnswer).where(
        PracticeAnswer.enrolment_id == enrolment_id, PracticeAnswer.lesson_key == lesson_key
    )
    return {answer.block_key: answer for answer in session.scalars(query)}


def find_completion(session: Session, enrolment_id: int) -> Completion | None:
    """The completion of an enrolment, or None."""
    return session.get(Completion, enrolment_id)


def list_enrolment_ids(session: Session, run_id: int) -> Sequence[int]:
    """All enrolments of a run."""
    return session.scalars(select(Enrolment.id).where(Enrolment.run_id == run_id).order_by(Enrolment.id)).all()


def _progress_rows(session: Session, enrolment_ids: Iterable[int]) -> Sequence[LessonProgress]:
    return session.scalars(select(LessonProgress).where(LessonProgress.enrolment_id.in_(set(enrolment_ids)))).all()


def _progress(keys: Sequence[str], rows: Iterable[LessonProgress]) -> rules.Progress:
    seen, done = {}, set()
    for row in rows:
        seen[row.lesson_key] = row.seen_at
        if row.done_at is not None:
            done.add(row.lesson_key)
    return rules.Progress(keys, seen, done)
