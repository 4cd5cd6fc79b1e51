"""What this browser has begun at providers and not finished: in its signed session cookie, each used once.

State, nonce and PKCE verifier are all made from one secret, so that several tabs fit into one cookie.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from flask import session

LIFETIME = timedelta(minutes=10)
MOST_AT_ONCE = 3
"""Tabs that may be on their way at the same time: a cookie holds 4 KB."""
LONGEST_TARGET = 300
_COOKIE = "providers"


@dataclass(frozen=True, slots=True)
class Flow:
    """One way to a provider and back."""

    secret: str
    provider: str
    """The key of the provider."""
    begun: int
    """Seconds since 1970."""
    target: str
    """Where to go on afterwards."""
    connecting: int | None
    """Who wants to connect the provider with their account; None when somebody signs in."""

    @property
    def state(self) -> str:
        """Comes back with the answer: it belongs to this browser and to nothing else."""
        return self._made("state")

    @property
    def nonce(self) -> str:
        """Stands in the ID token: it was made for this very sign-in."""
        return self._made("nonce")

    @property
    def verifier(self) -> str:
        """Proves to the provider that whoever brings the code has also asked for it (PKCE, RFC 7636)."""
        return self._made("verifier")

    def _made(self, purpose: str) -> str:
        made = hmac.new(self.secret.encode(), purpose.encode(), sha256).digest()
        return urlsafe_b64encode(made).decode().rstrip("=")


def start(provider: str, *, target: str, connecting: int | None, now: datetime) -> Flow:
    """Remember that this browser goes to the provider; the oldest of too many is forgotten."""
    target = target if len(target) <= LONGEST_TARGET else ""
    flow = Flow(secrets.token_urlsafe(24), provider, int(now.timestamp()), target, connecting)
    session[_COOKIE] = [list(astuple(each)) for each in [*_open(now), flow][-MOST_AT_ONCE:]]
    return flow


def take(provider: str, state: str, *, now: datetime) -> Flow | None:
    """The way to this provider that the state belongs to, now used up; None when there is none or it took too long."""
    flows = _open(now)
    found = next((flow for flow in flows if hmac.compare_digest(flow.state.encode(), state.encode())), None)
    session[_COOKIE] = [list(astuple(each)) for each in flows if each is not found]
    return found if found is not None and found.provider == provider else None


def _open(now: datetime) -> list[Flow]:
    """What was begun lately enough. The cookie is signed: nobody but us wrote it."""
    flows = [Flow(*kept) for kept in session.get(_COOKIE, [])]
    return [flow for flow in flows if 0 <= now.timestamp() - flow.begun <= LIFETIME.total_seconds()]
