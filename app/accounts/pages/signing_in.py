"""Signing in and out."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries, rules, services, sessions
from app.accounts.pages import bp
from app.accounts.rules.limits import Kind
from app.accounts.schemas import LinkIn, PasswordIn
from app.accounts.services import limits
from app.kit import clock
from app.kit.errors import NotFound, TooMany
from app.kit.text import _
from app.web.clients import client_key
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import current_actor, public


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """The ways in."""
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
    try:
        user_id = sessions.try_password(form.data["email"], form.data["password"])
    except TooMany as refusal:
        form.errors["password"] = [str(refusal)]
        return _sign_in_page(form, 429)
    if user_id is None:
        form.errors["password"] = [str(_("E-mail address and password do not belong together."))]
        return _sign_in_page(form, 422)
    with transaction() as session:
        sessions.start(session, user_id, method=rules.Method.PASSWORD)
    return redirect(rules.safe_target(form.data.get("next")))


@bp.post("/sign-in/link")
@public
def ask_for_link() -> ResponseReturnValue:
    """Send a sign-in link; the answer is the same whether there is an account or not."""
    form = Form.read(LinkIn())
    if form.errors:
        return _sign_in_page(form, 422, by_link=True)
    return _link_asked(form.data["email"], form.data.get("next", ""), rules.LinkPurpose.SIGN_IN)


@bp.get("/sign-in/link/<token>")
@public
def link(token: str) -> ResponseReturnValue:
    """Ask for one tap: mail scanners open links, people press buttons."""
    return render_template("accounts/link.html", token=token)


@bp.post("/sign-in/link/<token>")
@public
def use_link(token: str) -> ResponseReturnValue:
    """Sign in by the link."""
    return _enter(token, rules.LinkPurpose.SIGN_IN)


@bp.get("/sign-in/reset")
@public
def forgotten() -> ResponseReturnValue:
    """Ask for a link with which a forgotten password is replaced."""
    return render_template("accounts/forgotten.html", form=Form(raw={"email": request.args.get("email", "")}))


@bp.post("/sign-in/reset")
@public
def ask_for_reset() -> ResponseReturnValue:
    """Send that link; the answer is the same whether there is an account or not."""
    form = Form.read(LinkIn())
    if form.errors:
        return render_template("accounts/forgotten.html", form=form), 422
    return _link_asked(form.data["email"], url_for(".password"), rules.LinkPurpose.RESET)


@bp.get("/sign-in/reset/<token>")
@public
def reset(token: str) -> ResponseReturnValue:
    """Ask for one tap before the link is used up."""
    return render_template("accounts/link.html", token=token, is_reset=True)


@bp.post("/sign-in/reset/<token>")
@public
def use_reset(token: str) -> ResponseReturnValue:
    """Sign in by the link and go on to choosing a password; a second factor is asked for as always."""
    return _enter(token, rules.LinkPurpose.RESET)


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End the session in this browser."""
    with transaction() as session:
        sessions.end(session)
    flash(str(_("You are signed out.")), "good")
    return redirect(url_for("home.start"))


def _link_asked(email: str, target: str, purpose: rules.LinkPurpose) -> ResponseReturnValue:
    with transaction() as session:
        limits.take(session, Kind.LINK_CLIENT, client_key(), now=clock.now())
        services.ask_for_link(session, email=email, target=target, purpose=purpose, now=clock.now())
    return render_template("accounts/link_sent.html", email=email)


def _enter(token: str, purpose: rules.LinkPurpose) -> ResponseReturnValue:
    try:
        with transaction() as session:
            user_id, target = services.use_link(session, token, purpose=purpose, now=clock.now())
            sessions.start(session, user_id, method=rules.Method.LINK)
    except NotFound as refusal:
        return render_template("accounts/link_dead.html", reason=refusal.reason), 404
    return redirect(target)


def _sign_in_page(form: Form, status: int = 200, *, by_link: bool = False) -> ResponseReturnValue:
    """All ways in; what was typed and what is wrong with it stand in the form that was sent."""
    demo = queries.list_demo_people(reading()) if current_app.config["DEMO"] else []
    return render_template("accounts/sign_in.html", form=form, by_link=by_link, demo=demo), status
