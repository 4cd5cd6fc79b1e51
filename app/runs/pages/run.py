"""The run page: when and where it is, other dates, and one's own place in it."""

from dataclasses import dataclass
from typing import TypedDict
from urllib.parse import urlsplit

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.accounts import sessions
from app.kit import clock
from app.kit.actors import Actor
from app.kit.localised import pick
from app.kit.text import Text, _
from app.kit.verdicts import Verdict
from app.runs import queries, rules, services
from app.runs.pages import bp, icalendar
from app.runs.queries import Offer
from app.runs.rules import EnrolmentState, Standing
from app.runs.schemas import EnrolmentIn, NewcomerIn, SharingIn
from app.trios.services import register_company
from app.web import language
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import current_actor, public

SAID: dict[EnrolmentState, Text] = {
    EnrolmentState.CONFIRMED: _("You have a seat. See you there."),
    EnrolmentState.WAITING: _("You are on the waiting list. We write to you as soon as a seat is free."),
}


SHARED: dict[bool, Text] = {
    True: _("Your company sees now that you take part."),
    False: _("Your company sees nothing of this course any more."),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Another date of the same module, and whether the reader can enrol in it."""

    offer: Offer
    standing: Standing
    verdict: Verdict


class Answers(TypedDict):
    """What an enrolling person says about their company."""

    company_id: int | None
    shares_with_employer: bool


@bp.get("/runs/<int:run_id>")
@public
def show(run_id: int) -> ResponseReturnValue:
    """One run, and the way into it."""
    return _page(run_id, Form())


@bp.post("/runs/<int:run_id>/enrolment")
@public
def enrol(run_id: int) -> ResponseReturnValue:
    """Take a place; somebody without an account gets one on the way."""
    actor = current_actor()
    if actor.user_id is None:
        return _enrol_newcomer(run_id)
    form = Form.read(EnrolmentIn())
    if form.errors:
        return _page(run_id, form, 422)
    with transaction() as session:
        state = services.enrol(session, actor, run_id, **_answers(session, form), now=clock.now()).state
    flash(str(SAID.get(state, _("You are already enrolled in this run."))), "good")
    return redirect(url_for(".show", run_id=run_id))


@bp.post("/runs/<int:run_id>/withdrawal")
def withdraw(run_id: int) -> ResponseReturnValue:
    """Give the place back."""
    with transaction() as session:
        services.withdraw(session, current_actor(), run_id, now=clock.now())
    flash(str(_("Your place is given back. You can enrol again as long as enrolment is open.")), "good")
    return redirect(url_for(".show", run_id=run_id))


@bp.post("/runs/<int:run_id>/sharing")
def share(run_id: int) -> ResponseReturnValue:
    """Let the company see that one takes part, or take that back."""
    form = Form.read(SharingIn())
    with transaction() as session:
        services.share_with_employer(session, current_actor(), run_id, shares=form.data.get("shares", False))
    flash(str(SHARED[form.data.get("shares", False)]), "good")
    return redirect(url_for(".show", run_id=run_id, _anchor="place"))


@bp.get("/runs/<int:run_id>/sessions.ics")
@public
def calendar(run_id: int) -> Response:
    """All sessions of the run for the reader's calendar."""
    session = reading()
    offer = queries.get_offer(session, current_actor(), run_id)
    page = url_for(".show", run_id=run_id)
    base = current_app.config["PUBLIC_URL"] or request.host_url.rstrip("/")
    text = icalendar.file(
        offer,
        queries.list_sessions(session, run_id),
        title=pick(offer.title, language.current()),
        url=f"{base}{page}",
        host=urlsplit(base).hostname or "lernzelle",
        now=clock.now(),
    )
    headers = {"Content-Disposition": f'attachment; filename="lernzelle-{run_id}.ics"'}
    return Response(text, mimetype="text/calendar", headers=headers)


def _enrol_newcomer(run_id: int) -> ResponseReturnValue:
    form = Form.read(NewcomerIn())
    if form.errors:
        return _page(run_id, form, 422)
    with transaction() as session:
        newcomer = services.enrol_newcomer(
            session,
            run_id,
            name=form.data["name"],
            email=form.data["email"],
            language=language.current(),
            **_answers(session, form),
            now=clock.now(),
        )
    if newcomer.state is None:
        return redirect(url_for(".show", run_id=run_id, link="sent", _anchor="place"))
    sessions.start(reading(), newcomer.user_id)
    flash(str(SAID[newcomer.state]), "good")
    return redirect(url_for(".show", run_id=run_id))


def _answers(session: Session, form: Form) -> Answers:
    """The company as the platform knows it, and what it may see."""
    company = form.data["company"].strip()
    return {
        "company_id": register_company(session, name=company) if company else None,
        "shares_with_employer": form.data["shares_with_employer"],
    }


def _page(run_id: int, form: Form, status: int = 200) -> ResponseReturnValue:
    session, actor, now = reading(), current_actor(), clock.now()
    offer = queries.get_offer(session, actor, run_id)
    facts = offer.run.facts
    enrolment = queries.find_enrolment(session, run_id, actor.user_id)
    state = enrolment.state if enrolment else None
    may_enrol = rules.why_not_enrol(facts, state=state, now=now)
    page = render_template(
        "runs/show.html",
        offer=offer,
        run=offer.run,
        sessions=queries.list_sessions(session, run_id),
        requirements=queries.list_requirements(session, offer.run.version_id),
        standing=rules.standing(facts, offer.places, now=now),
        enrolment=enrolment if state is not EnrolmentState.CANCELLED else None,
        ahead=queries.count_ahead(session, enrolment) if enrolment and state is EnrolmentState.WAITING else 0,
        may_enrol=may_enrol,
        may_withdraw=rules.may_withdraw(facts, state=state, now=now),
        may_keep=rules.may_keep_attendance(actor, facts),
        company=queries.find_company_choice(session, actor.user_id),
        others=_other_dates(session, actor, offer),
        link_sent=request.args.get("link") == "sent",
        form=form,
        names=rules,
    )
    return page, status


def _other_dates(session: Session, actor: Actor, shown: Offer) -> list[Choice]:
    """The other dates of the module that are still to come."""
    now = clock.now()
    offers = queries.list_runs_of_module(session, shown.run.module_id, now=now)
    others = [offer for offer in offers if offer.run.id != shown.run.id]
    states = queries.list_states(session, actor.user_id, [offer.run.id for offer in others])
    return [
        Choice(
            offer,
            rules.standing(offer.run.facts, offer.places, now=now),
            rules.why_not_enrol(offer.run.facts, state=states.get(offer.run.id), now=now),
        )
        for offer in others
    ]
