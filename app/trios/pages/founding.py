"""Making a Trio."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.rules.invitations import Offer
from app.accounts.services.invitations import invite
from app.kit import clock
from app.kit.actors import Role
from app.kit.text import Text, _
from app.kit.verdicts import ensure
from app.trios import queries, rules, services
from app.trios.pages import bp
from app.trios.pages.partners import kinds_for
from app.trios.schemas import TrioIn
from app.trios.services import Plan
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import current_actor

LARGEST = 2**31 - 1
"""The largest id a database has."""

LABELS: dict[str, Text] = {
    "name": _("Name of the Trio"),
    "slug": _("Address"),
    "region_de": _("Region, in German"),
    "region_en": _("Region, in English"),
    "description_de": _("What the Trio does, in German"),
    "description_en": _("What the Trio does, in English"),
    "funding_notice_de": _("Funding notice, in German"),
    "funding_notice_en": _("Funding notice, in English"),
    "starts_on": _("First day of the project"),
    "ends_on": _("Last day of the project"),
    "coordinator_id": _("Coordinating organisation"),
    "coordinator_kind": _("Takes part as"),
    "administrator": _("E-mail of the first administrator"),
}


@bp.get("/trios/new")
def new() -> ResponseReturnValue:
    """An empty plan of a Trio."""
    ensure(rules.may_found(current_actor()))
    return _page(Form())


@bp.post("/trios/new")
def found() -> ResponseReturnValue:
    """Make the Trio and invite its first administrator, or show again what was entered and what is wrong with it."""
    ensure(rules.may_found(current_actor()))
    form, now = Form.read(TrioIn()), clock.now()
    plan = None if form.errors else Plan(**form.data["plan"])
    if plan is not None and not services.is_founded(reading(), plan):
        form.errors = {name: [str(said)] for name, said in services.faults_of_plan(reading(), plan).items()}
    if plan is None or form.errors:
        return _page(form, 422)
    actor = current_actor()
    with transaction() as session:
        trio_id = services.found_trio(session, actor, plan, now=now).id
        offer = Offer(Role.TRIO_ADMIN, trio_id=trio_id, organisation_id=plan.coordinator_id)
        invite(session, actor, offer, form.data["administrator"], language="de", now=now)
    flash(str(_("The Trio is made, and its first administrator is invited.")), "good")
    return redirect(url_for(".manage", slug=plan.slug))


def _page(form: Form, status: int = 200) -> ResponseReturnValue:
    """First the search for the coordinator; as soon as one is chosen, the plan."""
    words = " ".join(request.args.get("q", "").split())[:200]
    chosen = request.values.get("coordinator_id", 0, type=int)
    known = queries.list_organisations(reading(), [chosen]) if 0 < chosen <= LARGEST else {}
    coordinator = known.get(chosen)
    page = render_template(
        "trios/new.html",
        form=form,
        words=words,
        found=queries.list_register(reading(), words=words, size=10) if words and coordinator is None else None,
        coordinator=coordinator,
        kinds=kinds_for(coordinator) if coordinator is not None else [],
        labels=LABELS,
        names=rules,
    )
    return page, status
