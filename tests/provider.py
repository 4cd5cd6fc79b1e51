"""An OpenID Connect provider on this machine that says whatever a test wants, true or forged."""

import json
import threading
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

CLIENT, SECRET = "lernzelle", "s3cret %/+"


def key(kid: str = "first") -> ECKey:
    """A new signing key."""
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig"}, private=True)


def signed(claims: dict[str, Any], by: ECKey, *, alg: str = "ES256", **header: Any) -> str:
    """An ID token."""
    return jwt.encode({"alg": alg, "kid": by.kid} | header, claims, by, algorithms=[alg])


@dataclass
class FakeProvider:
    """What it says can be changed between two requests: metadata, keys, claims, whole answers by path."""

    url: str
    now: datetime
    metadata: dict[str, Any] = field(default_factory=dict)
    signing: ECKey = field(default_factory=key)
    published: list[ECKey] = field(default_factory=list)
    claims: dict[str, Any] = field(default_factory=dict)
    """What the ID token says besides iss, aud, exp, iat and nonce; None takes a claim out."""
    told: dict[str, Any] = field(default_factory=dict)
    """What the UserInfo endpoint says."""
    answers: dict[str, Callable[[Request], Response]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """The paths it was asked for."""
    begun: dict[str, str] = field(default_factory=dict)
    """The query of the authorization request that the code belongs to."""
    secret_in: str = "header"

    def __post_init__(self) -> None:
        self.published = [self.signing]
        self.metadata = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "userinfo_endpoint": f"{self.url}/who",
            "id_token_signing_alg_values_supported": ["ES256"],
        }

    def let_in(self, address: str, **claims: Any) -> str:
        """What the browser does at the provider: the query it comes back with, for the address it was sent to."""
        self.begun = dict(parse_qsl(urlsplit(address).query))
        self.claims = {"sub": "123", "email": "olena@example.org", "email_verified": True, "name": "Olena"} | claims
        return f"code=abc&state={self.begun['state']}"

    def token(self, **more: Any) -> str:
        """An ID token for the sign-in that was begun last."""
        seconds = int(self.now.timestamp())
        standard = {
            "iss": self.url, "aud": CLIENT, "iat": seconds, "exp": seconds + 300, "nonce": self.begun.get("nonce"),
        }  # fmt: skip
        said = standard | self.claims | more
        return signed({name: value for name, value in said.items() if value is not None}, self.signing)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        self.asked.append(request.path)
        answer = self.answers.get(request.path) or {
            "/.well-known/openid-configuration": lambda _request: _json(self.metadata),
            "/keys": lambda _request: _json({"keys": [each.as_dict(private=False) for each in self.published]}),
            "/token": self._token,
            "/who": self._who,
        }.get(request.path, lambda _request: Response(status=404))
        return answer(request)(environ, start_response)

    def _token(self, request: Request) -> Response:
        """Give tokens to whoever knows the secret, the code and the verifier, and names the same callback."""
        form = request.form
        if self.secret_in == "header":
            pair = b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode()
            client, _colon, secret = pair.partition(":")
            known = CLIENT in {client, unquote(client)} and SECRET in {secret, unquote(secret)}
        else:
            known = (form["client_id"], form["client_secret"]) == (CLIENT, SECRET)
        digest = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        proved = (self.begun["code_challenge_method"], self.begun["code_challenge"]) == ("S256", digest)
        same = form["redirect_uri"] == self.begun["redirect_uri"]
        if not (known and proved and same and form["code"] == "abc"):
            return _json({"error": "invalid_grant"}, 400)
        return _json({"access_token": "access", "token_type": "Bearer", "id_token": self.token()})

    def _who(self, request: Request) -> Response:
        assert request.headers["Authorization"] == "Bearer access"
        return _json(self.told)


def _json(said: Any, status: int = 200) -> Response:
    return Response(json.dumps(said), status, content_type="application/json")


class _Silent(WSGIRequestHandler):
    def log(self, *_said: object) -> None:
        """Keep requests out of the output of the tests."""


@contextmanager
def running(now: datetime) -> Iterator[FakeProvider]:
    """The provider on a free port of this machine."""
    listening = make_server("127.0.0.1", 0, lambda *_given: [], threaded=True, request_handler=_Silent)
    listening.app = provider = FakeProvider(f"http://127.0.0.1:{listening.port}", now)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


def settings(provider: FakeProvider, **more: str) -> dict[str, str]:
    """What stands in the settings of the platform about it."""
    return {"issuer": provider.url, "client": CLIENT, "secret": SECRET, "name": "Universität Musterstadt"} | more


def asked_with(address: str) -> dict[str, list[str]]:
    """The query of an address."""
    return parse_qs(urlsplit(address).query)
