"""The providers of the settings, and the two halves of a sign-in: going there, and coming back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Flask, current_app

from app.kit.errors import NotFound
from app.kit.text import _
from app.web.oidc import flows
from app.web.oidc.failing import ProviderFailed
from app.web.oidc.flows import Flow


@dataclass(slots=True)
class Provider:
    """Where people sign in with an account that they have already."""

    key: str
    name: str
    issuer: str
    client_id: str
    secret: str = field(repr=False)
    trust_mfa: bool = False
    """Its word for a second factor is taken."""
    acr: str = ""
    """The level (``acr``) that stands for a second factor, beside ``mfa`` in ``amr``."""
    read_at: datetime | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    keys: dict[str, Any] = field(default_factory=dict)


def init_app(app: Flask) -> None:
    """Know the providers of the settings; none of them is asked anything yet."""
    settings: Mapping[str, Mapping[str, str]] = app.config["OIDC"]
    app.extensions["oidc"] = {
        key: Provider(
            key, words["name"], words["issuer"], words["client"], words["secret"],
            trust_mfa=words.get("trust_mfa") == "1", acr=words.get("acr", ""),
        )
        for key, words in settings.items()
    }  # fmt: skip


def list_providers() -> list[Provider]:
    """All of them, by name."""
    return sorted(current_app.extensions["oidc"].values(), key=lambda provider: provider.name.casefold())


def get_provider(key: str) -> Provider:
    """The provider with this key, or NotFound."""
    found: Provider | None = current_app.extensions["oidc"].get(key)
    if found is None:
        raise NotFound(_("Nobody signs in through this provider here."))
    return found


def begin(provider: Provider, *, callback: str, target: str, connecting: int | None, now: datetime) -> str:
    """Remember in this browser that it goes to the provider, and where: the address to go to. Or ProviderFailed."""
    from app.web.oidc import exchange  # noqa: PLC0415 (takes half a second to load, and not everybody needs it)

    flow = flows.start(provider.key, target=target, connecting=connecting, now=now)
    return exchange.address_of(provider, flow, callback=callback, now=now)


def finish(
    provider: Provider, answer: Mapping[str, str], *, callback: str, now: datetime
) -> tuple[Flow, dict[str, Any]]:
    """The way that this browser began, and what the provider says about the person. Or ProviderFailed.

    ``answer`` is the query that the browser came back with. The claims are those of the checked ID token; where it has
    no address, with those of the UserInfo endpoint.
    """
    from app.web.oidc import exchange  # noqa: PLC0415 (see begin)

    flow = flows.take(provider.key, answer.get("state", ""), now=now)
    if flow is None:
        raise ProviderFailed("was never asked by this browser, or long ago", by_browser=True)
    if "error" in answer or not answer.get("code"):
        raise ProviderFailed("did not let the person in", by_browser=True)
    return flow, exchange.claims_of(provider, flow, answer, callback=callback, now=now)
