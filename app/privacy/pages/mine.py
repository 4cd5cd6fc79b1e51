"""One's own data: who sees what, consents, taking it along, being erased."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.kit import clock
from app.kit.personal import AUDIENCE_NAMES, BASIS_NAMES, Erasure
from app.kit.text import _
from app.privacy import queries, rules, services
from app.privacy.pages import bp
from app.privacy.pages.export import as_json, as_page
from app.privacy.queries.paths import Who
from app.web import identity
from app.web.db import reading, transaction
from app.web.identity import confirmed, current_actor


@bp.get("/account/data")
def mine() -> ResponseReturnValue:
    """What is known about the reader, who sees it, and what they can do about it."""
    session = reading()
    user = accounts.get_user(session, current_actor().user_id)
    return render_template(
        "privacy/mine.html", mine=queries.get_mine(session, user), consents=queries.list_my_consents(session, user.id),
        rules=rules.RULES, acts=rules.ACT_NAMES, audiences=AUDIENCE_NAMES, bases=BASIS_NAMES, tables=rules.TABLES,
    )  # fmt: skip


@bp.post("/account/data/consents/<int:consent_id>/withdrawal")
def withdraw(consent_id: int) -> ResponseReturnValue:
    """Take a consent back."""
    with transaction() as session:
        services.withdraw(session, current_actor(), consent_id, now=clock.now())
    flash(str(_("Your consent is taken back.")), "good")
    return redirect(url_for(".mine", _anchor="consents"))


@bp.post("/account/data/export")
@confirmed
def take_along() -> Response:
    """Everything about the reader: as JSON, or as a page to read and print."""
    actor, now = current_actor(), clock.now()
    with transaction() as session:
        user = accounts.get_user(session, actor.user_id)
        services.note_export(session, actor, user.id, now=now)
        who = Who.of(user)
    return as_page(who, now=now) if request.form.get("format") == "html" else as_json(who, now=now)


@bp.get("/account/data/erase")
@confirmed
def erase() -> ResponseReturnValue:
    """What goes, what stays and why, before the button."""
    session, actor, now = reading(), current_actor(), clock.now()
    user = accounts.get_user(session, actor.user_id)
    ties = queries.get_ties(session, user.id, now=now)
    rows = queries.count_rows(session, Who.of(user))
    return render_template(
        "privacy/erase.html", may_erase=rules.may_erase(actor, user.id, ties), user=user,
        goes=[table for table in rules.TABLES.values() if table.name in rows and table.erasure is Erasure.DELETE],
        stays=[table for table in rules.TABLES.values() if table.name in rows and table.erasure is not Erasure.DELETE],
    )  # fmt: skip


@bp.post("/account/data/erase")
@confirmed
def erase_now() -> ResponseReturnValue:
    """Erase the reader, and sign them out."""
    actor = current_actor()
    with transaction() as session:
        user = accounts.get_user(session, actor.user_id)
        services.erase_person(session, actor, user.id, now=clock.now())
    identity.forget()
    flash(str(_("Your account is erased. A last mail confirms it.")), "good")
    return redirect(url_for("home.start"))
