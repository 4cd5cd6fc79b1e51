"""How long links live, how many wrong passwords are checked, and where one may be sent after signing in."""

from datetime import datetime, timedelta

from app.kit.text import _
from app.kit.verdicts import YES, Verdict, not_now

LINK_LIFETIME = timedelta(hours=24)
FAILURES_ALLOWED = 5
FAILURE_WINDOW = timedelta(minutes=15)
LINKS_ALLOWED = 5
"""Links sent to one address within an hour."""


def clean_email(typed: str) -> str:
    """The address as it is stored: without spaces around it, in lower case."""
    return typed.strip().lower()


def clean_name(typed: str) -> str:
    """The name as it is stored: on one line, with single spaces. It stands in the subject of mails."""
    return " ".join(typed.split())


def may_try_password(failures: int) -> Verdict:
    """Whether one more password is checked for an address with so many recent failures; the mail link always works."""
    if failures >= FAILURES_ALLOWED:
        return not_now(
            _(
                "There were too many wrong passwords. Wait 15 minutes, "
                "or let us send you a link to sign in without a password."
            )
        )
    return YES


def may_send_link(sent: int) -> Verdict:
    """Whether one more link is sent to an address that got so many in the last hour."""
    if sent >= LINKS_ALLOWED:
        return not_now(
            _("We sent several links to this address already. Look into your mailbox, in the spam folder too.")
        )
    return YES


def link_works(*, expires_at: datetime, used_at: datetime | None, now: datetime) -> bool:
    """Whether a link signs in: once, and only until it expires."""
    return used_at is None and now < expires_at


def safe_target(target: str | None) -> str:
    r"""A path on this platform to go to after signing in; anything else becomes ``/my`` (no open redirect).

    Browsers read ``//host`` and ``/\host`` as another site, and drop tabs and line breaks before they look.
    """
    if not target or len(target) > 500 or not target.startswith("/") or target.startswith("//"):
        return "/my"
    if "\\" in target or any(ord(character) < 32 for character in target):
        return "/my"
    return target
