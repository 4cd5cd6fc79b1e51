"""Answering one question after the other, and the results for the Trio.

The answers travel in the form itself until the last step counts all of them at once: there is no draft anywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.evaluation import queries, rules, schemas, services
from app.evaluation.queries import Invitation
from app.evaluation.rules import Question
from app.kit import clock
from app.runs import queries as runs
from app.web import language
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import current_actor

bp = Blueprint("evaluation", __name__)

FACES = ("frown", "meh", "smile", "laugh")
"""The icons of the four options, from worst to best."""


@dataclass(frozen=True, slots=True)
class Step:
    """The answers so far, and the number of the question to show next; None when all are behind the person."""

    form: Form
    show: int | None


@bp.get("/runs/<int:run_id>/evaluation")
def answer(run_id: int) -> ResponseReturnValue:
    """The first question; or thanks, or why there is nothing to answer now."""
    invitation = queries.get_invitation(reading(), current_actor(), run_id, now=clock.now())
    if not invitation.verdict:
        return _state(invitation)
    return _question(invitation, _questions(invitation), Form(), 1)


@bp.post("/runs/<int:run_id>/evaluation")
def send(run_id: int) -> ResponseReturnValue:
    """Go on to another question or, behind the last one, count all answers at once."""
    invitation = queries.get_invitation(reading(), current_actor(), run_id, now=clock.now())
    if not invitation.verdict:
        return redirect(url_for(".answer", run_id=run_id))
    questions = _questions(invitation)
    step = _step(questions)
    if step.show is not None:
        return _question(invitation, questions, step.form, step.show)
    if not rules.says_something(step.form.raw):
        return _state(invitation, skipped=True)
    with transaction() as session:
        services.vote(session, current_actor(), run_id, step.form.raw, now=clock.now())
    return redirect(url_for(".answer", run_id=run_id))


@bp.get("/runs/<int:run_id>/evaluation/results")
def results(run_id: int) -> ResponseReturnValue:
    """What the people of a run answered, for its Trio."""
    least = current_app.config["REPORT_MIN_PERSONS"]
    found = queries.get_results(reading(), current_actor(), run_id, least=least, now=clock.now())
    return render_template("evaluation/results.html", results=found, run=found.run, least=least, rules=rules)


def _questions(invitation: Invitation) -> list[Question]:
    assert invitation.evaluation is not None  # whoever may answer has something to answer
    return queries.list_questions(reading(), invitation.evaluation)


def _step(questions: Sequence[Question]) -> Step:
    """Where the submitted form leads to. Going back is always possible; a mistake holds up whoever goes on."""
    way, form = Form.read(schemas.step_in(len(questions))), Form.read(schemas.answers_in(questions))
    if way.errors:
        return Step(form, 1)
    at, move = way.data["at"], way.data["go"]
    if move == "skip":
        form.raw.pop(questions[at - 1].key, None)
        form.errors.pop(questions[at - 1].key, None)
    if move == "back":
        form.errors.clear()
    faulty = [number for number, question in enumerate(questions, start=1) if question.key in form.errors]
    return Step(form, faulty[0] if faulty else rules.question_after(at, move, len(questions)))


def _question(invitation: Invitation, questions: Sequence[Question], form: Form, at: int) -> ResponseReturnValue:
    session, run, question = reading(), invitation.run, questions[at - 1]
    page = render_template(
        "evaluation/answer.html",
        run=run,
        title=runs.title_of(session, run),
        questions=questions,
        question=question,
        faces_shown=[
            (value, language.localised(words), face)
            for (value, words), face in zip(question.options, FACES, strict=False)
        ],
        at=at,
        form=form,
        invited=queries.count_invited(session, run.id),
        least=current_app.config["REPORT_MIN_PERSONS"],
    )
    return page, 422 if form.errors else 200


def _state(invitation: Invitation, *, skipped: bool = False) -> ResponseReturnValue:
    return render_template(
        "evaluation/state.html",
        invitation=invitation,
        run=invitation.run,
        title=runs.title_of(reading(), invitation.run),
        skipped=skipped,
        least=current_app.config["REPORT_MIN_PERSONS"],
    )
