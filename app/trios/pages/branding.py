"""How a Trio shows itself, for its administrators."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kit import clock
from app.kit.errors import Invalid, NotFound
from app.kit.text import Text, _
from app.trios import queries, rules, services
from app.trios.pages import bp
from app.trios.pages.founding import LABELS as TEXT_LABELS
from app.trios.pages.managing import managed
from app.trios.rules import LegalPage
from app.trios.rules import branding as limits
from app.trios.schemas import LegalIn, LogoIn, PresentationIn
from app.trios.services import Presentation
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import current_actor

LABELS: dict[str, Text] = {
    **TEXT_LABELS,
    "accent": _("Colour of the Trio"),
    "sender_name": _("Sender of mails"),
    "reply_to": _("Where answers go"),
    "logo": _("Picture file"),
    "alt_de": _("What the logo shows, in German"),
    "alt_en": _("What the logo shows, in English"),
    "text_de": _("Text in German"),
    "text_en": _("Text in English"),
}


@bp.get("/trios/<slug>/manage/branding")
def branding(slug: str) -> ResponseReturnValue:
    """Texts, colour, sender, logo and legal pages."""
    return _page(slug, Form(), Form())


@bp.post("/trios/<slug>/manage/branding")
def present(slug: str) -> ResponseReturnValue:
    """Keep texts, colour and sender."""
    trio, form = managed(slug), Form.read(PresentationIn())
    if form.errors:
        return _page(slug, form, Form(), 422)
    with transaction() as session:
        services.present(session, current_actor(), trio.id, Presentation(**form.data), now=clock.now())
    flash(str(_("This is how the Trio shows itself now.")), "good")
    return redirect(url_for(".branding", slug=slug))


@bp.post("/trios/<slug>/manage/branding/logo")
def set_logo(slug: str) -> ResponseReturnValue:
    """Show the uploaded picture as the logo."""
    trio, form = managed(slug), Form.read(LogoIn())
    upload = request.files.get("logo")
    uploaded = upload.stream.read(limits.MOST_LOGO_BYTES + 1) if upload is not None else b""
    if not uploaded:
        form.errors["logo"] = [str(_("Choose a picture."))]
    try:
        if not form.errors:
            with transaction() as session:
                services.set_logo(session, current_actor(), trio.id, uploaded, alt=form.data["alt"], now=clock.now())
    except Invalid as refusal:
        form.errors["logo"] = [str(refusal)]
    if form.errors:
        return _page(slug, Form(), form, 422)
    flash(str(_("The logo is changed.")), "good")
    return redirect(url_for(".branding", slug=slug, _anchor="logo"))


@bp.post("/trios/<slug>/manage/branding/logo/remove")
def remove_logo(slug: str) -> ResponseReturnValue:
    """Show no logo any more."""
    trio = managed(slug)
    with transaction() as session:
        services.remove_logo(session, current_actor(), trio.id, now=clock.now())
    flash(str(_("The logo is removed.")), "good")
    return redirect(url_for(".branding", slug=slug, _anchor="logo"))


@bp.get("/trios/<slug>/manage/legal/<page>")
def legal_page(slug: str, page: str) -> ResponseReturnValue:
    """A legal page to be written."""
    return _legal(slug, _known(page), Form())


@bp.post("/trios/<slug>/manage/legal/<page>")
def write_legal_page(slug: str, page: str) -> ResponseReturnValue:
    """Keep the legal page; without any text it is removed."""
    trio, which, form = managed(slug), _known(page), Form.read(LegalIn())
    if form.errors:
        return _legal(slug, which, form, 422)
    with transaction() as session:
        services.write_legal_page(session, current_actor(), trio.id, which, form.data["text"], now=clock.now())
    flash(str(_("The page is published.") if form.data["text"] else _("The page is removed.")), "good")
    return redirect(url_for(".branding", slug=slug, _anchor="legal"))


def _known(page: str) -> LegalPage:
    if page not in list(LegalPage):
        raise NotFound(_("There is no such page."))
    return LegalPage(page)


def _page(slug: str, form: Form, logo_form: Form, status: int = 200) -> ResponseReturnValue:
    session, trio = reading(), managed(slug)
    page = render_template(
        "trios/branding.html",
        trio=trio,
        brand=queries.get_brand(session, trio.id),
        colours=rules.colours_of(trio.accent) if trio.accent else None,
        legal=queries.list_legal_pages(session, trio.id),
        legal_pages=list(LegalPage),
        form=form,
        logo_form=logo_form,
        labels=LABELS,
        names=rules,
    )
    return page, status


def _legal(slug: str, page: LegalPage, form: Form, status: int = 200) -> ResponseReturnValue:
    trio = managed(slug)
    known = queries.find_legal_page(reading(), trio.id, page)
    return render_template(
        "trios/legal_edit.html", trio=trio, page=page, title=rules.LEGAL_NAMES[page],
        text=known.text if known is not None else {}, form=form, labels=LABELS,
    ), status  # fmt: skip
