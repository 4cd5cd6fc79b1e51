"""Adding a partner: find the organisation, or register it, then say what it does."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kit import clock
from app.kit.text import _
from app.trios import queries, rules, services
from app.trios.models import Organisation
from app.trios.pages import bp
from app.trios.pages.managing import managed
from app.trios.pages.organisations import KINDS, read_details
from app.trios.pages.organisations import LABELS as DETAIL_LABELS
from app.trios.pages.partners import LABELS, fault, kinds_for
from app.trios.schemas import PartIn
from app.trios.services import Details, Part
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import current_actor

MOST_FOUND = 10


@bp.get("/trios/<slug>/manage/partners/new")
def new_partner(slug: str) -> ResponseReturnValue:
    """Search the register; nothing found leads on to a new entry."""
    trio, words = managed(slug), " ".join(request.args.get("q", "").split())[:200]
    found = queries.list_register(reading(), words=words, size=MOST_FOUND) if words else None
    return render_template("trios/partner_find.html", trio=trio, words=words, found=found, names=rules)


@bp.get("/trios/<slug>/manage/partners/new-organisation")
def new_partner_organisation(slug: str) -> ResponseReturnValue:
    """An empty entry of the register, with the name that was searched for."""
    form = Form(raw={"name": request.args["q"]}) if request.args.get("q") else Form()
    return render_template(
        "trios/partner_organisation.html", trio=managed(slug), form=form, alike=[], kinds=KINDS,
        labels=DETAIL_LABELS, names=rules,
    )  # fmt: skip


@bp.post("/trios/<slug>/manage/partners/new-organisation")
def add_partner_organisation(slug: str) -> ResponseReturnValue:
    """Register the organisation and go on to its part; one that is there already is offered first."""
    trio, (form, alike) = managed(slug), read_details()
    if form.errors or alike:
        page = render_template(
            "trios/partner_organisation.html", trio=trio, form=form, alike=alike, kinds=KINDS,
            labels=DETAIL_LABELS, names=rules,
        )  # fmt: skip
        return page, 422
    details = Details(**form.data["details"])
    with transaction() as session:
        organisation_id = services.add_organisation(session, current_actor(), details, now=clock.now()).id
    return redirect(url_for(".new_part", slug=slug, organisation_id=organisation_id))


@bp.get("/trios/<slug>/manage/partners/new/<int:organisation_id>")
def new_part(slug: str, organisation_id: int) -> ResponseReturnValue:
    """What the organisation is to do in the Trio."""
    return _part_page(slug, queries.get_organisation(reading(), organisation_id), Form())


@bp.post("/trios/<slug>/manage/partners/new/<int:organisation_id>")
def add_partner(slug: str, organisation_id: int) -> ResponseReturnValue:
    """Let it take part, or show again what was entered and what is wrong with it."""
    trio, form, session = managed(slug), Form.read(PartIn()), reading()
    organisation = queries.get_organisation(session, organisation_id)
    part = None if form.errors else Part(**form.data)
    if part is not None and not services.is_there(session, trio.id, organisation_id, part):
        form.errors = fault(services.why_not_add(session, trio.id, organisation, part))
    if part is None or form.errors:
        return _part_page(slug, organisation, form, 422)
    with transaction() as session:
        services.add_partner(session, current_actor(), trio.id, organisation_id, part, now=clock.now())
    flash(str(_("The partner takes part. Invite its people next.")), "good")
    return redirect(url_for(".manage", slug=slug))


def _part_page(slug: str, organisation: Organisation, form: Form, status: int = 200) -> ResponseReturnValue:
    trio = managed(slug)
    page = render_template(
        "trios/partner_new.html",
        trio=trio,
        organisation=organisation,
        kinds=kinds_for(organisation),
        form=form,
        labels=LABELS,
        names=rules,
        today=clock.local_date(clock.now()),
    )
    return page, status
