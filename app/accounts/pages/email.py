"""Another address: asked for by the person, confirmed by both mailboxes."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries, rules, sessions
from app.accounts.pages import bp
from app.accounts.rules.limits import Kind
from app.accounts.schemas import NewEmailIn
from app.accounts.services.email import ask_for_email, confirm_email, give_up_email
from app.kit import clock
from app.kit.errors import Conflict, NotFound, TooMany
from app.kit.text import _
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import confirmed, current_person, public, signed_in


@bp.get("/account/email")
@confirmed
def email() -> ResponseReturnValue:
    """The address that counts, and the one that is to come."""
    return _page(Form())


@bp.post("/account/email")
@confirmed
def change_email() -> ResponseReturnValue:
    """Write to both mailboxes; the answer is the same whether the new address has an account or not."""
    form, person = Form.read(NewEmailIn()), signed_in()
    if form.errors:
        return _page(form, 422)
    try:
        with transaction() as session:
            ask_for_email(session, person.actor, person.user_id, form.data["email"], now=clock.now())
    except Conflict as refusal:
        form.errors["email"] = [str(refusal)]
        return _page(form, 429 if isinstance(refusal, TooMany) else 422)
    flash(str(_("We wrote to both addresses. The new one counts as soon as you said yes in both mails.")), "good")
    return redirect(url_for(".email"))


@bp.post("/account/email/withdrawal")
def keep_email() -> ResponseReturnValue:
    """Keep the address after all."""
    person = signed_in()
    with transaction() as session:
        give_up_email(session, person.actor, person.user_id, now=clock.now())
    flash(str(_("Your address stays as it is.")), "good")
    return redirect(url_for(".security"))


@bp.get("/account/email/confirmations/<token>")
@public
def email_confirmation(token: str) -> ResponseReturnValue:
    """Ask for one tap: the mail may be read on any device, and mail scanners open links."""
    return render_template("accounts/email_confirm.html", token=token)


@bp.post("/account/email/confirmations/<token>")
@public
def confirm_new_email(token: str) -> ResponseReturnValue:
    """One of both mailboxes says yes."""
    sessions.count_try(Kind.TOKEN_CLIENT)
    here = current_person()
    try:
        with transaction() as session:
            is_done = confirm_email(session, token, but=here.session_id if here else None, now=clock.now())
    except NotFound as refusal:
        return render_template("accounts/email_dead.html", reason=refusal.reason), 404
    return render_template("accounts/email_confirmed.html", is_done=is_done)


def _page(form: Form, status: int = 200) -> ResponseReturnValue:
    session = reading()
    user = queries.get_user(session, signed_in().user_id)
    change = queries.find_open_email_change(session, user.id, now=clock.now())
    may_change = rules.may_change_sign_in(is_demo=user.is_demo)
    return render_template("accounts/email.html", form=form, user=user, change=change, may_change=may_change), status
