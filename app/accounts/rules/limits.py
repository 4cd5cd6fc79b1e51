"""How often something may be tried: by whom, within which time. One table, read by whoever asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from app.kit.text import Text, _
from app.kit.verdicts import YES, Verdict, not_now


class Kind(StrEnum):
    """What is counted, and for whom."""

    PASSWORD = "password"  # noqa: S105 (a word of the domain)
    """Wrong passwords for one account, on whatever page."""
    CODE = "code"
    """Wrong codes for one account: of an app or from paper."""
    GUESS = "guess"
    """Wrong passwords and codes for one account together."""
    GUESS_CLIENT = "guess.client"
    """Wrong passwords and codes from one place in the network, whoever they were for."""
    LINK_CLIENT = "link.client"
    """Links and resets asked for from one place."""
    EMAIL_CHANGE = "email.change"
    """New addresses that one account asks for: each asks a stranger's mailbox."""
    NEWCOMER_CLIENT = "newcomer.client"
    """Places taken from one place in the network by people who are not signed in."""
    NEWCOMER_ADDRESS = "newcomer.address"
    """Places taken so for one address, whether it has an account or not: each writes a mail to it."""
    TOKEN_CLIENT = "token.client"  # noqa: S105 (a word of the domain)
    """Links of mails (invitations, new addresses) and API tokens that did not work, from one place."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many within a time, and what to say to one more."""

    most: int
    window: timedelta
    reason: Text


_QUARTER, _HOUR = timedelta(minutes=15), timedelta(hours=1)
_PASSWORDS = _("There were too many wrong passwords. Wait 15 minutes, "
               "or let us send you a link to sign in without a password.")  # fmt: skip
_TRIES = _("There were too many wrong tries. Wait 15 minutes and try again.")
_PLACE = _("There were very many tries from your network. Wait a while and try again.")

LIMITS: Mapping[Kind, Limit] = {
    Kind.PASSWORD: Limit(5, _QUARTER, _PASSWORDS),
    Kind.CODE: Limit(5, _QUARTER, _TRIES),
    Kind.GUESS: Limit(40, _HOUR, _TRIES),
    Kind.GUESS_CLIENT: Limit(30, _QUARTER, _PLACE),
    Kind.LINK_CLIENT: Limit(20, _HOUR, _PLACE),
    Kind.EMAIL_CHANGE: Limit(5, _HOUR, _("You asked for several new addresses already. Wait an hour and try again.")),
    Kind.NEWCOMER_CLIENT: Limit(30, _HOUR, _PLACE),
    Kind.NEWCOMER_ADDRESS: Limit(5, _HOUR, _TRIES),
    Kind.TOKEN_CLIENT: Limit(60, _HOUR, _PLACE),
}
"""Nobody guesses more than 40 times an hour at one account, whatever way they take (ASVS 6.3.1), and nobody is locked
out by somebody else's guessing: the mail link and the passkey are not counted. A place is a whole company behind one
address at times, so the limits of places are wide."""

LONGEST = max(limit.window for limit in LIMITS.values())
"""How long tries are remembered."""


def may_try(kind: Kind, made: int) -> Verdict:
    """Whether one more is fine after so many within the kind's window."""
    limit = LIMITS[kind]
    return YES if made < limit.most else not_now(limit.reason)
