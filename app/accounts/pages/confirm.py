"""Proving anew who one is, before a dangerous act: by password, app, passkey, or a link sent by mail."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries, rules, services, sessions
from app.accounts.pages import bp
from app.accounts.pages.second_factor import check_code, here, id_of
from app.accounts.queries.factors import factors_of
from app.accounts.rules.limits import Kind
from app.accounts.schemas.factors import CodeIn, ProofIn
from app.accounts.services.limits import begin_guess, was_right
from app.kit import clock
from app.kit.errors import Conflict
from app.kit.text import _
from app.web.clients import client_key
from app.web.db import reading, transaction
from app.web.forms import Form


@bp.get("/account/confirm")
def confirm() -> ResponseReturnValue:
    """The ways that this person has."""
    target = rules.safe_target(request.args.get("next"))
    if here().is_confirmed:
        return redirect(target)
    return _page(Form(raw={"next": target}))


@bp.post("/account/confirm")
def confirm_anew() -> ResponseReturnValue:
    """Check the password, or the code when one was sent; then go on for 15 minutes, under a new token."""
    by_code = "code" in request.form
    form = Form.read(CodeIn() if by_code else ProofIn())
    right = not form.errors and (check_code(form, here(), recovery=False) if by_code else _check_password(form))
    return redirect(rules.safe_target(form.raw.get("next"))) if right else _page(form, 422)


@bp.post("/account/confirm/link")
def send_confirmation() -> ResponseReturnValue:
    """Send a link to the person's own mailbox: signing in by it proves enough."""
    target = rules.safe_target(request.form.get("next"))
    try:
        with transaction() as session:
            services.send_link(session, email=here().email, target=target, now=clock.now())
    except Conflict as refusal:
        flash(str(refusal), "warn")
    else:
        flash(str(_("A link is on its way to %(email)s. Open it in this browser.", email=here().email)), "good")
    return redirect(url_for(".confirm", next=target))


def _check_password(form: Form) -> bool:
    """Try the password of the form and freshen the session; what is wrong stands in the form."""
    email, password = here().email, form.data["password"]
    try:
        with transaction() as session:
            guess = begin_guess(session, Kind.PASSWORD, email=email, client=client_key(), now=clock.now())
    except Conflict as refusal:
        form.errors["password"] = [str(refusal)]
        return False
    if services.check_password(reading(), email=email, password=password) is None:
        form.errors["password"] = [str(_("This is not your password."))]
        return False
    with transaction() as session:
        was_right(session, guess)
        sessions.confirm(session)
    return True


def _page(form: Form, status: int = 200) -> ResponseReturnValue:
    user_id = id_of(here())
    user, factors = queries.get_user(reading(), user_id), factors_of(reading(), user_id)
    return render_template("accounts/confirm.html", form=form, user=user, factors=factors), status
