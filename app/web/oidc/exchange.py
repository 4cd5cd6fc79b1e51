"""What is said between us and a provider: its metadata, the way there, tokens for a code, and claims for tokens."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from app.web.oidc import id_tokens, talking
from app.web.oidc.failing import ProviderFailed
from app.web.oidc.flows import Flow
from app.web.oidc.providers import Provider

KEPT = timedelta(hours=1)
"""How long a provider's metadata and keys are kept."""
SCOPE = "openid email profile"
_ADDRESS = re.compile(r"https?://[!-~]+")


def address_of(provider: Provider, flow: Flow, *, callback: str, now: datetime) -> str:
    """Where to send the browser."""
    where = _endpoint(_metadata(provider, now=now), "authorization_endpoint")
    asking = talking.client(client_id=provider.client_id, scope=SCOPE, code_challenge_method="S256")
    url, _state = asking.create_authorization_url(
        where, state=flow.state, nonce=flow.nonce, code_verifier=flow.verifier, redirect_uri=callback
    )
    return str(url)


def claims_of(
    provider: Provider, flow: Flow, answer: Mapping[str, str], *, callback: str, now: datetime
) -> dict[str, Any]:
    """What the provider says about the person who came back with this answer."""
    metadata = _metadata(provider, now=now)
    promised = metadata.get("authorization_response_iss_parameter_supported") is True
    if answer.get("iss", "" if promised else provider.issuer) != provider.issuer:  # RFC 9207
        raise ProviderFailed("is not the one that was asked", by_browser=True)
    tokens = _exchange(provider, metadata, answer["code"], flow, callback=callback)
    claims = _checked(provider, metadata, tokens, flow, now=now)
    return claims | _user_info(metadata, tokens, claims)


def _exchange(provider: Provider, metadata: dict[str, Any], code: str, flow: Flow, *, callback: str) -> dict[str, str]:
    """An ID token and an access token for the code."""
    welcome = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    method = "client_secret_basic" if "client_secret_basic" in welcome else "client_secret_post"
    asking = talking.client(
        client_id=provider.client_id, client_secret=provider.secret, token_endpoint_auth_method=method
    )
    where = _endpoint(metadata, "token_endpoint")
    tokens = talking.get_tokens(asking, where, code=code, redirect_uri=callback, code_verifier=flow.verifier)
    if not all(isinstance(tokens.get(name), str) for name in ("id_token", "access_token")):
        raise ProviderFailed("gives no ID token")
    return tokens


def _checked(
    provider: Provider, metadata: dict[str, Any], tokens: dict[str, str], flow: Flow, *, now: datetime
) -> dict[str, Any]:
    """The claims of the ID token. Keys are read anew, once, when it is signed with one that is not known yet."""
    algorithms = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
    expected = id_tokens.Expected(provider.issuer, provider.client_id, flow.nonce, algorithms)
    if provider.keys:
        try:
            return id_tokens.check(tokens, provider.keys, expected, now=now)
        except id_tokens.KeyUnknown:
            pass
    provider.keys = talking.get_json(_endpoint(metadata, "jwks_uri"))
    return id_tokens.check(tokens, provider.keys, expected, now=now)


def _user_info(metadata: dict[str, Any], tokens: dict[str, str], claims: dict[str, Any]) -> dict[str, Any]:
    """What the provider tells besides, where the ID token has no address (OpenID Connect Core 1.0, section 5.4)."""
    if "email" in claims or not metadata.get("userinfo_endpoint"):
        return {}
    told = talking.get_json(_endpoint(metadata, "userinfo_endpoint"), token=tokens["access_token"])
    if told.get("sub") != claims["sub"]:
        raise ProviderFailed("tells about somebody else")
    return {name: told[name] for name in ("email", "email_verified", "name") if name in told}


def _metadata(provider: Provider, *, now: datetime) -> dict[str, Any]:
    """What the provider publishes about itself (OpenID Connect Discovery 1.0), read at most once an hour."""
    if provider.read_at is None or not timedelta() <= now - provider.read_at < KEPT:
        found = talking.get_json(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != provider.issuer:
            raise ProviderFailed("says that it is another one")
        provider.metadata, provider.keys, provider.read_at = found, {}, now
    return provider.metadata


def _endpoint(metadata: dict[str, Any], name: str) -> str:
    found = metadata.get(name)
    if not isinstance(found, str) or not _ADDRESS.fullmatch(found):
        raise ProviderFailed("does not say where to ask it")
    talking.require_encrypted(found)
    return found
