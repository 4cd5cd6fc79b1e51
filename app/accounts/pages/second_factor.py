"""The second step of signing in: a code of the app, a recovery code or a passkey; staff without any set one up."""

import structlog
from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts import queries, rules, sessions
from app.accounts.pages import bp
from app.accounts.queries.factors import factors_of
from app.accounts.schemas.factors import CodeIn
from app.accounts.services.factors import prove
from app.kit import clock
from app.kit.errors import Conflict
from app.kit.text import _
from app.web.clients import client_key
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import Person, SecondFactorNeeded, SignInNeeded, halfway, pending_person

WRONG = _("This code does not work. Type the one that the app shows now. Each code works once.")
"""The same sentence for every wrong code, whatever is wrong with it."""

log = structlog.get_logger()


@bp.get("/sign-in/second-factor")
@halfway
def second_factor() -> ResponseReturnValue:
    """Ask for the second factor, or for setting one up."""
    target = rules.safe_target(request.args.get("next"))
    if not here().is_pending:
        return redirect(target)
    return _page(Form(raw={"next": target}))


@bp.post("/sign-in/second-factor")
@halfway
def show_second_factor() -> ResponseReturnValue:
    """Check the code; the session goes on complete, under a new token."""
    form, person = Form.read(CodeIn()), here()
    target = rules.safe_target(form.raw.get("next"))
    if not person.is_pending:  # the same form, sent twice
        return redirect(target)
    if form.errors or not check_code(form, person):
        return _page(form, 422)
    return redirect(target)


def check_code(form: Form, person: Person, *, recovery: bool = True) -> bool:
    """Try the code of the form and complete the session; what is wrong stands in the form."""
    try:
        with transaction() as session:
            right = prove(
                session, person.actor, form.data["code"], client=client_key(), recovery=recovery, now=clock.now()
            )
            if right:
                sessions.confirm(session, second_factor=True)
    except Conflict as refusal:
        form.errors["code"] = [str(refusal)]
        return False
    if not right:
        log.info("second factor failed", session=person.session_id)
        form.errors["code"] = [str(WRONG)]
    return right


def here() -> Person:
    """Who is signed in, fully or up to the second factor."""
    person = pending_person()
    if person is None:
        raise SignInNeeded
    return person


def adding() -> Person:
    """Who adds a factor: somebody fully signed in, or just signed in with a role, and without any factor yet.

    With a password or a mailbox alone, nobody gets past a factor that is there by adding another one.
    """
    person = here()
    if person.is_pending:
        if queries.has_second_factor(reading(), id_of(person)):
            raise SecondFactorNeeded
        if not person.is_confirmed:
            raise SignInNeeded
    return person


def id_of(person: Person) -> int:
    """The id of a person who is signed in."""
    assert person.actor.user_id is not None
    return person.actor.user_id


def _page(form: Form, status: int = 200) -> ResponseReturnValue:
    factors = factors_of(reading(), id_of(here()))
    return render_template("accounts/second_factor.html", form=form, factors=factors, person_here=here()), status
