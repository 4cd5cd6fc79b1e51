"""A Trio as everybody sees it."""

from collections.abc import Iterable

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.kit import clock
from app.kit.errors import NotFound
from app.kit.localised import best_language, html_language
from app.kit.text import _
from app.trios import queries, rules
from app.trios.models import Partnership
from app.trios.pages import bp
from app.trios.pages.prose import parts_of
from app.trios.rules import LegalPage, OrganisationKind
from app.web import language
from app.web.db import reading
from app.web.identity import current_actor, public

ICONS: dict[OrganisationKind, str] = {
    OrganisationKind.SCIENCE: "microscope",
    OrganisationKind.PROVIDER: "graduation-cap",
    OrganisationKind.CLUSTER: "network",
    OrganisationKind.COMPANY: "factory",
    OrganisationKind.CHAMBER: "landmark",
    OrganisationKind.AGENCY: "briefcase",
    OrganisationKind.FUNDER: "hand-coins",
}


@bp.get("/trios")
@public
def index() -> ResponseReturnValue:
    """All Trios, those that are over last."""
    session, today = reading(), clock.local_date(clock.now())
    page = queries.list_trio_page(session, on=today, page=request.args.get("page", 1, type=int))
    return render_template("trios/index.html", page=page, today=today, may_found=rules.may_found(current_actor()))


@bp.get("/trios/<slug>")
@public
def show(slug: str) -> ResponseReturnValue:
    """What a Trio does, who takes part in it as what, whom to ask."""
    session, today = reading(), clock.local_date(clock.now())
    trio = queries.get_trio_by_slug(session, slug)
    partners = [one for one in queries.list_partners(session, trio.id) if one.period.holds(today)]
    return render_template(
        "trios/show.html",
        trio=trio,
        brand=queries.get_brand(session, trio.id),
        description=_spoken(trio.description),
        groups=by_kind(partners),
        coordinator=next((one for one in partners if one.is_coordinator), None),
        legal=queries.list_legal_pages(session, trio.id),
        names=rules,
        icons=ICONS,
        today=today,
        may_manage=rules.may_manage(current_actor(), trio.id),
    )


@bp.get("/trios/<slug>/legal/<page>")
@public
def legal(slug: str, page: str) -> ResponseReturnValue:
    """A legal page of the Trio."""
    session = reading()
    trio = queries.get_trio_by_slug(session, slug)
    found = queries.find_legal_page(session, trio.id, LegalPage(page)) if page in list(LegalPage) else None
    if found is None:
        raise NotFound(_("There is no such page."))
    return render_template(
        "trios/legal.html",
        trio=trio,
        brand=queries.get_brand(session, trio.id),
        title=rules.LEGAL_NAMES[found.page],
        text=_spoken(found.text),
        changed_on=found.changed_on,
    )


def by_kind(partners: Iterable[Partnership]) -> list[tuple[OrganisationKind, list[Partnership]]]:
    """The partners in groups of what they take part as, in the order of the kinds; empty groups are left out."""
    listed = list(partners)
    groups = [(kind, [one for one in listed if one.kind is kind]) for kind in OrganisationKind]
    return [(kind, found) for kind, found in groups if found]


def _spoken(text: dict[str, str]) -> dict[str, object]:
    """A long text in the reader's language: its parts, and its language where it had to be another one."""
    best = best_language(text, language.current())
    other = html_language(best) if best is not None and html_language(best) != language.current() else None
    return {"parts": parts_of(text[best]) if best is not None else [], "lang": other}
