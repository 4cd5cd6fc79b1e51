"""The register of a Trio: the list, and putting companies into it."""

from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.companies import queries, services
from app.companies.pages import bp, words
from app.companies.pages.frame import Frame, get_frame
from app.companies.queries import Filters
from app.companies.rules import Hint, SizeClass, find_region
from app.companies.schemas import CompanyIn
from app.companies.services import CompanyFacts
from app.kit import clock
from app.kit.text import _
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import current_actor


@bp.get("/companies")
def index() -> ResponseReturnValue:
    """The companies of a Trio, searched, narrowed and sorted."""
    frame, filters = get_frame(), filters_asked()
    number = request.args.get("page", 1, type=int)
    page = queries.list_register(reading(), current_actor(), frame.trio_id, filters, page=number)
    return render_template(
        "companies/index.html",
        frame=frame,
        filters=filters,
        asked=asked(),
        page=page,
        words=words,
    )


@bp.get("/companies/new")
def new() -> ResponseReturnValue:
    """The empty form of a company; a name that was searched for stands in it."""
    return _form(get_frame(), Form(raw={"name": request.args.get("q", "")[:200]}))


@bp.post("/companies/new")
def create() -> ResponseReturnValue:
    """Put a company into the register; one that looks like others is asked about first."""
    frame, form = get_frame(), Form.read(CompanyIn())
    if form.errors:
        return _form(frame, form, status=422)
    facts = facts_of(form)
    hints = [] if form.data["sure"] else queries.list_alike(reading(), facts.name, facts.city)
    if hints:
        return _form(frame, form, hints, status=409)
    with transaction() as session:
        company_id = services.add_company(session, current_actor(), frame.trio_id, facts, now=clock.now())
    flash(str(_("The company stands in your register.")), "good")
    return redirect(frame.link(".show", company_id=company_id))


@bp.post("/companies/<int:company_id>/entry")
def take(company_id: int) -> ResponseReturnValue:
    """Put a company that another Trio, or an enrolment, brought along into the register; or say that it is right."""
    frame = get_frame()
    with transaction() as session:
        company_id = services.take_company(session, current_actor(), frame.trio_id, company_id, now=clock.now())
    flash(str(_("The company stands in your register.")), "good")
    return redirect(frame.link(".show", company_id=company_id))


def filters_asked() -> Filters:
    """What the address narrows the list to. What makes no sense narrows nothing."""
    given = asked()
    size = given.get("size", "")
    return Filters(
        words=given.get("q", "")[:200],
        size=SizeClass(size) if size in set(SizeClass) else None,
        activity=given.get("activity", "").split(" – ")[0].strip()[:7],
        region=_region(given.get("region", "")),
        unchecked=given.get("state") == "unchecked",
        sort=given.get("sort", "name").removeprefix("-"),
        descending=given.get("sort", "").startswith("-"),
    )


def asked() -> dict[str, str]:
    """The filters as they stand in the address, for links that keep them."""
    names = ("q", "size", "activity", "region", "state", "sort")
    given = {name: request.args.get(name, "").replace("\x00", "") for name in names}
    return {name: value for name, value in given.items() if value}


def facts_of(form: Form) -> CompanyFacts:
    """The facts that a valid form holds."""
    names = ("name", "city", "nuts3", "nace", "wz_version", "website")
    return CompanyFacts(**{name: form.data[name] for name in names})


def _region(typed: str) -> str:
    """A code, its beginning, or a name."""
    return find_region(typed) or typed.split(" – ", maxsplit=1)[0].strip().upper()[:5]


def _form(frame: Frame, form: Form, hints: list[Hint] | None = None, *, status: int = 200) -> ResponseReturnValue:
    ids = [hint.company.company_id for hint in hints or ()]
    shown: dict[str, Any] = {"hints": hints, "strangers": queries.list_unregistered(reading(), frame.trio_id, ids)}
    page = render_template("companies/new.html", frame=frame, form=form, words=words, labels=words.LABELS, **shown)
    return page, status
