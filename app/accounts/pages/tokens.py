"""One's own API tokens."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.pages import bp
from app.accounts.queries.tokens import list_tokens
from app.accounts.rules.tokens import LIVES, SCOPES, Scope
from app.accounts.schemas.tokens import TokenIn
from app.accounts.services import api_tokens
from app.kit import clock
from app.kit.errors import Invalid
from app.kit.text import _
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import confirmed, current_actor


@bp.get("/account/tokens")
def tokens() -> ResponseReturnValue:
    """The tokens that work."""
    session, actor, now = reading(), current_actor(), clock.now()
    found, verdict = list_tokens(session, actor.user_id, now=now), api_tokens.may_make(session, actor, now=now)
    return render_template("accounts/tokens.html", tokens=found, verdict=verdict)


@bp.get("/account/tokens/new")
@confirmed
def new_token() -> ResponseReturnValue:
    """Choose what a new token is for."""
    return _form_page(Form())


@bp.post("/account/tokens/new")
@confirmed
def make_token() -> ResponseReturnValue:
    """Make it, and show it this once: the answer is the only place where it ever stands, so there is no redirect."""
    form = Form.read(TokenIn())
    if form.errors:
        return _form_page(form, 422)
    name, scopes, days = form.data["name"], [Scope(each) for each in form.data["scopes"]], int(form.data["days"])
    try:
        with transaction() as session:
            made = api_tokens.make_token(session, current_actor(), name=name, scopes=scopes, days=days, now=clock.now())
    except Invalid as refusal:
        form.errors["name"] = [str(refusal)]
        return _form_page(form, 422)
    return render_template("accounts/tokens_made.html", token=made.text, name=name, days=days)


@bp.post("/account/tokens/<int:token_id>/revocation")
def revoke_token(token_id: int) -> ResponseReturnValue:
    """Make the token useless, at once. This needs no proof: whoever found out about a leak is in a hurry."""
    with transaction() as session:
        api_tokens.revoke_token(session, current_actor(), token_id, now=clock.now())
    flash(str(_("The token is revoked. Programs that used it get no answer any more.")), "good")
    return redirect(url_for(".tokens"))


def _form_page(form: Form, status: int = 200) -> ResponseReturnValue:
    return render_template("accounts/tokens_new.html", form=form, scopes=SCOPES, lives=LIVES), status
