"""The learner's pages: the way through a run, lessons with their questions, the door to the final test."""

from random import SystemRandom
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.assessment import queries as tests
from app.assessment.rules import MOST_ATTEMPTS, may_start
from app.kit import clock
from app.learning import queries, rules, services
from app.learning.schemas import PracticeIn
from app.modules import queries as modules
from app.modules.rendering import lesson_blocks, lesson_sources
from app.runs import queries as runs
from app.web import language
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import current_actor

bp = Blueprint("learning", __name__, url_prefix="/runs/<int:run_id>")

SIMPLE = "de-simple"


@bp.before_request
def _only_with_a_place() -> ResponseReturnValue | None:
    """Whoever is enrolled but has no place (any more) is shown the run, which says how things stand."""
    run_id = (request.view_args or {})["run_id"]
    enrolment = runs.find_enrolment(reading(), run_id, current_actor().user_id)
    verdict = rules.may_learn(enrolment.state) if enrolment else None
    if verdict is None or verdict:
        return None
    flash(str(verdict.reason), "warn")
    return redirect(url_for("runs.show", run_id=run_id))


@bp.get("/learn")
def overview(run_id: int) -> ResponseReturnValue:
    """Where the learner stands in this run, and what comes next."""
    session = reading()
    way = queries.get_way(session, current_actor(), run_id)
    standing = _standing(session, way)
    return render_template("learning/overview.html", way=way, variant=_variant(way), **standing)


@bp.get("/learn/<lesson_key>")
def lesson(run_id: int, lesson_key: str) -> ResponseReturnValue:
    """Read one lesson."""
    return _lesson_page(run_id, lesson_key)


@bp.post("/learn/<lesson_key>/done")
def finish_lesson(run_id: int, lesson_key: str) -> ResponseReturnValue:
    """Go on to the next lesson, or behind the last one to what is next in the run."""
    with transaction() as session:
        following = services.finish_lesson(session, current_actor(), run_id, lesson_key, now=clock.now())
    if following is None:
        return redirect(url_for(".overview", run_id=run_id, language=_asked()))
    return redirect(url_for(".lesson", run_id=run_id, lesson_key=following, language=_asked()))


@bp.post("/learn/<lesson_key>/questions/<block_key>")
def answer_question(run_id: int, lesson_key: str, block_key: str) -> ResponseReturnValue:
    """Answer a question and come back to it."""
    form = Form.read(PracticeIn())
    if form.errors:
        return _lesson_page(run_id, lesson_key, unanswered=block_key), 422
    with transaction() as session:
        services.answer_question(
            session, current_actor(), run_id, lesson_key, block_key, form.data["chosen"], now=clock.now()
        )
    anchor = f"block-{block_key}"
    return redirect(url_for(".lesson", run_id=run_id, lesson_key=lesson_key, language=_asked(), _anchor=anchor))


@bp.get("/test")
def test(run_id: int) -> ResponseReturnValue:
    """What to know before the final test, and its button."""
    session = reading()
    way = queries.get_way(session, current_actor(), run_id)
    page = {"way": way, "variant": _variant(way), "most": MOST_ATTEMPTS}
    return render_template("learning/test.html", **page, **_test(session, way))


@bp.post("/test")
def start_test(run_id: int) -> ResponseReturnValue:
    """Begin the test or go on with it; once it is passed, show the result."""
    with transaction() as session:
        attempt_id = services.start_test(session, current_actor(), run_id, random=SystemRandom(), now=clock.now())
    return redirect(url_for("assessment.attempt", attempt_id=attempt_id, language=_asked()))


def _lesson_page(run_id: int, lesson_key: str, *, unanswered: str | None = None) -> str:
    session = reading()
    way = queries.get_way(session, current_actor(), run_id)
    shown, variant = modules.get_lesson(way.version, lesson_key), _variant(way)
    answers = queries.list_practice_answers(session, way.enrolment.id, lesson_key) if way.enrolment else {}
    return render_template(
        "learning/lesson.html",
        way=way,
        lesson=shown,
        lessons={lesson.key: lesson for lesson in way.version.lessons},
        blocks=lesson_blocks(way.version, shown, variant or language.current()),
        sources=lesson_sources(way.version, shown),
        answers=answers,
        unanswered=unanswered,
        variant=variant,
    )


def _standing(session: Session, way: queries.Way) -> dict[str, Any]:
    """What the overview shows beside the lessons: test, attendance, the completion rule, completion."""
    test = _test(session, way)
    enrolment, progress = way.enrolment, way.progress
    scores = [attempt.score for attempt in test["attempts"] if attempt.score is not None]
    conditions = rules.conditions(
        way.version.completion,
        attendance=enrolment.attendance if enrolment else None,
        score=max(scores, default=None),
        lessons_done=progress.count,
        lessons_total=progress.total,
    )
    return test | {
        "conditions": conditions,
        "marks": runs.attendance_of(session, enrolment.id) if enrolment else [],
        "completion": queries.find_completion(session, enrolment.id) if enrolment else None,
    }


def _test(session: Session, way: queries.Way) -> dict[str, Any]:
    """The attempts of the learner, and whether the test can be taken now; a preview has neither."""
    if way.enrolment is None:
        return {"attempts": [], "verdict": rules.may_learn(None)}
    attempts = tests.list_attempts(session, way.enrolment.id)
    verdict = may_start(
        way.enrolment.state,
        [attempt.facts for attempt in attempts],
        items=len(way.version.items),
        lessons_left=rules.lessons_before_test(way.version.completion, way.progress),
        now=clock.now(),
    )
    return {"attempts": attempts, "verdict": verdict}


def _asked() -> str | None:
    """The form of the content that the reader asked for instead of their language; it stays in the address."""
    return SIMPLE if request.args.get("language") == SIMPLE else None


def _variant(way: queries.Way) -> str | None:
    return _asked() if SIMPLE in way.version.languages else None
