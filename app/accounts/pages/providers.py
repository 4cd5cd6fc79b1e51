"""Signing in through an OpenID Connect provider, and connecting one with one's own account."""

from http import HTTPStatus
from typing import Any

import structlog
from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import sessions
from app.accounts.pages import bp
from app.accounts.queries.identities import list_identities
from app.accounts.rules.providers import Asserted, Outcome, asserted_by
from app.accounts.rules.signing_in import Method, safe_target
from app.accounts.services import providers
from app.kit import clock
from app.kit.text import _
from app.web import language, oidc
from app.web.db import reading, transaction
from app.web.identity import confirmed, current_actor, public

SECURITY = "accounts.security"
log = structlog.get_logger()


@bp.context_processor
def _parts() -> dict[str, Any]:
    """What the partial templates of this module show, on the pages that include them; asked only there."""
    return {
        "sign_in_providers": oidc.list_providers,
        "my_identities": _my_identities,
        "may_add_way_in": lambda: providers.may_connect(reading(), current_actor()),
    }


@bp.post("/sign-in/with/<key>")
@public
def sign_in_with(key: str) -> ResponseReturnValue:
    """Go to the provider. A POST: nobody is sent there, and signed in as somebody else, by a link."""
    return _leave(key, target=safe_target(request.form.get("next")))


@bp.post("/account/security/providers/<key>")
@confirmed
def connect_provider(key: str) -> ResponseReturnValue:
    """Go to the provider, to connect the identity there with this account."""
    return _leave(key, target="", connecting=current_actor().user_id)


@bp.get("/sign-in/with/<key>/callback")
@public
def provider_callback(key: str) -> ResponseReturnValue:
    """Come back from the provider. It is asked, over the network, before any transaction begins."""
    provider = oidc.get_provider(key)
    try:
        flow, claims = oidc.finish(provider, request.args, callback=_callback(key), now=clock.now())
    except oidc.ProviderFailed as failure:
        return _failed(provider, failure)
    asserted = asserted_by(claims, trust_mfa=provider.trust_mfa, acr=provider.acr)
    if flow.connecting is not None:
        return _connected(provider, asserted, flow.connecting)
    return _signed_in(provider, asserted, flow.target)


@bp.post("/account/security/identities/<int:identity_id>/disconnection")
@confirmed
def disconnect_provider(identity_id: int) -> ResponseReturnValue:
    """Let the identity sign nobody in any more."""
    with transaction() as session:
        providers.disconnect(session, current_actor(), identity_id, now=clock.now())
    flash(str(_("The connection is ended. Signing in by link works as before.")), "good")
    return redirect(url_for(SECURITY))


def _leave(key: str, *, target: str, connecting: int | None = None) -> ResponseReturnValue:
    """A page that goes on to the provider: the policy of our pages lets no form end up on another site."""
    provider, now = oidc.get_provider(key), clock.now()
    try:
        address = oidc.begin(provider, callback=_callback(key), target=target, connecting=connecting, now=now)
    except oidc.ProviderFailed as failure:
        return _failed(provider, failure)
    page = render_template("accounts/provider_leave.html", provider=provider, address=address)
    return page, {"Refresh": f"0; url={address}", "Referrer-Policy": "no-referrer"}


def _signed_in(provider: oidc.Provider, asserted: Asserted, target: str) -> ResponseReturnValue:
    with transaction() as session:
        arrival = providers.sign_in_with(session, asserted, language=language.current(), now=clock.now())
        if arrival.user_id is not None:
            sessions.start(session, arrival.user_id, method=Method.PROVIDER, second_factor=asserted.second_factor)
    if arrival.user_id is None:
        return render_template("accounts/provider_stop.html", provider=provider, outcome=arrival.outcome), 409
    return redirect(safe_target(target))


def _connected(provider: oidc.Provider, asserted: Asserted, user_id: int) -> ResponseReturnValue:
    actor = current_actor()
    if actor.user_id != user_id:
        return _failed(provider, oidc.ProviderFailed("was asked by somebody who is gone", by_browser=True))
    with transaction() as session:
        outcome = providers.connect(session, actor, asserted, provider=provider.name, now=clock.now())
    if outcome is Outcome.BELONGS_TO_ANOTHER:
        return render_template("accounts/provider_stop.html", provider=provider, outcome=outcome), 409
    flash(str(_("Connected. From now on you can sign in with %(name)s.", name=provider.name)), "good")
    return redirect(url_for(SECURITY))


def _failed(provider: oidc.Provider, failure: oidc.ProviderFailed) -> ResponseReturnValue:
    """One page for all that can go wrong; what it was stands in the log."""
    log.warning(
        "provider failed", provider=provider.key, why=failure.why, exc_info=None if failure.by_browser else failure
    )
    page = render_template("accounts/provider_failed.html", provider=provider)
    return page, HTTPStatus.BAD_REQUEST if failure.by_browser else HTTPStatus.BAD_GATEWAY


def _callback(key: str) -> str:
    """The address that the provider knows us by."""
    base = current_app.config["PUBLIC_URL"] or request.host_url
    return base.rstrip("/") + url_for(".provider_callback", key=key)


def _my_identities() -> list[dict[str, Any]]:
    """The identities of whoever is signed in, with the name of their provider."""
    names = {provider.issuer: provider.name for provider in oidc.list_providers()}
    found = list_identities(reading(), current_actor().user_id)
    return [{"row": row, "name": names.get(row.issuer, row.issuer)} for row in found]
