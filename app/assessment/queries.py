"""Reading attempts, the paper of an attempt, and results. An attempt is for the person who made it, and nobody else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from app.assessment.models import Attempt
from app.assessment.rules import ItemFacts
from app.kit.actors import Actor
from app.kit.errors import NotFound
from app.kit.localised import Localised
from app.kit.text import _
from app.modules import queries as modules
from app.modules.models import Item, ModuleVersion
from app.runs import queries as runs
from app.runs.models import Enrolment, Run
from app.runs.rules import EnrolmentState


@dataclass(frozen=True, slots=True)
class Place:
    """Where an attempt belongs: the enrolment, its run and the module version that the run teaches."""

    enrolment_id: int
    state: EnrolmentState
    run_id: int
    version_id: int
    pass_mark: int
    test_draw: int
    title: Localised
    languages: Sequence[str]


@dataclass(frozen=True, slots=True)
class Question:
    """One item as it is asked. Which options are right, and why, is not in here, so no page can give it away."""

    key: str
    kind: str
    prompt: Localised
    options: Sequence[tuple[int, Localised]]
    """Index and text, in the order drawn."""
    chosen: Sequence[int]
    """Indexes; empty while unanswered."""


@dataclass(frozen=True, slots=True)
class Paper:
    """An attempt as its owner sees it: the questions while it is open, the solutions once it is handed in."""

    attempt_id: int
    place: Place
    submitted_at: datetime | None
    score: Decimal | None
    passed: bool | None
    questions: Sequence[Question]

    @property
    def unanswered(self) -> list[Question]:
        """The questions without an answer."""
        return [question for question in self.questions if not question.chosen]

    @property
    def answered(self) -> int:
        """How many questions have an answer."""
        return len(self.questions) - len(self.unanswered)


@dataclass(frozen=True, slots=True)
class Solution:
    """One item of an attempt that is handed in: what was asked and chosen, what is right, and why."""

    question: Question
    right: frozenset[int]
    explanation: Localised
    points: Decimal
    lesson_key: str
    lesson_title: Localised


def get_attempt(session: Session, actor: Actor, attempt_id: int, *, lock: bool = False) -> Attempt:
    """The actor's own attempt with its answers, or NotFound. With ``lock``, nobody else can change it meanwhile."""
    query = (
        select(Attempt)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Attempt.id == attempt_id, Enrolment.user_id == actor.user_id)
        .options(selectinload(Attempt.answers))
        .execution_options(populate_existing=True)
    )
    attempt = session.scalar(query.with_for_update(of=Attempt) if lock else query)
    if attempt is None:
        raise NotFound(_("There is no such test."))
    return attempt


def find_open(session: Session, enrolment_id: int) -> Attempt | None:
    """The attempt of an enrolment that is not handed in yet, or None; there is never more than one."""
    return session.scalar(select(Attempt).where(Attempt.enrolment_id == enrolment_id, Attempt.submitted_at.is_(None)))


def list_attempts(session: Session, enrolment_id: int) -> Sequence[Attempt]:
    """All attempts of an enrolment, the latest first."""
    query = select(Attempt).where(Attempt.enrolment_id == enrolment_id)
    return session.scalars(query.order_by(Attempt.started_at.desc(), Attempt.id.desc())).all()


def best_scores(session: Session, enrolment_ids: Iterable[int]) -> dict[int, Decimal]:
    """The best score in per cent by enrolment, in one query; without an attempt handed in there is no entry."""
    query = (
        select(Attempt.enrolment_id, func.max(Attempt.score))
        .where(Attempt.enrolment_id.in_(set(enrolment_ids)), Attempt.submitted_at.is_not(None))
        .group_by(Attempt.enrolment_id)
    )
    return {enrolment_id: score for enrolment_id, score in session.execute(query) if score is not None}


def get_place(session: Session, enrolment_id: int, *, lock: bool = False) -> Place:
    """Where attempts of the enrolment belong, or NotFound. With ``lock``, nobody else can begin one meanwhile."""
    enrolment = runs.get_enrolment(session, enrolment_id, lock=lock)
    row = session.execute(
        select(
            Run.id, ModuleVersion.id, ModuleVersion.pass_mark, ModuleVersion.test_draw, ModuleVersion.title,
            ModuleVersion.languages,
        )
        .join(ModuleVersion, ModuleVersion.id == Run.version_id)
        .where(Run.id == enrolment.run_id)
    ).one()  # fmt: skip
    return Place(enrolment.id, enrolment.state, *row)


def facts(item: Item) -> ItemFacts:
    """An item as the rules see it."""
    return ItemFacts.of(item.key, item.lesson_key, item.kind, item.options)


def get_paper(session: Session, actor: Actor, attempt_id: int) -> Paper:
    """The actor's own attempt as it is asked, in four queries; NotFound when it is somebody else's."""
    attempt = get_attempt(session, actor, attempt_id)
    chosen = {answer.item_key: answer.chosen for answer in attempt.answers}
    items = {item.key: item for item in modules.list_items(session, attempt.version_id)}
    questions = [_question(items[drawn["item"]], drawn["order"], chosen) for drawn in attempt.drawn]
    place = get_place(session, attempt.enrolment_id)
    return Paper(attempt.id, place, attempt.submitted_at, attempt.score, attempt.passed, questions)


def list_solutions(session: Session, actor: Actor, attempt_id: int) -> Sequence[Solution]:
    """What was right in an attempt of the actor; NotFound before it is handed in."""
    attempt = get_attempt(session, actor, attempt_id)
    if attempt.submitted_at is None:
        raise NotFound(_("The answers are shown when the test is handed in."))
    answers = {answer.item_key: answer for answer in attempt.answers}
    chosen = {key: answer.chosen for key, answer in answers.items()}
    items = {item.key: item for item in modules.list_items(session, attempt.version_id)}
    titles = {lesson.key: lesson.title for lesson in modules.list_outline(session, attempt.version_id)}
    points = {key: answer.points or Decimal(0) for key, answer in answers.items()}
    return [
        Solution(
            _question(item, drawn["order"], chosen),
            facts(item).right,
            item.explanation,
            points.get(item.key, Decimal(0)),
            item.lesson_key,
            titles[item.lesson_key],
        )
        for drawn, item in [(drawn, items[drawn["item"]]) for drawn in attempt.drawn]
    ]


def _question(item: Item, order: Sequence[int], chosen: dict[str, list[int]]) -> Question:
    options = [(index, item.options[index]["text"]) for index in order]
    return Question(item.key, item.kind, item.prompt, options, chosen.get(item.key, []))
