"""The run page: when and where it is, other dates, and one's own place in it."""

from dataclasses import dataclass
from typing import TypedDict
from urllib.parse import urlsplit

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.accounts.rules import consents
from app.accounts.rules.limits import Kind
from app.accounts.services import limits
from app.companies.services import register_company
from app.kit import clock
from app.kit.actors import Actor
from app.kit.localised import pick
from app.kit.text import Text, _
from app.kit.verdicts import Verdict
from app.runs import queries, rules, services
from app.runs.pages import answers, bp, icalendar
from app.runs.queries import Offer
from app.runs.rules import EnrolmentState, Standing
from app.runs.schemas import CompanyIn, EnrolmentIn, NewcomerIn, SharingIn
from app.trios import queries as trios
from app.web import language
from app.web.clients import client_key
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
    """Take a place; whoever is not signed in takes it for an address, and goes on from the mail that it gets."""
    actor = current_actor()
    if actor.user_id is None:
        return _enrol_newcomer(run_id)
    form = Form.read(EnrolmentIn())
    if form.errors:
        return _page(run_id, form, 422)
    with transaction() as session:
        state = services.enrol(
            session, actor, run_id, **_answers(session, form), language=language.current(), now=clock.now()
        ).state
    flash(str(SAID.get(state, _("You are already enrolled in this run."))), "good")
    return redirect(url_for(".show", run_id=run_id))


@bp.post("/runs/<int:run_id>/withdrawal")
def withdraw(run_id: int) -> ResponseReturnValue:
    """Give the place back."""
    with transaction() as session:
        services.withdraw(session, current_actor(), run_id, now=clock.now())
    flash(str(_("Your place is given back. You can enrol again as long as enrolment is open.")), "good")
    return redirect(url_for(".show", run_id=run_id))


@bp.post("/runs/<int:run_id>/company")
def name_company(run_id: int) -> ResponseReturnValue:
    """Say for which company one takes part, if that was left open."""
    form = Form.read(CompanyIn())
    if form.errors:
        return _page(run_id, form, 422)
    with transaction() as session:
        services.name_company(
            session, current_actor(), run_id, **_answers(session, form), language=language.current(), now=clock.now()
        )
    flash(str(_("Your company is noted.")), "good")
    return redirect(url_for(".show", run_id=run_id, _anchor="place"))


@bp.post("/runs/<int:run_id>/sharing")
def share(run_id: int) -> ResponseReturnValue:
    """Let the company see that one takes part, or take that back."""
    shares = bool(Form.read(SharingIn()).data.get("shares", False))
    with transaction() as session:
        services.share_with_employer(
            session, current_actor(), run_id, shares=shares, language=language.current(), now=clock.now()
        )
    flash(str(SHARED[shares]), "good")
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
    now = clock.now()
    with transaction() as session:
        limits.take(session, Kind.NEWCOMER_CLIENT, client_key(), now=now)
        place = services.enrol_newcomer(session, run_id, **form.data, language=language.current(), now=now)
    answers.keep(run_id, form.data["email"], place, now=now)
    return redirect(url_for(".show", run_id=run_id, _anchor="place"))


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
        brand=trios.get_brand(session, offer.run.trio_id),
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
        may_name_company=rules.may_name_company(state, enrolment.company_id if enrolment else None),
        answered=answers.find(run_id, now=now) if actor.user_id is None and "another" not in request.args else None,
        form=form,
        names=rules,
        consent=consents.current(consents.Purpose.EMPLOYER).text,
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
