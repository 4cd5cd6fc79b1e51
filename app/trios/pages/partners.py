"""A partner of a Trio: what it does, who coordinates, and leaving."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.kit import clock
from app.kit.text import Text, _
from app.kit.verdicts import Verdict
from app.trios import queries, rules, services
from app.trios.models import Organisation
from app.trios.pages import bp
from app.trios.pages.managing import managed, may_coordinate
from app.trios.schemas import EndIn, PartIn
from app.trios.services import Part
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import confirmed, current_actor

LABELS: dict[str, Text] = {
    "kind": _("Takes part as"),
    "sub_project": _("Sub-project"),
    "grant_number": _("Grant number (FKZ)"),
    "starts_on": _("First day"),
    "ends_on": _("Last day"),
    "when": _("When does the partnership end?"),
    "last": _("Last day"),
}


@bp.get("/trios/<slug>/manage/partners/<int:partnership_id>")
def partner(slug: str, partnership_id: int) -> ResponseReturnValue:
    """What the partner does, to be corrected, and the way out."""
    return _page(slug, partnership_id, Form(), Form())


@bp.post("/trios/<slug>/manage/partners/<int:partnership_id>")
def change_partner(slug: str, partnership_id: int) -> ResponseReturnValue:
    """Keep the corrections, or show again what was entered and what is wrong with it."""
    trio, form = managed(slug), Form.read(PartIn())
    if not form.errors:
        partnership = queries.get_partnership(reading(), trio.id, partnership_id)
        part = Part(**form.data | {"ends_on": partnership.ends_on})
        form.errors = fault(services.why_not_change(reading(), partnership, part, now=clock.now()))
    if form.errors:
        return _page(slug, partnership_id, form, Form(), 422)
    with transaction() as session:
        services.change_partner(session, current_actor(), trio.id, partnership_id, Part(**form.data), now=clock.now())
    flash(str(_("The partnership is changed.")), "good")
    return redirect(url_for(".manage", slug=slug))


@bp.post("/trios/<slug>/manage/partners/<int:partnership_id>/end")
@confirmed
def end_partner(slug: str, partnership_id: int) -> ResponseReturnValue:
    """Let the partner leave: at once or with a last day."""
    trio, form, now = managed(slug), Form.read(EndIn()), clock.now()
    wanted = form.data["last"] if form.data.get("when") == "on_day" else None
    if not form.errors:
        partnership = queries.get_partnership(reading(), trio.id, partnership_id)
        last = services.last_day(partnership, wanted, now=now)
        if partnership.ends_on != last:
            form.errors = fault(services.why_not_end(reading(), partnership, last, now=now), "when")
    if form.errors:
        return _page(slug, partnership_id, Form(), form, 422)
    with transaction() as session:
        last = services.end_partnership(session, current_actor(), trio.id, partnership_id, last=wanted, now=now)
    over = last <= clock.local_date(now)
    flash(str(_("The partnership is over. Its people have no access any more.") if over else _(
        "The last day is fixed. Until then everything goes on as it is."
    )), "good")  # fmt: skip
    return redirect(url_for(".manage", slug=slug))


@bp.post("/trios/<slug>/manage/partners/<int:partnership_id>/keep")
def keep_partner(slug: str, partnership_id: int) -> ResponseReturnValue:
    """Let the partner stay after all."""
    trio = managed(slug)
    with transaction() as session:
        services.keep_partner(session, current_actor(), trio.id, partnership_id, now=clock.now())
    flash(str(_("The partner stays. The roles that were to end go on.")), "good")
    return redirect(url_for(".partner", slug=slug, partnership_id=partnership_id))


@bp.post("/trios/<slug>/manage/partners/<int:partnership_id>/coordinate")
def coordinate(slug: str, partnership_id: int) -> ResponseReturnValue:
    """Let this partner coordinate the Trio."""
    trio = managed(slug)
    with transaction() as session:
        services.move_coordination(session, current_actor(), trio.id, partnership_id, now=clock.now())
    flash(str(_("Another partner coordinates the Trio now.")), "good")
    return redirect(url_for(".manage", slug=slug))


def kinds_for(organisation: Organisation) -> list[tuple[str, Text]]:
    """As what the organisation may take part, its own kind first."""
    kinds = sorted(rules.PARTS[organisation.kind], key=lambda kind: (kind is not organisation.kind, kind))
    return [(kind.value, rules.KIND_NAMES[kind]) for kind in kinds]


def fault(verdict: Verdict, field: str = "kind") -> dict[str, list[str]]:
    """What a rule says no with, at a field of the form."""
    return {} if verdict else {field: [str(verdict.reason)]}


def _page(slug: str, partnership_id: int, form: Form, end_form: Form, status: int = 200) -> ResponseReturnValue:
    session, now = reading(), clock.now()
    trio, today = managed(slug), clock.local_date(now)
    partnership = queries.get_partnership(session, trio.id, partnership_id)
    page = render_template(
        "trios/partner.html",
        trio=trio,
        partnership=partnership,
        organisation=partnership.organisation,
        roles=len(queries.list_roles_of_partner(session, trio.id, partnership.organisation_id, on=today)),
        may_end=services.why_not_end(session, partnership, services.last_day(partnership, None, now=now), now=now),
        may_keep=rules.may_keep(partnership.period, on=today),
        may_coordinate=may_coordinate(partnership, today),
        may_change_organisation=rules.may_change_organisation(
            current_actor(), queries.list_trio_ids_of(session, partnership.organisation_id, on=today)
        ),
        kinds=kinds_for(partnership.organisation),
        form=form,
        end_form=end_form,
        labels=LABELS,
        names=rules,
        today=today,
    )
    return page, status
