"""The pages of one attempt: the answer sheet while it is open, the result once it is handed in."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.assessment import queries, services
from app.assessment.schemas import PREFIX, answers_in
from app.kit import clock
from app.kit.errors import Invalid
from app.kit.text import _
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import current_actor

bp = Blueprint("assessment", __name__, url_prefix="/attempts")

SIMPLE = "de-simple"


@bp.get("/<int:attempt_id>")
def attempt(attempt_id: int) -> ResponseReturnValue:
    """Answer the questions, or read how the answers were."""
    session, actor = reading(), current_actor()
    paper = queries.get_paper(session, actor, attempt_id)
    page = {"paper": paper, "prefix": PREFIX, "variant": _variant(paper)}
    if paper.submitted_at is None:
        return render_template("assessment/attempt.html", ask="ask" in request.args, **page)
    solutions = queries.list_solutions(session, actor, attempt_id)
    return render_template("assessment/result.html", solutions=solutions, **page)


@bp.post("/<int:attempt_id>/answers")
def answer(attempt_id: int) -> ResponseReturnValue:
    """Keep the answers; the answer sheet saves itself through this after every change."""
    actor = current_actor()
    with transaction() as session:
        paper = queries.get_paper(session, actor, attempt_id)
        services.answer(session, actor, attempt_id, _answers(paper), now=clock.now())
    return redirect(url_for(".attempt", attempt_id=attempt_id, language=_asked()))


@bp.post("/<int:attempt_id>/hand-in")
def hand_in(attempt_id: int) -> ResponseReturnValue:
    """Hand in for good; with unanswered questions ask once whether that is meant."""
    actor, sure = current_actor(), "sure" in request.form
    with transaction() as session:
        paper = queries.get_paper(session, actor, attempt_id)
        left = services.hand_in(session, actor, attempt_id, _answers(paper), sure=sure, now=clock.now())
    if left:
        return redirect(url_for(".attempt", attempt_id=attempt_id, language=_asked(), ask=1, _anchor="unanswered"))
    return redirect(url_for(".attempt", attempt_id=attempt_id, language=_asked()))


def _answers(paper: queries.Paper) -> dict[str, list[int]]:
    """The answers in the form. A question whose inputs are there but empty is one that was taken back."""
    form = Form.read(answers_in(question.key for question in paper.questions))
    if form.errors:
        raise Invalid(_("An answer does not fit its question. Reload the page and choose again."))
    sent = [question.key for question in paper.questions if PREFIX + question.key in request.form]
    return {key: form.data.get(PREFIX + key, []) for key in sent}


def _asked() -> str | None:
    """The form of the content that the reader asked for instead of their language; it stays in the address."""
    return SIMPLE if request.args.get("language") == SIMPLE else None


def _variant(paper: queries.Paper) -> str | None:
    return _asked() if SIMPLE in paper.place.languages else None
