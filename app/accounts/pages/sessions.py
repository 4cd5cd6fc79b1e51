"""In which browsers one is signed in, and signing out of them."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries, sessions
from app.accounts.pages import bp
from app.accounts.rules import Method
from app.accounts.services.sessions import end_everywhere, end_own
from app.kit import clock
from app.kit.text import _
from app.web import identity
from app.web.db import reading, transaction
from app.web.identity import signed_in

METHODS = {
    Method.PASSWORD: _("with your password"),
    Method.LINK: _("with a link from a mail"),
    Method.PASSKEY: _("with a passkey"),
    Method.PROVIDER: _("through another service"),
    Method.INVITATION: _("with an invitation"),
}


@bp.get("/account/sessions")
def own_sessions() -> ResponseReturnValue:
    """All of them, this one marked."""
    person = signed_in()
    found = queries.list_sessions(reading(), person.user_id, is_staff=bool(person.actor.grants), now=clock.now())
    return render_template("accounts/sessions.html", sessions=found, current=person.session_id, methods=METHODS)


@bp.post("/account/sessions/<int:session_id>/end")
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign out of one browser; of this one as by the button in the menu."""
    person = signed_in()
    with transaction() as session:
        end_own(session, person.actor, person.user_id, session_id, now=clock.now())
        if session_id == person.session_id:
            sessions.end(session)
    flash(str(_("This browser is signed out.")), "good")
    return redirect(url_for(".sign_in" if session_id == person.session_id else ".own_sessions"))


@bp.post("/account/sessions/others/end")
def end_others() -> ResponseReturnValue:
    """Sign out everywhere else."""
    person = signed_in()
    with transaction() as session:
        end_everywhere(session, person.actor, person.user_id, but=person.session_id, now=clock.now())
    flash(str(_("You are signed out everywhere else.")), "good")
    return redirect(url_for(".own_sessions"))


@bp.post("/account/sessions/end")
def end_all() -> ResponseReturnValue:
    """Sign out everywhere, here too."""
    person = signed_in()
    with transaction() as session:
        end_everywhere(session, person.actor, person.user_id, now=clock.now())
    identity.forget()
    flash(str(_("You are signed out everywhere.")), "good")
    return redirect(url_for(".sign_in"))
