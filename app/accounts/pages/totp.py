"""The authenticator app and the recovery codes of one's own account."""

import segno
from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts import queries, rules, sessions
from app.accounts.pages import bp
from app.accounts.pages.second_factor import adding, here, id_of
from app.accounts.queries.factors import factors_of
from app.accounts.rules import factors as factor_rules
from app.accounts.schemas.factors import CodeIn
from app.accounts.services import recovery
from app.accounts.services import totp as services
from app.kit import clock
from app.kit.text import _
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import Person, confirmed, halfway


@bp.get("/account/totp")
@halfway
@confirmed
def totp() -> ResponseReturnValue:
    """Whether the app is set up, and what one can do about it."""
    person = adding()
    factors, user = factors_of(reading(), id_of(person)), queries.get_user(reading(), id_of(person))
    return render_template(
        "accounts/totp.html",
        factors=factors,
        may_add=factor_rules.may_add_factor(factors, is_pending=person.is_pending, is_demo=user.is_demo),
        may_remove=factor_rules.may_remove_factor(factors, needs_one=needs_factor(person)),
        target=rules.safe_target(request.args.get("next")),
        halfway=person.is_pending,
    )


@bp.post("/account/totp")
@halfway
@confirmed
def set_up_totp() -> ResponseReturnValue:
    """Show a new secret; with a code, check that the app has it."""
    person = adding()
    if "code" not in request.form:
        with transaction() as session:
            secret = services.begin_totp(session, id_of(person), is_pending=person.is_pending, now=clock.now())
        return _secret_page(person, secret, Form(raw=dict(request.form)))
    form = Form.read(CodeIn())
    if form.errors:
        return _wrong(person, form)
    return _prove(person, form)


@bp.post("/account/totp/removal")
@confirmed
def remove_totp() -> ResponseReturnValue:
    """Do without the app."""
    person = here()
    with transaction() as session:
        services.remove_totp(session, person.actor, id_of(person), needs_one=needs_factor(person), now=clock.now())
    flash(str(_("The authenticator app is removed. Its codes do not work here any more.")), "good")
    return redirect(url_for(".totp"))


@bp.get("/account/recovery-codes")
@confirmed
def recovery_codes() -> ResponseReturnValue:
    """How many codes are left, and making new ones."""
    factors = factors_of(reading(), id_of(here()))
    verdict = factor_rules.may_renew_codes(factors)
    target = rules.safe_target(request.args.get("next")) if "next" in request.args else None
    return render_template("accounts/recovery.html", factors=factors, may_renew=verdict, codes=None, target=target)


@bp.post("/account/recovery-codes")
@confirmed
def renew_codes() -> ResponseReturnValue:
    """Make a new set and show it, this once."""
    person = here()
    with transaction() as session:
        codes = recovery.renew_codes(session, person.actor, id_of(person), now=clock.now())
    return _codes_page(codes, request.form.get("next"))


def needs_factor(person: Person) -> bool:
    """Whether the person must have a second factor here."""
    user = queries.get_user(reading(), id_of(person))
    roles = (grant.role for grant in person.actor.grants)
    required = current_app.config["SECOND_FACTOR"]
    return rules.needs_second_factor(roles, has_one=False, required=required, is_demo=user.is_demo)


def _prove(person: Person, form: Form) -> ResponseReturnValue:
    code, pending = form.data["code"], person.is_pending
    with transaction() as session:
        codes = services.add_totp(session, person.actor, id_of(person), code, is_pending=pending, now=clock.now())
        if codes is not None:
            sessions.confirm(session, second_factor=True)
    if codes is None:
        form.errors["code"] = [str(_("This is not the code of this secret. Type the one that the app shows now."))]
        return _wrong(person, form)
    if codes:
        return _codes_page(codes, form.data.get("next"))
    flash(str(_("The authenticator app is set up.")), "good")
    return redirect(url_for(".totp"))


def _wrong(person: Person, form: Form) -> ResponseReturnValue:
    """The same secret again; from the start when there is none any more."""
    secret = services.awaited_secret(reading(), id_of(person))
    if secret is None:
        return redirect(url_for(".totp", next=form.raw.get("next")))
    return _secret_page(person, secret, form), 422


def _secret_page(person: Person, secret: str, form: Form) -> str:
    address = services.address_for_app(secret, account=person.email)
    drawing = segno.make(address, error="m", micro=False).svg_inline(border=0, omitsize=True, dark="#1b1d1f")
    return render_template(
        "accounts/totp_secret.html",
        form=form,
        image=Markup(drawing),  # noqa: S704 (drawn by the package)
        address=address,
        secret=factor_rules.in_groups(secret).replace("-", " "),
    )


def _codes_page(codes: list[str], target: str | None) -> str:
    where = rules.safe_target(target) if target else url_for(".totp")
    return render_template("accounts/recovery.html", codes=codes, target=where)
