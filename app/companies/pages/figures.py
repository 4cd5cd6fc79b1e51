"""The figures of a company for one year: entering, correcting, taking out."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from app.companies import queries, services
from app.companies.models import CompanyFiguresOfYear
from app.companies.pages import bp, words
from app.companies.pages.frame import Frame, get_frame
from app.companies.rules import THRESHOLDS
from app.companies.schemas import RELATED_ROWS, FiguresIn
from app.companies.services import Statement
from app.kit import clock
from app.kit.clock import BERLIN
from app.kit.errors import NotFound
from app.kit.text import Text, _
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import current_actor

LABELS: dict[str, Text] = dict(words.LABELS)
for _row in RELATED_ROWS:
    LABELS |= {
        f"{name}_{_row}": _("Company %(number)s: %(field)s", number=_row, field=words.LABELS[name])
        for name in ("name", "share", "headcount", "turnover", "balance")
    }


@bp.get("/companies/<int:company_id>/figures/new")
def new_figures(company_id: int) -> ResponseReturnValue:
    """The empty form, for the last whole year."""
    today = clock.now().astimezone(BERLIN).date()
    return _form(get_frame(), company_id, Form(raw={"year": str(today.year - 1), "stated_on": today.isoformat()}))


@bp.get("/companies/<int:company_id>/figures/<int:year>")
def edit_figures(company_id: int, year: int) -> ResponseReturnValue:
    """The figures of a year, to correct them."""
    frame, session = get_frame(), reading()
    company = queries.get_entry(session, current_actor(), frame.trio_id, company_id).company
    row = queries.find_figures(session, frame.trio_id, company.id, year)
    if row is None:
        raise NotFound(_("There are no figures of this year."))
    return _form(frame, company_id, Form(raw=_typed(row)), year=year)


@bp.post("/companies/<int:company_id>/figures")
def record_figures(company_id: int) -> ResponseReturnValue:
    """Keep the figures of a year, or show again what was typed."""
    frame, form = get_frame(), Form.read(FiguresIn())
    if form.errors:
        return _form(frame, company_id, form, status=422)
    with transaction() as session:
        size = services.record_year(
            session, current_actor(), frame.trio_id, company_id, Statement(**form.data), now=clock.now()
        )
    flash(str(_("Saved. Size class: %(size)s.", size=words.size(size))), "good")
    return redirect(frame.link(".show", company_id=company_id, _anchor="size"))


@bp.post("/companies/<int:company_id>/figures/<int:year>/removal")
def remove_figures(company_id: int, year: int) -> ResponseReturnValue:
    """Take the figures of a year out."""
    frame = get_frame()
    with transaction() as session:
        services.remove_year(session, current_actor(), frame.trio_id, company_id, year, now=clock.now())
    flash(str(_("The figures of %(year)s are gone.", year=year)), "good")
    return redirect(frame.link(".show", company_id=company_id, _anchor="size"))


def _form(
    frame: Frame, company_id: int, form: Form, *, year: int | None = None, status: int = 200
) -> ResponseReturnValue:
    found = queries.get_entry(reading(), current_actor(), frame.trio_id, company_id)
    page = render_template(
        "companies/figures.html",
        frame=frame,
        company=found.company,
        form=form,
        year=year,
        rows=RELATED_ROWS,
        rows_open=max([1, *(row for row in RELATED_ROWS if _is_typed(form, row))]),
        labels=LABELS,
        words=words,
        thresholds=THRESHOLDS[-1],
    )
    return page, status


def _is_typed(form: Form, row: int) -> bool:
    return any(f"{name}_{row}" in form.raw for name in ("name", "share", "headcount", "turnover", "balance"))


def _typed(row: CompanyFiguresOfYear) -> dict[str, Any]:
    """The figures as a form shows them."""
    raw: dict[str, Any] = {
        "year": str(row.year), "headcount": words.plain(row.headcount), "turnover": words.plain(row.turnover),
        "balance": words.plain(row.balance), "relation": row.relation.value, "basis": row.basis.value,
        "public_share": words.plain(row.public_share), "stated_on": _iso(row.stated_on), "evidence": row.evidence,
    }  # fmt: skip
    raw |= {name: "true" for name in ("is_exempt", "is_new_owner") if getattr(row, name)}
    for number, one in zip(RELATED_ROWS, row.facts.related, strict=False):
        told = one.figures
        raw |= {
            f"name_{number}": one.name, f"share_{number}": words.plain(one.share),
            f"headcount_{number}": words.plain(told.headcount), f"turnover_{number}": words.plain(told.turnover),
            f"balance_{number}": words.plain(told.balance),
        }  # fmt: skip
    return raw


def _iso(day: date) -> str:
    return day.isoformat()
