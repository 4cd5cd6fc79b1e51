"""How long links and sessions live, and where one is sent after signing in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.kit.actors import Role
from app.kit.text import _
from app.kit.verdicts import YES, Verdict, not_now


class Method(StrEnum):
    """How a session began."""

    PASSWORD = "password"  # noqa: S105 (a word of the domain)
    LINK = "link"
    PASSKEY = "passkey"
    PROVIDER = "provider"
    INVITATION = "invitation"


class LinkPurpose(StrEnum):
    """What a mailed link is for. Both sign in; a reset goes on to choosing a new password."""

    SIGN_IN = "sign_in"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a session lasts unused, and at most."""

    idle: timedelta
    longest: timedelta


LEARNER_SESSION = Lifetime(idle=timedelta(days=30), longest=timedelta(days=90))
"""People learn on their own phone between two shifts: they should not have to sign in each time."""
STAFF_SESSION = Lifetime(idle=timedelta(hours=12), longest=timedelta(days=14))
"""Staff see other people's data, often on shared computers."""
CONFIRMATION_LIFETIME = timedelta(minutes=15)
"""How long after signing in or confirming a dangerous act needs no further proof."""
STAFF = frozenset(Role)
"""Every role that is granted: who holds one sees more than the own data."""

LINK_LIFETIME = timedelta(hours=24)
EMAIL_CHANGE_LIFETIME = timedelta(hours=24)
"""How long both mailboxes have to say yes to a new address."""
LINKS_ALLOWED = 5
"""Links sent to one address within an hour."""


def clean_email(typed: str) -> str:
    """The address as it is stored: without spaces around it, in lower case."""
    return typed.strip().lower()


def clean_name(typed: str) -> str:
    """The name as it is stored: on one line, with single spaces. It stands in the subject of mails."""
    return " ".join(typed.split())


def may_send_link(sent: int) -> Verdict:
    """Whether one more link is sent to an address that got so many in the last hour."""
    if sent >= LINKS_ALLOWED:
        return not_now(
            _("We sent several links to this address already. Look into your mailbox, in the spam folder too.")
        )
    return YES


def may_change_sign_in(*, is_demo: bool) -> Verdict:
    """Whether the person may choose another password or address.

    The password of demo accounts is published, and many people use them: one visitor would lock out the others.
    """
    if is_demo:
        return not_now(
            _("This is a demo account that many people share: its address and its password stay as they are.")
        )
    return YES


def link_works(*, expires_at: datetime, used_at: datetime | None, now: datetime) -> bool:
    """Whether a link signs in: once, and only until it expires."""
    return used_at is None and now < expires_at


def email_change_works(*, expires_at: datetime, done_at: datetime | None, now: datetime) -> bool:
    """Whether a change of address still waits for its mailboxes: not done, not given up, not expired."""
    return done_at is None and now < expires_at


def session_lifetime(*, is_staff: bool) -> Lifetime:
    """How long the sessions of a person last."""
    return STAFF_SESSION if is_staff else LEARNER_SESSION


def session_lives(
    *, created_at: datetime, seen_at: datetime, ended_at: datetime | None, is_staff: bool, now: datetime
) -> bool:
    """Whether a session still signs in: not ended, used lately, and not too old."""
    lifetime = session_lifetime(is_staff=is_staff)
    return ended_at is None and now - seen_at <= lifetime.idle and now - created_at <= lifetime.longest


def needs_second_factor(roles: Iterable[Role], *, has_one: bool, required: bool, is_demo: bool) -> bool:
    """Whether a session counts only after a second factor: always for who has one, and for staff where required.

    Demo accounts have a published password; a second factor would guard nothing there.
    """
    return has_one or (required and not is_demo and any(role in STAFF for role in roles))


def is_confirmed(confirmed_at: datetime, *, now: datetime) -> bool:
    """Whether the person proved who they are recently enough for a dangerous act."""
    return now - confirmed_at <= CONFIRMATION_LIFETIME


def safe_target(target: str | None) -> str:
    r"""A path on this platform to go to after signing in; anything else becomes ``/my`` (no open redirect).

    Browsers read ``//host`` and ``/\host`` as another site, and drop tabs and line breaks before they look.
    """
    if not target or len(target) > 500 or not target.startswith("/") or target.startswith("//"):
        return "/my"
    if "\\" in target or any(ord(character) < 32 for character in target):
        return "/my"
    return target
