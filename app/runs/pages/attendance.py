"""Staff pages: who is in a run, and the attendance list of each session."""

from collections import Counter

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kit import clock
from app.kit.errors import Invalid
from app.kit.text import _
from app.kit.verdicts import ensure
from app.runs import queries, rules, services
from app.runs.pages import bp
from app.runs.rules import Mark
from app.runs.schemas import MarksIn
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import current_actor

_FIELD = "mark-"


@bp.get("/runs/<int:run_id>/roster")
def roster(run_id: int) -> ResponseReturnValue:
    """The participants of a run and its sessions."""
    return roster_page(run_id, Form())


@bp.get("/runs/<int:run_id>/sessions/<int:session_id>/attendance")
def attendance(run_id: int, session_id: int) -> ResponseReturnValue:
    """The attendance list of one session."""
    session, now = reading(), clock.now()
    offer = queries.get_offer(session, current_actor(), run_id)
    ensure(rules.may_keep_attendance(current_actor(), offer.run.facts))
    run_session = queries.get_session(session, run_id, session_id)
    people = queries.list_roster(session, run_session)
    counts = Counter(person.mark for person in people)
    facts, unmarked = run_session.facts, counts[None]
    return render_template(
        "runs/attendance.html",
        offer=offer,
        run=offer.run,
        session=run_session,
        people=people,
        counts=counts,
        may_mark=rules.may_mark(offer.run.facts, facts, now=now),
        may_close=rules.may_close(offer.run.facts, facts, unmarked=unmarked, now=now),
        today=clock.local_date(run_session.starts_at) == clock.local_date(now),
        marks=Mark,
    )


@bp.post("/runs/<int:run_id>/sessions/<int:session_id>/attendance")
def mark(run_id: int, session_id: int) -> ResponseReturnValue:
    """Keep the marks that were sent; the others stay as they are."""
    marks = _marks()
    with transaction() as session:
        services.mark_all(session, current_actor(), run_id, session_id, marks, now=clock.now())
    return redirect(url_for(".attendance", run_id=run_id, session_id=session_id))


@bp.post("/runs/<int:run_id>/sessions/<int:session_id>/close")
def close(run_id: int, session_id: int) -> ResponseReturnValue:
    """Close the list of one session."""
    with transaction() as session:
        services.close_list(session, current_actor(), run_id, session_id, now=clock.now())
    flash(str(_("The list is closed.")), "good")
    return redirect(url_for(".roster", run_id=run_id))


def roster_page(run_id: int, form: Form, status: int = 200) -> ResponseReturnValue:
    """The participants, the sessions and, for planners, the form that calls the run off."""
    session, actor, now = reading(), current_actor(), clock.now()
    offer = queries.get_offer(session, actor, run_id)
    ensure(rules.may_keep_attendance(actor, offer.run.facts))
    run_sessions = queries.list_sessions(session, run_id)
    closed = sum(found.closed_at is not None for found in run_sessions)
    page = render_template(
        "runs/roster.html",
        offer=offer,
        run=offer.run,
        sessions=[(found, rules.may_mark(offer.run.facts, found.facts, now=now)) for found in run_sessions],
        closed=closed,
        participants=queries.list_participants(session, run_id),
        may_cancel=rules.may_cancel_run(actor, offer.run.facts, lists_closed=closed),
        form=form,
        names=rules,
    )
    return page, status


def _marks() -> dict[int, Mark]:
    """The marks of the form by enrolment; Invalid when something else was sent than its buttons offer."""
    sent = {name.removeprefix(_FIELD): value for name, value in request.form.items() if name.startswith(_FIELD)}
    if MarksIn().validate({"marks": sent}):
        raise Invalid(_("These entries cannot be used. Reload the page and enter them again."))
    return {int(enrolment_id): Mark(value) for enrolment_id, value in sent.items()}
