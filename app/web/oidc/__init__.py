"""Signing in at OpenID Connect providers: the only place that talks to them (OpenID Connect Core 1.0, code flow).

``begin`` gives the address to send the browser to, ``finish`` what the provider says about the person. Nothing here
touches the database, and nothing here is called inside a transaction: a provider may take its time to answer.
"""

from app.web.oidc.failing import ProviderFailed
from app.web.oidc.flows import Flow
from app.web.oidc.providers import Provider, begin, finish, get_provider, init_app, list_providers

__all__ = [
    "Flow",
    "Provider",
    "ProviderFailed",
    "begin",
    "finish",
    "get_provider",
    "init_app",
    "list_providers",
]
