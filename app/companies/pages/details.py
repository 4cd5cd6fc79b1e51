"""Sites, contacts and state aid of a company: adding, correcting, taking out; inviting a contact."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from app.accounts.services.invitations import invite_contact
from app.companies import queries, services
from app.companies.pages import bp, words
from app.companies.pages.frame import Frame, get_frame
from app.companies.schemas import AidIn, ContactIn, SiteIn
from app.companies.services import Detail
from app.kit import clock
from app.kit.errors import Conflict
from app.kit.text import Text, _
from app.web import language
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import confirmed, current_actor

KIND = "<any(sites, contacts, aids):kind>"


@dataclass(frozen=True, slots=True)
class Sheet:
    """How a kind of detail is entered, and what its pages are called."""

    schema: type[Schema]
    add: Text
    change: Text


SHEETS: dict[Detail, Sheet] = {
    Detail.SITES: Sheet(SiteIn, _("Add a site"), _("Change the site")),
    Detail.CONTACTS: Sheet(ContactIn, _("Add a contact"), _("Change the contact")),
    Detail.AIDS: Sheet(AidIn, _("Add state aid"), _("Change the state aid")),
}


@bp.get(f"/companies/<int:company_id>/{KIND}/new")
def new_detail(company_id: int, kind: str) -> ResponseReturnValue:
    """The empty form of a site, a contact or state aid."""
    return _form(get_frame(), company_id, Detail(kind), Form())


@bp.post(f"/companies/<int:company_id>/{KIND}/new")
def add_detail(company_id: int, kind: str) -> ResponseReturnValue:
    """Note it, or show again what was typed."""
    frame, detail = get_frame(), Detail(kind)
    form = Form.read(SHEETS[detail].schema())
    if form.errors:
        return _form(frame, company_id, detail, form, status=422)
    with transaction() as session:
        services.add_detail(session, current_actor(), frame.trio_id, company_id, detail, form.data, now=clock.now())
    return _saved(frame, company_id, detail)


@bp.get(f"/companies/<int:company_id>/{KIND}/<int:detail_id>")
def edit_detail(company_id: int, kind: str, detail_id: int) -> ResponseReturnValue:
    """A site, a contact or state aid, to correct it."""
    frame, detail = get_frame(), Detail(kind)
    row = services.get_detail(reading(), current_actor(), frame.trio_id, company_id, detail, detail_id)
    raw = {name: _typed(getattr(row, name)) for name in SHEETS[detail].schema().fields}
    return _form(frame, company_id, detail, Form(raw=raw), detail_id)


@bp.post(f"/companies/<int:company_id>/{KIND}/<int:detail_id>")
def change_detail(company_id: int, kind: str, detail_id: int) -> ResponseReturnValue:
    """Correct it, or show again what was typed."""
    frame, detail, actor = get_frame(), Detail(kind), current_actor()
    form = Form.read(SHEETS[detail].schema())
    if form.errors:
        return _form(frame, company_id, detail, form, detail_id, status=422)
    with transaction() as session:
        services.change_detail(
            session, actor, frame.trio_id, company_id, detail, detail_id, form.data, now=clock.now()
        )  # fmt: skip
    return _saved(frame, company_id, detail)


@bp.post(f"/companies/<int:company_id>/{KIND}/<int:detail_id>/removal")
def remove_detail(company_id: int, kind: str, detail_id: int) -> ResponseReturnValue:
    """Take it out."""
    frame, detail = get_frame(), Detail(kind)
    with transaction() as session:
        services.remove_detail(session, current_actor(), frame.trio_id, company_id, detail, detail_id, now=clock.now())
    flash(str(_("The entry is gone.")), "good")
    return redirect(frame.link(".show", company_id=company_id, _anchor=kind))


@bp.post("/companies/<int:company_id>/contacts/<int:detail_id>/invitation")
@confirmed
def invite(company_id: int, detail_id: int) -> ResponseReturnValue:
    """Invite a contact to see which of the company's people take part, as far as they agree."""
    frame, actor = get_frame(), current_actor()
    with transaction() as session:
        contact: Any = services.get_detail(session, actor, frame.trio_id, company_id, Detail.CONTACTS, detail_id)
        if not contact.email:
            raise Conflict(_("Enter an e-mail address of the contact first."))
        invite_contact(
            session, actor, contact.company_id, contact.email, language=language.current(), now=clock.now()
        )  # fmt: skip
    flash(str(_("The invitation is on its way. It is good for 14 days.")), "good")
    return redirect(frame.link(".show", company_id=company_id, _anchor="contacts"))


def _form(
    frame: Frame, company_id: int, detail: Detail, form: Form, detail_id: int | None = None, *, status: int = 200
) -> ResponseReturnValue:
    found = queries.get_entry(reading(), current_actor(), frame.trio_id, company_id)
    sheet = SHEETS[detail]
    page = render_template(
        "companies/detail.html",
        frame=frame,
        company=found.company,
        kind=detail.value,
        detail_id=detail_id,
        form=form,
        title=sheet.add if detail_id is None else sheet.change,
        labels=words.LABELS,
        words=words,
    )
    return page, status


def _saved(frame: Frame, company_id: int, detail: Detail) -> ResponseReturnValue:
    flash(str(_("Saved.")), "good")
    return redirect(frame.link(".show", company_id=company_id, _anchor=detail.value))


def _typed(value: Any) -> str:
    """A value as a form shows it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return words.plain(value) if hasattr(value, "as_tuple") else str(value)
