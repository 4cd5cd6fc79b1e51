"""Signing in and out, and one's own details."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries, rules, services, sessions
from app.accounts.schemas import DetailsIn, LinkIn, PasswordIn
from app.kit import clock
from app.kit.errors import Conflict, NotFound
from app.kit.text import _
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import current_actor, forget, public

bp = Blueprint("accounts", __name__)


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """The way in, by link or password."""
    target = rules.safe_target(request.args.get("next"))
    if current_actor().user_id is not None:
        return redirect(target)
    return _sign_in_page(Form(raw={"next": target}))


@bp.post("/sign-in")
@public
def sign_in_with_password() -> ResponseReturnValue:
    """Check the password and go on where the person wanted to go."""
    form = Form.read(PasswordIn())
    if form.errors:
        return _sign_in_page(form, 422)
    typed = {"email": form.data["email"], "password": form.data["password"], "now": clock.now()}
    try:
        user_id = services.check_password(reading(), **typed)
    except Conflict as refusal:
        form.errors["password"] = [str(refusal)]
        return _sign_in_page(form, 429)
    with transaction() as session:
        services.note_attempt(session, user_id, **typed)
    if user_id is None:
        form.errors["password"] = [str(_("E-mail address and password do not belong together."))]
        return _sign_in_page(form, 422)
    sessions.start(reading(), user_id)
    return redirect(rules.safe_target(form.data.get("next")))


@bp.post("/sign-in/link")
@public
def ask_for_link() -> ResponseReturnValue:
    """Send a sign-in link; the answer is the same whether there is an account or not."""
    form = Form.read(LinkIn())
    if form.errors:
        return _sign_in_page(form, 422, by_link=True)
    try:
        with transaction() as session:
            services.send_link(session, email=form.data["email"], target=form.data.get("next", ""), now=clock.now())
    except Conflict:  # as silent as for an address without an account
        pass
    return render_template("accounts/link_sent.html", email=form.data["email"])


@bp.get("/sign-in/link/<token>")
@public
def link(token: str) -> ResponseReturnValue:
    """Ask for one tap: mail scanners open links, people press buttons."""
    return render_template("accounts/link.html", token=token)


@bp.post("/sign-in/link/<token>")
@public
def use_link(token: str) -> ResponseReturnValue:
    """Sign in by the link."""
    try:
        with transaction() as session:
            user_id, target = services.use_link(session, token, now=clock.now())
    except NotFound as refusal:
        return render_template("accounts/link_dead.html", reason=refusal.reason), 404
    sessions.start(reading(), user_id)
    return redirect(target)


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End the session in this browser."""
    forget()
    flash(str(_("You are signed out.")), "good")
    return redirect(url_for("home.start"))


@bp.get("/account")
def account() -> ResponseReturnValue:
    """Name and language."""
    user = queries.get_user(reading(), current_actor().user_id)
    form = Form(raw={"name": user.name, "language": user.language})
    return render_template("accounts/account.html", form=form, user=user)


@bp.post("/account")
def change_account() -> ResponseReturnValue:
    """Save name and language."""
    form = Form.read(DetailsIn())
    actor = current_actor()
    if form.errors or actor.user_id is None:
        user = queries.get_user(reading(), actor.user_id)
        return render_template("accounts/account.html", form=form, user=user), 422
    with transaction() as session:
        services.change_details(session, actor.user_id, **form.data)
    flash(str(_("Saved.")), "good")
    return redirect(url_for(".account"))


def _sign_in_page(form: Form, status: int = 200, *, by_link: bool = False) -> ResponseReturnValue:
    """Both ways in; what was typed and what is wrong with it stand in the form that was sent."""
    demo = queries.list_demo_people(reading()) if current_app.config["DEMO"] else []
    return render_template("accounts/sign_in.html", form=form, by_link=by_link, demo=demo), status
