"""One's own account: name and language, and how it is secured."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries, services
from app.accounts.pages import bp
from app.accounts.queries.factors import factors_of
from app.accounts.schemas import DetailsIn
from app.kit import clock
from app.kit.text import _
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import signed_in


@bp.get("/account")
def account() -> ResponseReturnValue:
    """Name and language."""
    user = queries.get_user(reading(), signed_in().user_id)
    form = Form(raw={"name": user.name, "language": user.language})
    return render_template("accounts/account.html", form=form, user=user)


@bp.post("/account")
def change_account() -> ResponseReturnValue:
    """Save name and language."""
    form, person = Form.read(DetailsIn()), signed_in()
    if form.errors:
        user = queries.get_user(reading(), person.user_id)
        return render_template("accounts/account.html", form=form, user=user), 422
    with transaction() as session:
        services.change_details(session, person.user_id, **form.data)
    flash(str(_("Saved.")), "good")
    return redirect(url_for(".account"))


@bp.get("/account/security")
def security() -> ResponseReturnValue:
    """How one signs in: address, password, second factors, other services."""
    session, now = reading(), clock.now()
    user = queries.get_user(session, signed_in().user_id)
    change = queries.find_open_email_change(session, user.id, now=now)
    factors = factors_of(session, user.id)
    return render_template("accounts/security.html", user=user, change=change, factors=factors)
