"""Following an invitation: what it offers, and accepting it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts import services, sessions
from app.accounts.pages import bp
from app.accounts.queries import invitations as queries
from app.accounts.queries.invitations import Offered
from app.accounts.rules import Method
from app.accounts.rules.invitations import ROLE_ALLOWS, ROLE_NAMES
from app.accounts.rules.limits import Kind
from app.accounts.schemas.invitations import NewcomerIn
from app.accounts.services import invitations, limits
from app.kit import clock
from app.kit.errors import NotFound
from app.kit.text import _
from app.kit.verdicts import ensure
from app.web.clients import client_key
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import current_actor, pending_person, public


@bp.get("/invitations/<token>")
@public
def invitation(token: str) -> ResponseReturnValue:
    """What is offered, by whom, and one button."""
    offered = _offered(token)
    return _nothing_there(token) if offered is None else _page(offered, Form())


@bp.post("/invitations/<token>")
@public
def accept_invitation(token: str) -> ResponseReturnValue:
    """Take the role; the link proved whose address it is, so the person is signed in."""
    ensure(limits.allow(reading(), Kind.TOKEN_CLIENT, client_key(), now=clock.now()))
    offered = _offered(token)
    if offered is None:
        return _nothing_there(token)
    form = Form.read(NewcomerIn()) if offered.user_id is None else Form()
    if form.errors:
        return _page(offered, form, 422)
    try:
        with transaction() as session:
            user_id = invitations.accept_by_link(session, token, name=form.data.get("name", ""), now=clock.now())
            sessions.start(session, user_id, method=Method.INVITATION)
    except NotFound:  # accepted, or taken back, in this very moment
        return _nothing_there(token)
    flash(str(_("Accepted: the role %(role)s.", role=ROLE_NAMES[offered.role])), "good")
    return redirect(url_for("home.mine"))


def _offered(token: str) -> Offered | None:
    return queries.find_offered(reading(), services.digest(invitations.PURPOSE, token), now=clock.now())


def _page(offered: Offered, form: Form, status: int = 200) -> ResponseReturnValue:
    person = pending_person()
    other = person.email if person is not None and person.email != offered.email else None
    page = render_template(
        "accounts/invitation.html", offered=offered, form=form, other=other,
        role=ROLE_NAMES[offered.role], allows=ROLE_ALLOWS[offered.role],
    )  # fmt: skip
    return page, status


def _nothing_there(token: str) -> ResponseReturnValue:
    """One page for every invitation that does not work; to who has just accepted it, their own page."""
    known = queries.find_invitation(reading(), services.digest(invitations.PURPOSE, token))
    user_id = current_actor().user_id
    if known is not None and user_id is not None and known.accepted_by == user_id:
        flash(str(_("This invitation is accepted already.")), "good")
        return redirect(url_for("home.mine"))
    with transaction() as session:
        limits.note(session, Kind.TOKEN_CLIENT, client_key(), now=clock.now())
    return render_template("accounts/invitation_dead.html"), 404
