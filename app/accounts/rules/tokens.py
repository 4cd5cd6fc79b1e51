"""Personal API tokens: what they look like, what they allow, and how long they live."""

import re
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from app.kit.text import Text, _
from app.kit.verdicts import Verdict, not_now

PREFIX = "lz_"
HINT_LENGTH = 9
"""Characters by which people tell their tokens apart."""
LIVES = (30, 90, 365)
"""Days that a token may live."""
MOST_ALIVE = 20
"""Tokens of one person that work at the same time."""
SECRET_BYTES = 32
_SHAPE = re.compile(r"lz_[\w-]{43}[\w-]{6}", re.ASCII)


class Scope(StrEnum):
    """What a token may be used for; a view of the API names the one that it wants."""

    RUNS_READ = "runs:read"
    ENROLMENTS_WRITE = "enrolments:write"
    REPORTS_READ = "reports:read"


SCOPES: Mapping[Scope, Text] = {
    Scope.RUNS_READ: _("See runs as you see them, also those that are not published"),
    Scope.ENROLMENTS_WRITE: _("Take a seat for you in a run, and give it back"),
    Scope.REPORTS_READ: _("Read the reports that you may read"),
}
"""In one sentence each, for whoever chooses."""


def token_of(secret: bytes) -> str:
    """The token made of a random secret: a prefix and a checksum let scanners find leaked ones without doubt."""
    body = _plain(secret)
    return f"{PREFIX}{body}{_checksum(body)}"


def is_well_formed(text: str) -> bool:
    """Whether this can be one of our tokens at all; what was cut off or mistyped is none."""
    return bool(_SHAPE.fullmatch(text)) and text[-6:] == _checksum(text[len(PREFIX) : -6])


def hint_of(token: str) -> str:
    """Its first characters."""
    return token[:HINT_LENGTH]


def token_works(*, expires_at: datetime, revoked_at: datetime | None, now: datetime) -> bool:
    """Whether a token still opens anything."""
    return revoked_at is None and now < expires_at


def ends_at(days: int, *, now: datetime) -> datetime:
    """When a token that lives so many days stops working."""
    return now + timedelta(days=days)


def last_used(used_at: datetime) -> datetime:
    """How exactly the last use of a token is kept: to the hour."""
    return used_at.replace(minute=0, second=0, microsecond=0)


def may_make_token(way_in: Verdict, *, alive: int) -> Verdict:
    """Whether the person may have one more: if they may add a way in at all, and have few enough."""
    if way_in and alive >= MOST_ALIVE:
        return not_now(_("You have %(most)s tokens that work. Revoke one that you do not need.", most=MOST_ALIVE))
    return way_in


def _plain(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _checksum(body: str) -> str:
    return _plain(zlib.crc32(body.encode()).to_bytes(4, "big"))
