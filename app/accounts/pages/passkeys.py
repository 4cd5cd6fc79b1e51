"""Passkeys: adding, renaming and removing one's own, and signing in with one.

The browser speaks JSON here (``static/passkey.js``). The challenge waits in the signed session cookie, says what it is
for, and counts for five minutes and one answer.
"""

import base64
import secrets
from datetime import UTC, datetime
from typing import Any

from flask import current_app, flash, jsonify, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from app.accounts import queries, rules, sessions
from app.accounts.pages import bp
from app.accounts.pages.second_factor import adding, here, id_of
from app.accounts.pages.totp import needs_factor
from app.accounts.queries.factors import factors_of, list_passkeys
from app.accounts.rules import factors as factor_rules
from app.accounts.rules.devices import device_of
from app.accounts.rules.factors import Site
from app.accounts.schemas.factors import NewPasskeyIn, PasskeyIn, PasskeyNameIn
from app.accounts.services import passkeys as services
from app.accounts.services.ceremonies import Answer
from app.kit import clock
from app.kit.errors import Conflict
from app.kit.text import _
from app.web.api import Blueprint
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import confirmed, halfway, public

sent = Blueprint.ARGUMENTS_PARSER.use_kwargs
UNKNOWN = _("This passkey does not work here. Sign in another way; then you can add it to your account anew.")


@bp.get("/account/passkeys")
@halfway
@confirmed
def passkeys() -> ResponseReturnValue:
    """One's own passkeys."""
    return _page(Form())


@bp.post("/account/passkeys/options")
@halfway
@confirmed
def passkey_options() -> ResponseReturnValue:
    """What the browser is to ask the device for."""
    person = adding()
    challenge, site = _ask("add"), _site()
    return jsonify(
        services.offer_passkey(reading(), id_of(person), site=site, challenge=challenge, is_pending=person.is_pending)
    )


@bp.post("/account/passkeys")
@halfway
@confirmed
@sent(NewPasskeyIn())
def add_passkey(credential: dict[str, Any], name: str, next: str) -> ResponseReturnValue:  # noqa: A002 (as in forms)
    """Keep a new passkey: the session is complete with it. Recovery codes come next, if there are none."""
    person, now = adding(), clock.now()
    answer = Answer(credential, _asked("add"), _site())
    name = name or device_of(request.user_agent.string) or str(_("Passkey"))
    with transaction() as session:
        services.add_passkey(
            session, person.actor, id_of(person), answer, name=name, is_pending=person.is_pending, now=now
        )
        sessions.confirm(session, second_factor=True)
        has_codes = factors_of(session, id_of(person)).codes > 0
    flash(str(_("The passkey is there. From now on you sign in with it, without a password.")), "good")
    target = rules.safe_target(next) if next else url_for(".passkeys")
    return jsonify(location=target if has_codes else url_for(".recovery_codes", next=target)), 201


@bp.post("/account/passkeys/<int:passkey_id>/name")
@confirmed
def rename_passkey(passkey_id: int) -> ResponseReturnValue:
    """Call a passkey differently."""
    form = Form.read(PasskeyNameIn())
    if form.errors:
        return _page(form, passkey_id, 422)
    with transaction() as session:
        services.rename_passkey(session, id_of(here()), passkey_id, form.data["name"])
    flash(str(_("Saved.")), "good")
    return redirect(url_for(".passkeys"))


@bp.post("/account/passkeys/<int:passkey_id>/removal")
@confirmed
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    """Do without a passkey."""
    person = here()
    with transaction() as session:
        services.remove_passkey(
            session, person.actor, id_of(person), passkey_id, needs_one=needs_factor(person), now=clock.now()
        )
    flash(str(_("The passkey is removed. Delete it on the device as well.")), "good")
    return redirect(url_for(".passkeys"))


@bp.post("/sign-in/passkey/options")
@public
def sign_in_options() -> ResponseReturnValue:
    """What the browser is to ask for: any passkey of this site."""
    challenge, site = _ask("sign-in"), _site()
    return jsonify(services.ask_for_passkey(reading(), None, site=site, challenge=challenge))


@bp.post("/sign-in/passkey")
@public
@sent(PasskeyIn())
def sign_in_with_passkey(credential: dict[str, Any], next: str) -> ResponseReturnValue:  # noqa: A002 (as in forms)
    """Sign in; the passkey is both factors in one."""
    answer = Answer(credential, _asked("sign-in"), _site())
    with transaction() as session:
        user_id = services.use_passkey(session, answer, now=clock.now())
        if user_id is not None:
            sessions.start(session, user_id, method=rules.Method.PASSKEY, second_factor=True)
    if user_id is None:
        raise Conflict(UNKNOWN)
    return jsonify(location=rules.safe_target(next))


@bp.post("/account/confirm/passkey/options")
@halfway
def confirm_options() -> ResponseReturnValue:
    """What the browser is to ask for: a passkey of the person who is signed in."""
    challenge, site = _ask("confirm"), _site()
    return jsonify(services.ask_for_passkey(reading(), id_of(here()), site=site, challenge=challenge))


@bp.post("/account/confirm/passkey")
@halfway
@sent(PasskeyIn())
def confirm_with_passkey(credential: dict[str, Any], next: str) -> ResponseReturnValue:  # noqa: A002 (as in forms)
    """The second factor, or the proof before a dangerous act."""
    answer, person = Answer(credential, _asked("confirm"), _site()), here()
    with transaction() as session:
        user_id = services.use_passkey(session, answer, user_id=id_of(person), now=clock.now())
        if user_id is not None:
            sessions.confirm(session, second_factor=True)
    if user_id is None:
        raise Conflict(UNKNOWN)
    return jsonify(location=rules.safe_target(next))


def _site() -> Site:
    """The site that passkeys belong to. Nobody's header decides on it: ``PUBLIC_URL`` does."""
    site = factor_rules.site_of(current_app.config["PUBLIC_URL"])
    if site is None:
        raise Conflict(_("Passkeys are not set up on this platform."))
    return site


def _ask(purpose: str) -> bytes:
    challenge = secrets.token_bytes(32)
    told = base64.urlsafe_b64encode(challenge).decode()
    cookie["challenge"] = {"for": purpose, "is": told, "at": int(clock.now().timestamp())}
    return challenge


def _asked(purpose: str) -> bytes:
    """The challenge that waits for this answer; it goes with it. Conflict when there is none, or it is too old."""
    waiting = cookie.pop("challenge", None)
    if waiting is None or waiting["for"] != purpose or not factor_rules.challenge_lives(
        datetime.fromtimestamp(waiting["at"], UTC), now=clock.now()
    ):  # fmt: skip
        raise Conflict(_("This took too long. Try again."))
    return base64.urlsafe_b64decode(waiting["is"])


def _page(form: Form, renamed: int | None = None, status: int = 200) -> ResponseReturnValue:
    person = adding()
    factors, user = factors_of(reading(), id_of(person)), queries.get_user(reading(), id_of(person))
    may_add = factor_rules.may_add_passkey(factors, is_pending=person.is_pending, is_demo=user.is_demo)
    page = render_template(
        "accounts/passkeys.html",
        form=form,
        renamed=renamed,
        known=list_passkeys(reading(), id_of(person)),
        may_add=may_add if _possible() else None,
        may_remove=factor_rules.may_remove_factor(factors, needs_one=needs_factor(person)),
        device=device_of(request.user_agent.string),
        target=request.args.get("next", ""),
        halfway=person.is_pending,
    )
    return page, status


def _possible() -> bool:
    return factor_rules.site_of(current_app.config["PUBLIC_URL"]) is not None
