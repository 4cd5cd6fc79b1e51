"""A person's own courses, their next step, and their certificates, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.assessment.models import Attempt
from app.credentials import queries as credentials
from app.credentials.models import Certificate
from app.evaluation import queries as evaluation
from app.home import rules
from app.home.rules import Learning, StepKind
from app.kit.actors import Actor
from app.learning import queries as learning
from app.modules.models import Lesson, ModuleVersion
from app.runs import queries as runs
from app.runs.models import Run, RunSession
from app.runs.queries import MyEnrolment


@dataclass(frozen=True, slots=True)
class MyRun:
    """One enrolment of the person with where they stand; ``certificate`` is None unless there is a valid one."""

    mine: MyEnrolment
    learning: Learning
    step: StepKind | None
    certificate: Certificate | None

    @property
    def run(self) -> Run:
        """The run."""
        return self.mine.run


@dataclass(frozen=True, slots=True)
class MyPage:
    """A learner's own page. ``lesson``: the one to go on with, when that is the next step."""

    current: Sequence[MyRun]
    past: Sequence[MyRun]
    next: MyRun | None
    lesson: Lesson | None
    certificates: Sequence[Certificate]


def get_my_page(session: Session, actor: Actor, *, now: datetime) -> MyPage:
    """What the actor's own page shows of their learning; at most nine queries, however many courses they have."""
    if actor.user_id is None:
        return MyPage([], [], None, None, [])
    papers = credentials.list_certificates_of(session, actor.user_id)
    mine = _list_my_runs(session, actor.user_id, papers, now=now)
    steps = [one for one in mine if one.step is not None]
    first = min(steps, key=lambda one: rules.urgency(one.step or StepKind.WAIT, one.learning), default=None)
    current = [one for one in mine if rules.is_current(one.learning, now=now)]
    return MyPage(
        current=sorted(current, key=lambda one: one.run.starts_at),
        past=[one for one in mine if one not in current],
        next=first,
        lesson=_lesson(session, first),
        certificates=papers,
    )


def _list_my_runs(session: Session, user_id: int, papers: Sequence[Certificate], *, now: datetime) -> list[MyRun]:
    enrolments = runs.list_enrolments_of(session, user_id)
    ids = [mine.enrolment.id for mine in enrolments]
    progress = learning.list_progress(session, ids)
    needs, sessions = _completion_rules(session, enrolments), _next_sessions(session, enrolments, now=now)
    passed = set(
        session.scalars(select(Attempt.enrolment_id).where(Attempt.enrolment_id.in_(ids), Attempt.passed.is_(True)))
    )
    open_now = set(evaluation.list_open(session, user_id, now=now))
    valid = {paper.enrolment_id: paper for paper in papers if paper.revoked_at is None}
    found = []
    for mine in enrolments:
        lessons, test = needs[mine.run.version_id]
        standing = Learning(
            state=mine.enrolment.state,
            run_state=mine.run.state,
            starts_at=mine.run.starts_at,
            ends_at=mine.run.ends_at,
            next_session=sessions.get(mine.run.id),
            progress=progress[mine.enrolment.id],
            needs_lessons=lessons,
            needs_test=test,
            passed=mine.enrolment.id in passed,
            evaluation_open=mine.run.id in open_now,
        )
        found.append(MyRun(mine, standing, rules.next_step(standing, now=now), valid.get(mine.enrolment.id)))
    return found


def _completion_rules(session: Session, enrolments: Sequence[MyEnrolment]) -> dict[int, tuple[bool, bool]]:
    """By version: whether it asks for all lessons, and for the final test."""
    query = select(ModuleVersion.id, ModuleVersion.needs_lessons, ModuleVersion.pass_mark).where(
        ModuleVersion.id.in_({mine.run.version_id for mine in enrolments})
    )
    return {version_id: (lessons, mark > 0) for version_id, lessons, mark in session.execute(query)}


def _next_sessions(session: Session, enrolments: Sequence[MyEnrolment], *, now: datetime) -> dict[int, datetime]:
    """By run: the beginning of its next session that is not over yet."""
    query = (
        select(RunSession.run_id, func.min(RunSession.starts_at).label("starts_at"))
        .where(RunSession.run_id.in_({mine.run.id for mine in enrolments}), RunSession.ends_at > now)
        .group_by(RunSession.run_id)
    )
    return {row.run_id: row.starts_at for row in session.execute(query)}


def _lesson(session: Session, first: MyRun | None) -> Lesson | None:
    """The lesson to go on with, when the next step is one."""
    if first is None or first.step not in {StepKind.RESUME, StepKind.START}:
        return None
    query = select(Lesson).where(
        Lesson.version_id == first.run.version_id, Lesson.key == first.learning.progress.resume
    )
    return session.scalar(query)
