"""The register of organisations."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kit import clock
from app.kit.text import Text, _
from app.kit.verdicts import ensure
from app.trios import queries, rules, services
from app.trios.pages import bp
from app.trios.queries import Alike
from app.trios.schemas import OrganisationIn, RegisterArguments
from app.trios.services import Details
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import current_actor

LABELS: dict[str, Text] = {
    "kind": _("Kind"),
    "name": _("Name"),
    "city": _("City"),
    "nuts3": _("District (NUTS 3)"),
    "website": _("Website"),
    "ror": _("ROR"),
    "register_number": _("Register number"),
    "phone": _("Phone"),
    "email": _("E-mail"),
}
KINDS = [(kind.value, name) for kind, name in rules.KIND_NAMES.items()]


@bp.get("/organisations")
def organisations() -> ResponseReturnValue:
    """The register, to search and turn over."""
    ensure(rules.may_found(current_actor()))
    asked = RegisterArguments()
    known = asked.load({name: value for name, value in request.args.items() if not asked.validate({name: value})},
                       unknown="exclude")  # fmt: skip
    page = queries.list_register(reading(), words=known["q"], kind=known["kind"], page=known["page"])
    return render_template(
        "trios/organisations.html", page=page, words=known["q"], kind=known["kind"], kinds=KINDS, names=rules
    )


@bp.get("/organisations/new")
def new_organisation() -> ResponseReturnValue:
    """An empty entry."""
    ensure(rules.may_found(current_actor()))
    return _new(Form(), [])


@bp.post("/organisations/new")
def add_organisation() -> ResponseReturnValue:
    """Keep the entry, or show what is wrong with it, or what it may be a second one of."""
    ensure(rules.may_found(current_actor()))
    form, alike = read_details()
    if form.errors or alike:
        return _new(form, alike), 422
    with transaction() as session:
        services.add_organisation(session, current_actor(), Details(**form.data["details"]), now=clock.now())
    flash(str(_("The organisation is in the register.")), "good")
    return redirect(url_for(".organisations"))


@bp.get("/organisations/<int:organisation_id>")
def organisation(organisation_id: int) -> ResponseReturnValue:
    """What the register says about an organisation, to be corrected, and where it takes part."""
    return _entry(organisation_id, Form(), [])


@bp.post("/organisations/<int:organisation_id>")
def change_organisation(organisation_id: int) -> ResponseReturnValue:
    """Keep the corrections, or show what is wrong with them."""
    _ensure_may_change(organisation_id)
    form, alike = read_details(but=organisation_id)
    if form.errors or alike:
        return _entry(organisation_id, form, alike), 422
    details = Details(**form.data["details"])
    with transaction() as session:
        services.change_organisation(session, current_actor(), organisation_id, details, now=clock.now())
    flash(str(_("The entry is changed.")), "good")
    return redirect(url_for(".organisation", organisation_id=organisation_id))


def read_details(*, but: int | None = None) -> tuple[Form, list[Alike]]:
    """The entry as it was typed with its faults, and similar ones until somebody says that it is none of them."""
    form = Form.read(OrganisationIn())
    if form.errors:
        return form, []
    details = Details(**form.data["details"])
    faults = services.faults_of_details(reading(), details, but=but)
    form.errors = {name: [str(said)] for name, said in faults.items()}
    if form.data["anyway"] or ("name" not in faults and _is_unchanged(details, but)):
        return form, []
    return form, list(queries.list_alike(reading(), name=details.name, city=details.city, but=but))


def _is_unchanged(details: Details, organisation_id: int | None) -> bool:
    """Whether the entry goes by the same name as before: then nobody needs to ask again what it is like."""
    if organisation_id is None:
        return False
    known = queries.get_organisation(reading(), organisation_id)
    return (known.name, known.city) == (details.name, details.city)


def _ensure_may_change(organisation_id: int) -> None:
    session, today = reading(), clock.local_date(clock.now())
    queries.get_organisation(session, organisation_id)
    trio_ids = queries.list_trio_ids_of(session, organisation_id, on=today)
    ensure(rules.may_change_organisation(current_actor(), trio_ids))


def _new(form: Form, alike: list[Alike]) -> str:
    return render_template(
        "trios/organisation_new.html", form=form, alike=alike, kinds=KINDS, labels=LABELS, names=rules
    )


def _entry(organisation_id: int, form: Form, alike: list[Alike]) -> str:
    _ensure_may_change(organisation_id)
    session = reading()
    known = queries.get_organisation(session, organisation_id)
    values: dict[str, Any] = {name: getattr(known, name) for name in Details.__dataclass_fields__}
    return render_template(
        "trios/organisation.html",
        organisation=known,
        values=values,
        parts=queries.list_parts(session, organisation_id),
        form=form,
        alike=alike,
        kinds=KINDS,
        labels=LABELS,
        names=rules,
        is_ours=rules.may_found(current_actor()),
        today=clock.local_date(clock.now()),
    )
