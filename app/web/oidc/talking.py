"""Asking a provider over HTTP: encrypted, briefly, without being sent elsewhere, and never more than it may say.

Loaded at the first sign-in through a provider: ``requests`` and Authlib take half a second.
"""

import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from requests import PreparedRequest, RequestException, Response
from requests.adapters import HTTPAdapter

from app.web.oidc.failing import ProviderFailed

TIMEOUT = (4.0, 8.0)
"""Seconds until a connection stands, and between two pieces of the answer."""
PATIENCE = 15.0
"""Seconds for a whole answer."""
MOST_BYTES = 256 * 1024
_HERE = {"localhost", "127.0.0.1"}


class _Guarded(HTTPAdapter):
    """Sends what ``requests`` wants to send, within these bounds."""

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,  # noqa: ARG002 (we always read piece by piece)
        timeout: Any = None,  # noqa: ARG002 (ours holds)
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
        """Refuse what is not encrypted, redirects, and answers that are too long or too slow."""
        require_encrypted(request.url or "")
        answer = super().send(request, stream=True, timeout=TIMEOUT, verify=verify, cert=cert, proxies=proxies)
        with answer:
            if 300 <= answer.status_code < 400:
                raise ProviderFailed("it sends us elsewhere")
            answer._content = _read(answer)  # noqa: SLF001 (requests has no bound of its own)
        return answer


def _read(answer: Response) -> bytes:
    body, began = b"", time.monotonic()
    for piece in answer.iter_content(16 * 1024):
        body += piece
        if len(body) > MOST_BYTES or time.monotonic() - began > PATIENCE:
            raise ProviderFailed("its answer is too long or too slow")
    return body


def require_encrypted(url: str) -> None:
    """Refuse any address that is neither https nor on this machine."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _HERE):
        raise ProviderFailed("one of its addresses is not encrypted")


def client(**settings: Any) -> OAuth2Session:
    """An OAuth 2.0 client that keeps within the bounds."""
    made = OAuth2Session(**settings)
    made.mount("https://", _Guarded())
    made.mount("http://", _Guarded())
    made.headers["Accept-Encoding"] = "identity"
    return made


def get_json(url: str, *, token: str | None = None) -> dict[str, Any]:
    """The JSON object at an address of the provider."""
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    try:
        with client() as asking:
            answer = asking.get(url, withhold_token=True, headers=headers)
        found = answer.json() if answer.status_code == HTTPStatus.OK else None
    except (RequestException, ValueError) as error:
        raise ProviderFailed("it cannot be reached or understood") from error
    if not isinstance(found, dict):
        raise ProviderFailed("its answer is no object")
    return found


def get_tokens(asking: OAuth2Session, url: str, **sent: str) -> dict[str, Any]:
    """What the provider gives for a code."""
    try:
        with asking:
            tokens = asking.fetch_token(url, grant_type="authorization_code", **sent)
    except OAuthError as error:
        wrong_code = error.error == "invalid_grant"
        raise ProviderFailed("it refuses the code", by_browser=wrong_code) from error
    except (RequestException, ValueError) as error:
        raise ProviderFailed("it cannot be reached or understood") from error
    return dict(tokens)
