"""Choosing a password, and doing without one."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries, rules, sessions
from app.accounts.pages import bp
from app.accounts.schemas import NewPasswordIn
from app.accounts.services.passwords import change_password, remove_password
from app.kit import clock
from app.kit.errors import Conflict
from app.kit.text import _
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import confirmed, signed_in


@bp.get("/account/password")
@confirmed
def password() -> ResponseReturnValue:
    """Choose, change or remove it."""
    return _page(Form())


@bp.post("/account/password")
@confirmed
def choose_password() -> ResponseReturnValue:
    """Keep the new one; everywhere else one is signed out."""
    form, person, now = Form.read(NewPasswordIn()), signed_in(), clock.now()
    if form.errors:
        return _page(form, 422)
    try:
        with transaction() as session:
            wanted = form.data["password"]
            change_password(session, person.actor, person.user_id, wanted, but=person.session_id, now=now)
            sessions.confirm(session)
    except Conflict as refusal:
        form.errors["password"] = [str(refusal)]
        return _page(form, 422)
    flash(str(_("Your new password counts from now on. Everywhere else you are signed out.")), "good")
    return redirect(url_for(".security"))


@bp.post("/account/password/removal")
@confirmed
def drop_password() -> ResponseReturnValue:
    """Do without one."""
    person = signed_in()
    with transaction() as session:
        remove_password(session, person.actor, person.user_id, but=person.session_id, now=clock.now())
        sessions.confirm(session)
    flash(str(_("Your password is removed. From now on you sign in with a link from a mail.")), "good")
    return redirect(url_for(".security"))


def _page(form: Form, status: int = 200) -> ResponseReturnValue:
    user = queries.get_user(reading(), signed_in().user_id)
    may_change = rules.may_change_sign_in(is_demo=user.is_demo)
    return render_template("accounts/password.html", form=form, user=user, may_change=may_change), status
