"""Loading questionnaires, opening evaluations, and answering them without leaving a trace.

What a vote protects against: anybody who reads the database or a backup of it, hidden columns included. What it cannot
protect against: an operator who keeps copies of the database or of its write-ahead log from before and after every
single vote and compares them.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.evaluation import queries, rules
from app.evaluation.models import Counter, LooseText, Questionnaire, RunEvaluation, Voter
from app.evaluation.rules import Kind, Question
from app.kit.actors import Actor
from app.kit.errors import Conflict, Invalid
from app.kit.localised import Localised
from app.kit.text import _
from app.kit.verdicts import ensure
from app.runs import queries as runs

STANDARD = "short-form"
"""The key of the questionnaire that every run is asked."""


def load_questionnaire(
    session: Session, *, key: str, title: Localised, questions: Sequence[Mapping[str, Any]]
) -> Questionnaire:
    """Keep a questionnaire; a changed one becomes the next version, the same one stays as it is.

    Invalid, with all faults, when it cannot be used.
    """
    faults = rules.faults_of(questions)
    if faults:
        raise Invalid(_("This questionnaire cannot be used."), [str(fault) for fault in faults])
    stored, latest = [dict(question) for question in questions], queries.find_latest(session, key)
    if latest is not None and (latest.title, latest.questions) == (title, stored):
        return latest
    number = 1 if latest is None else latest.number + 1
    version = Questionnaire(key=key, number=number, title=dict(title), questions=stored)
    session.add(version)
    session.flush()
    return version


def open_evaluation(session: Session, run_id: int, *, now: datetime) -> RunEvaluation:
    """Let the people of a finished run answer for 28 days; an evaluation that is open or over stays as it is.

    Conflict when no questionnaire is loaded yet.
    """
    runs.get_run(session, run_id, lock=True)
    known = queries.find_evaluation(session, run_id)
    if known is not None:
        return known
    questionnaire = queries.find_latest(session, STANDARD)
    if questionnaire is None:
        raise Conflict(_("There is no questionnaire yet: flask evaluation load"))
    evaluation = RunEvaluation(
        run_id=run_id, questionnaire_id=questionnaire.id, opens_at=now, closes_at=now + rules.OPEN_FOR
    )
    session.add(evaluation)
    session.flush()
    return evaluation


def vote(session: Session, actor: Actor, run_id: int, answers: Mapping[str, str], *, now: datetime) -> None:
    """Count the answers (question key → option, or one's own words); questions that are left out were skipped.

    Nothing joins the person to the answers: that they answered is one row, what they answered becomes counts and loose
    texts, and nothing carries a time. Every vote then writes **all** rows of the run anew in its one transaction, so
    that no hidden column (PostgreSQL's ``xmin``) and no place on the disk tells which row this vote was about.

    Locks, always in this order: the run's evaluation, its voters, its counters, its texts.
    NotFound for somebody who was not in the run, Conflict when it is not the time or they have answered already,
    Invalid when an answer fits no question or all questions were skipped.
    """
    invitation = queries.get_invitation(session, actor, run_id, lock=True, now=now)
    ensure(invitation.verdict)
    assert invitation.evaluation is not None
    assert actor.user_id is not None
    questions = queries.list_questions(session, invitation.evaluation)
    if not rules.fits(questions, answers):
        raise Invalid(_("An answer does not fit its question. Reload the page and choose again."))
    if not rules.says_something(answers):
        raise Invalid(_("You skipped every question, so there is nothing to count."))
    _note_voter(session, run_id, actor.user_id)
    _count(session, run_id, questions, answers)
    _scatter_texts(session, run_id, [
        (question.key, answers[question.key].strip())
        for question in questions
        if question.kind is Kind.TEXT and answers.get(question.key, "").strip()
    ])  # fmt: skip


def _note_voter(session: Session, run_id: int, user_id: int) -> None:
    """Write down that the person has answered, once; the key of the table refuses a second time."""
    try:
        with session.begin_nested():
            session.execute(insert(Voter).values(run_id=run_id, user_id=user_id))
    except IntegrityError as error:
        raise Conflict(_("You have answered already. Thank you.")) from error
    session.execute(update(Voter).where(Voter.run_id == run_id).values(user_id=Voter.user_id))


def _count(session: Session, run_id: int, questions: Iterable[Question], answers: Mapping[str, str]) -> None:
    """Add one where it was chosen and nothing elsewhere, in one statement that touches all counters of the run."""
    every = [(question.key, value) for question in questions for value in question.values]
    known = set(session.execute(select(Counter.question_key, Counter.option).where(Counter.run_id == run_id)))
    fresh = [{"run_id": run_id, "question_key": key, "option": value, "count": 0}
             for key, value in every if (key, value) not in known]  # fmt: skip
    if fresh:
        session.execute(insert(Counter), fresh)
    chosen = [pair for pair in every if answers.get(pair[0]) == pair[1]]
    one = case((tuple_(Counter.question_key, Counter.option).in_(chosen), 1), else_=0)
    session.execute(
        update(Counter).where(Counter.run_id == run_id).values(count=Counter.count + one),
        execution_options={"synchronize_session": False},
    )


def _scatter_texts(session: Session, run_id: int, fresh: list[tuple[str, str]]) -> None:
    """Take all texts of the run out and put them back, the fresh ones among them: shuffled, under new random keys."""
    kept = session.execute(select(LooseText.question_key, LooseText.text).where(LooseText.run_id == run_id))
    texts = [*kept, *fresh]
    secrets.SystemRandom().shuffle(texts)
    session.execute(
        delete(LooseText).where(LooseText.run_id == run_id), execution_options={"synchronize_session": False}
    )
    if texts:
        session.execute(insert(LooseText), [
            {"key": secrets.token_hex(16), "run_id": run_id, "question_key": question, "text": text}
            for question, text in texts
        ])  # fmt: skip
