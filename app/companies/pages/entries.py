"""One company: what the Trio knows of it, correcting the facts, taking it out."""

from decimal import Decimal

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from app.accounts.rules import Offer, may_give
from app.companies import queries, rules, services
from app.companies.pages import bp, words
from app.companies.pages.frame import Frame, get_frame
from app.companies.pages.register import facts_of
from app.companies.queries import Details
from app.companies.schemas import CompanyIn, EntryIn
from app.kit import clock
from app.kit.actors import Role
from app.kit.clock import BERLIN
from app.kit.text import _
from app.kit.verdicts import Verdict
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import current_actor


@bp.get("/companies/<int:company_id>")
def show(company_id: int) -> ResponseReturnValue:
    """All the Trio knows of a company."""
    return _page(company_id, Form())


@bp.get("/companies/<int:company_id>/edit")
def edit(company_id: int) -> ResponseReturnValue:
    """The facts of a company, to correct them."""
    frame = get_frame()
    company = queries.get_entry(reading(), current_actor(), frame.trio_id, company_id).company
    names = ("name", "city", "nuts3", "nace", "wz_version", "website")
    return _form(frame, company_id, Form(raw={name: getattr(company, name) or "" for name in names}))


@bp.post("/companies/<int:company_id>/edit")
def change(company_id: int) -> ResponseReturnValue:
    """Correct the facts, or show again what was typed."""
    frame, form = get_frame(), Form.read(CompanyIn())
    if form.errors:
        return _form(frame, company_id, form, 422)
    with transaction() as session:
        services.change_company(
            session, current_actor(), frame.trio_id, company_id, facts_of(form), now=clock.now()
        )  # fmt: skip
    flash(str(_("Saved.")), "good")
    return redirect(frame.link(".show", company_id=company_id))


@bp.post("/companies/<int:company_id>/note")
def note(company_id: int) -> ResponseReturnValue:
    """Keep a note, and who looks after the company."""
    frame, form = get_frame(), Form.read(EntryIn())
    if form.errors:
        return _page(company_id, form, 422)
    with transaction() as session:
        services.change_entry(session, current_actor(), frame.trio_id, company_id, **form.data, now=clock.now())
    flash(str(_("Saved.")), "good")
    return redirect(frame.link(".show", company_id=company_id, _anchor="note"))


@bp.post("/companies/<int:company_id>/removal")
def drop(company_id: int) -> ResponseReturnValue:
    """Take a company out of the register."""
    frame = get_frame()
    with transaction() as session:
        services.drop_company(session, current_actor(), frame.trio_id, company_id, now=clock.now())
    flash(str(_("The company no longer stands in your register.")), "good")
    return redirect(frame.link(".index"))


def _page(company_id: int, form: Form, status: int = 200) -> ResponseReturnValue:
    frame, session, actor = get_frame(), reading(), current_actor()
    found = queries.get_details(session, actor, frame.trio_id, company_id)
    if found.company.id != company_id:
        return redirect(frame.link(".show", company_id=found.company.id))
    page = render_template(
        "companies/show.html",
        frame=frame,
        found=found,
        form=form,
        words=words,
        labels=words.LABELS,
        is_mine=found.entry.kept_by == actor.user_id,
        steps=rules.history(row.facts for row in found.figures)[::-1],
        staff=rules.staff_class(_people(found)),
        aid=_aid(found),
        may_invite=_may_invite(company_id),
        may_drop=rules.may_drop(has_enrolments=found.entry.has_enrolments),
        rules=rules,
    )
    return page, status


def _form(frame: Frame, company_id: int, form: Form, status: int = 200) -> ResponseReturnValue:
    found = queries.get_entry(reading(), current_actor(), frame.trio_id, company_id)
    shown = {"company": found.company, "form": form, "labels": words.LABELS, "words": words}
    return render_template("companies/edit.html", frame=frame, **shown), status


def _people(found: Details) -> Decimal | None:
    """How many people the company itself has, by its newest figures."""
    return found.figures[0].headcount if found.figures else None


def _aid(found: Details) -> rules.AidStanding:
    today = clock.now().astimezone(BERLIN).date()
    return rules.aid_standing(((one.kind, one.granted_on, one.amount) for one in found.aids), on=today)


def _may_invite(company_id: int) -> Verdict:
    """The company stands in the register of the reader, which is what the rule asks for."""
    return may_give(current_actor(), Offer(Role.HR_CONTACT, company_id=company_id), companies=frozenset({company_id}))
