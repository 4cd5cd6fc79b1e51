"""Verifying certificates: by the address on the paper, or by typing its code."""

import segno
from babel.dates import format_interval
from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.credentials import queries, rules, services
from app.credentials.queries import Found
from app.credentials.schemas import CodeIn, RevocationIn
from app.evaluation import queries as evaluation
from app.kit import clock
from app.kit.text import _
from app.trios import queries as trios
from app.web import language
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import current_actor, public

bp = Blueprint("credentials", __name__)


@bp.get("/certificates")
@public
def verify() -> ResponseReturnValue:
    """A form for the code on a certificate."""
    return render_template("credentials/verify.html", form=Form())


@bp.post("/certificates")
@public
def find() -> ResponseReturnValue:
    """Go to the certificate with the typed code; what cannot be a code comes back with a reason."""
    form = Form.read(CodeIn())
    if form.errors:
        return render_template("credentials/verify.html", form=form), 422
    code = rules.read_code(form.data["code"]) or ""
    return redirect(url_for(".show", code=rules.grouped(code)))


@bp.get("/certificates/<code>")
@public
def show(code: str) -> ResponseReturnValue:
    """The verdict on a certificate, and the paper."""
    return _page(code, Form())


@bp.post("/certificates/<code>/revocation")
def revoke(code: str) -> ResponseReturnValue:
    """Withdraw a certificate; only for administrators of its Trio."""
    form = Form.read(RevocationIn())
    if form.errors:
        return _page(code, form, 422)
    with transaction() as session:
        services.revoke(session, current_actor(), code, form.data["reason"], now=clock.now())
    flash(str(_("The certificate is withdrawn.")), "good")
    return redirect(url_for(".show", code=code))


def _page(code: str, form: Form, status: int = 200) -> ResponseReturnValue:
    found = queries.find_by_code(reading(), code)
    if found is None:
        page, status = render_template("credentials/unknown.html", form=Form(raw={"code": code})), 404
    else:
        page = _certificate(found, form)
    return page, status, {"X-Robots-Tag": "noindex"}


def _certificate(found: Found, form: Form) -> str:
    """The page of a certificate; its owner and the administrators of its Trio find a little more on it."""
    session, actor, now = reading(), current_actor(), clock.now()
    certificate = found.certificate
    mine = actor.user_id == certificate.user_id
    address = _address(certificate.shown_code)
    return render_template(
        "credentials/show.html",
        certificate=certificate,
        says=certificate.says,
        brand=trios.get_brand(session, found.trio_id),
        names=rules.PAPER_NAMES,
        level=rules.level_in_words(certificate.says["dqr"]),
        days=format_interval(certificate.starts_on, certificate.ends_on, "yMMMMd", locale=language.current()),
        address=address,
        qr=_qr(address),
        now=now,
        mine=mine,
        run_id=found.run_id,
        asks=mine and found.run_id in evaluation.list_open(session, certificate.user_id, now=now),
        may_revoke=rules.may_revoke(actor, found.trio_id, revoked=not certificate.is_valid),
        form=form,
    )


def _address(code: str) -> str:
    """The whole address of a certificate, as it stands on the paper."""
    base = current_app.config["PUBLIC_URL"] or request.host_url
    return base.rstrip("/") + url_for(".show", code=code)


def _qr(address: str) -> Markup:
    """A QR code as inline SVG that a phone reads off paper with some dirt on it (error correction M)."""
    drawing = segno.make(address, error="m", micro=False)
    return Markup(drawing.svg_inline(border=0, omitsize=True, dark="#1b1d1f"))  # noqa: S704 (drawn by the package)
