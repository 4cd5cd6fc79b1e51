"""Reading questionnaires, where a person stands with an evaluation, and results."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.evaluation import rules
from app.evaluation.models import Counter, LooseText, Questionnaire, RunEvaluation, Voter
from app.evaluation.rules import Question, Standing
from app.kit.actors import Actor
from app.kit.errors import NotFound
from app.kit.localised import Localised
from app.kit.text import _
from app.kit.verdicts import Answer, Verdict
from app.runs import queries as runs
from app.runs.models import Enrolment, Run
from app.runs.rules import TOOK_PART, may_keep_attendance


@dataclass(frozen=True, slots=True)
class Invitation:
    """Where a person stands with the evaluation of a run. ``evaluation`` is None as long as the run is not over."""

    run: Run
    evaluation: RunEvaluation | None
    answered: bool
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Tally:
    """The answers to one question: by value how often; ``texts`` in no order. Empty where they must not be seen."""

    question: Question
    counts: dict[str, int]
    texts: Sequence[str] = ()

    @property
    def answers(self) -> int:
        """How many people answered this question."""
        return sum(self.counts.values()) + len(self.texts)


@dataclass(frozen=True, slots=True)
class Results:
    """What may be seen of the evaluation of a run; no tallies unless ``standing`` is SHOWN."""

    run: Run
    title: Localised
    evaluation: RunEvaluation | None
    standing: Standing
    voters: int
    invited: int | None
    """How many people took part, for who keeps the attendance list; None for everybody else: reports withhold it."""
    tallies: Sequence[Tally] = ()


def find_latest(session: Session, key: str) -> Questionnaire | None:
    """The newest version of a questionnaire, or None."""
    query = select(Questionnaire).where(Questionnaire.key == key).order_by(Questionnaire.number.desc()).limit(1)
    return session.scalar(query)


def find_evaluation(session: Session, run_id: int, *, lock: bool = False) -> RunEvaluation | None:
    """The evaluation of a run, or None. With ``lock``, nobody else can answer meanwhile."""
    return session.get(RunEvaluation, run_id, with_for_update=lock or None)


def list_questions(session: Session, evaluation: RunEvaluation) -> list[Question]:
    """The questions that the people of a run are asked, in order."""
    return rules.questions_of(session.get_one(Questionnaire, evaluation.questionnaire_id).questions)


def has_answered(session: Session, run_id: int, user_id: int | None) -> bool:
    """Whether the person has answered the evaluation of the run."""
    return user_id is not None and session.get(Voter, (run_id, user_id)) is not None


def get_invitation(session: Session, actor: Actor, run_id: int, *, lock: bool = False, now: datetime) -> Invitation:
    """Where the actor stands with the evaluation of the run; NotFound for everybody who was not in it."""
    run = runs.get_run(session, run_id)
    evaluation = find_evaluation(session, run_id, lock=lock)
    enrolment = runs.find_enrolment(session, run_id, actor.user_id)
    answered = has_answered(session, run_id, actor.user_id)
    verdict = rules.may_answer(
        state=enrolment.state if enrolment else None,
        period=evaluation.period if evaluation else None,
        answered=answered,
        now=now,
    )
    if verdict.answer is Answer.NOT_YOU:
        raise NotFound(verdict.reason)
    return Invitation(run, evaluation, answered, verdict)


def list_open(session: Session, user_id: int, *, now: datetime) -> Sequence[int]:
    """The runs whose evaluation the person can answer now, the one that closes first in front; one query."""
    query = (
        select(RunEvaluation.run_id)
        .join(Enrolment, Enrolment.run_id == RunEvaluation.run_id)
        .outerjoin(Voter, (Voter.run_id == RunEvaluation.run_id) & (Voter.user_id == user_id))
        .where(
            Enrolment.user_id == user_id,
            Enrolment.state.in_(TOOK_PART),
            RunEvaluation.opens_at <= now,
            RunEvaluation.closes_at > now,
            Voter.user_id.is_(None),
        )
        .order_by(RunEvaluation.closes_at, RunEvaluation.run_id)
    )
    return session.scalars(query).all()


def count_invited(session: Session, run_id: int) -> int:
    """How many people took part in the run and so can answer."""
    query = select(func.count()).where(Enrolment.run_id == run_id, Enrolment.state.in_(TOOK_PART))
    return session.scalar(query) or 0


def count_voters(session: Session, run_id: int) -> int:
    """How many people have answered."""
    return session.scalar(select(func.count()).where(Voter.run_id == run_id)) or 0


def get_results(session: Session, actor: Actor, run_id: int, *, least: int = rules.LEAST, now: datetime) -> Results:
    """The results of a run's evaluation, or NotFound for who must not see them; never of fewer than ``least`` answers.

    The numbers of a question that fewer people answered are left out too. A fixed number of queries.
    """
    run = session.get(Run, run_id)
    if run is None or not rules.may_see_results(actor, run.facts):
        raise NotFound(_("There is no such evaluation."))
    evaluation = find_evaluation(session, run_id)
    voters, invited = count_voters(session, run_id), count_invited(session, run_id)
    period = evaluation.period if evaluation else None
    standing = rules.standing(period, voters=voters, invited=invited, least=least, now=now)
    tallies = []
    if evaluation is not None and standing is Standing.SHOWN:
        tallies = _tallies(session, evaluation, least=least)
    shown = invited if may_keep_attendance(actor, run.facts) else None
    return Results(run, runs.title_of(session, run), evaluation, standing, voters, shown, tallies)


def _tallies(session: Session, evaluation: RunEvaluation, *, least: int) -> list[Tally]:
    """The answers by question. Texts need no threshold of their own: they name no number of people."""
    counts: dict[str, dict[str, int]] = {}
    numbers = select(Counter.question_key, Counter.option, Counter.count).where(Counter.run_id == evaluation.run_id)
    for key, option, count in session.execute(numbers):
        counts.setdefault(key, {})[option] = count
    texts: dict[str, list[str]] = {}
    words = select(LooseText.question_key, LooseText.text).where(LooseText.run_id == evaluation.run_id)
    for key, text in session.execute(words.order_by(LooseText.key)):  # random keys: no order at all
        texts.setdefault(key, []).append(text)
    tallies = []
    for question in list_questions(session, evaluation):
        chosen = counts.get(question.key, {})
        shown = chosen if rules.enough(sum(chosen.values()), least=least) else {}
        tallies.append(Tally(question, shown, texts.get(question.key, ())))
    return tallies
