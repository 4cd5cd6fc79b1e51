"""Second factors: what one may add, remove and try, and how codes are typed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from app.kit.actors import Actor, Grant, Role
from app.kit.text import _
from app.kit.verdicts import YES, Verdict, not_now, not_you

STEP = 30
"""Seconds that a code of an authenticator app lasts (RFC 6238)."""
LEEWAY = 1
"""Codes of so many steps before and after are taken as well: clocks differ, and typing takes time (RFC 6238, 5.2)."""
RECOVERY_CODES = 10
"""How many recovery codes a person gets at a time."""
RECOVERY_BYTES = 10
"""Random bytes in a recovery code: 80 bits, so that a plain hash of it cannot be guessed (ASVS 6.5.2)."""
MOST_PASSKEYS = 20
CHALLENGE_LIFETIME = timedelta(minutes=5)
"""How long a browser may take from the question to the answer of a passkey."""

_LOOKALIKES = str.maketrans({"0": "O", "1": "I", "8": "B"})
"""Digits that base32 does not have, and the letters they were read from."""


class Factor(StrEnum):
    """How somebody shows a second time who they are."""

    TOTP = "totp"
    """The code of an authenticator app."""
    PASSKEY = "passkey"


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person has: the app since when (None: not), how many passkeys, how many unused recovery codes."""

    totp_since: datetime | None = None
    passkeys: int = 0
    codes: int = 0

    @property
    def count(self) -> int:
        """How many factors they have; recovery codes only stand in for one."""
        return self.passkeys + (self.totp_since is not None)


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys belong: the origin of the pages, and the host as the id of the "relying party"."""

    origin: str
    host: str


def site_of(address: str) -> Site | None:
    """The site at ``https://host:port``; None when that is no address."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    return Site(f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}", parts.hostname)


def may_add_factor(factors: Factors, *, is_pending: bool, is_demo: bool) -> Verdict:
    """Whether the person may add a factor.

    Somebody who has still to show a second factor and has one must show that one: otherwise a password alone would do.
    Demo accounts are shared: the factor of one visitor would lock out the others.
    """
    if is_demo:
        return not_now(_("This is a demo account that many people share, so it works without a second factor."))
    if is_pending and factors.count:
        return not_you(_("Show the second factor that you have first."))
    return YES


def may_add_passkey(factors: Factors, *, is_pending: bool, is_demo: bool) -> Verdict:
    """Whether the person may add a passkey: as any factor, and not without end."""
    if factors.passkeys >= MOST_PASSKEYS:
        return not_now(_("You have %(most)s passkeys. Remove one that you do not use any more.", most=MOST_PASSKEYS))
    return may_add_factor(factors, is_pending=is_pending, is_demo=is_demo)


def may_remove_factor(factors: Factors, *, needs_one: bool) -> Verdict:
    """Whether the person may remove a factor: never the last one where they need one."""
    if needs_one and factors.count <= 1:
        return not_now(_("With your role you need a second factor. Add another one first, then remove this one."))
    return YES


def may_renew_codes(factors: Factors) -> Verdict:
    """Whether the person may have recovery codes: they stand in for a factor, so there must be one."""
    if not factors.count:
        return not_now(_("Recovery codes stand in for a second factor. Set one up first."))
    return YES


def may_reset_factors(actor: Actor, user_id: int, held: Iterable[Grant]) -> Verdict:
    """Whether the actor may take all factors from a person who lost them, and who holds these roles.

    A site administrator may; a Trio administrator for people all of whose roles are in the own Trios. Nobody for
    themselves: they would get round the second factor they have.
    """
    if user_id == actor.user_id:
        return not_you(_("You change your own factors in your account."))
    if actor.has(Role.SITE_ADMIN):
        return YES
    trios = {grant.trio_id for grant in held}
    if trios and trios <= actor.trios_as(Role.TRIO_ADMIN):
        return YES
    return not_you(_("Only the administration of their Trio or of this platform may do this."))


def step_of(moment: datetime) -> int:
    """The time step of a moment, counted from 1970 (RFC 6238)."""
    return int(moment.timestamp()) // STEP


def clean_code(typed: str) -> str:
    """A code as it is compared: without blanks and hyphens, in capitals."""
    return re.sub(r"[\s-]", "", typed).upper()


def is_app_code(code: str) -> bool:
    """Whether a clean code can be one of an authenticator app: six digits."""
    return re.fullmatch("[0-9]{6}", code) is not None


def clean_recovery_code(code: str) -> str:
    """A clean code with the letters that were meant where digits were read."""
    return code.translate(_LOOKALIKES)


def in_groups(code: str) -> str:
    """A long code as people type it: in groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def counter_is_sound(known: int, told: int) -> bool:
    """Whether the counter of a passkey went up, as it does unless there is a copy; zero means it does not count."""
    return known == 0 or told == 0 or told > known


def challenge_lives(asked_at: datetime, *, now: datetime) -> bool:
    """Whether the answer to a question still counts."""
    return timedelta(0) <= now - asked_at <= CHALLENGE_LIFETIME
