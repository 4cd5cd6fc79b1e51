"""Whose account it is when somebody comes back from an OpenID Connect provider, and what its word is worth."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.accounts.rules.signing_in import clean_email, clean_name
from app.kit.text import _
from app.kit.verdicts import YES, Verdict, not_now

LONGEST_EMAIL = 254
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Asserted:
    """What a provider says about the person, as far as we believe it."""

    issuer: str
    subject: str
    email: str | None = None
    """The clean address; only when the provider says that it is proved to be theirs."""
    name: str = ""
    second_factor: bool = False


class Outcome(StrEnum):
    """What comes of it."""

    KNOWN = "known"
    """The identity belongs to an account: that person is signed in."""
    CONNECTED = "connected"
    """It belongs to whoever asked to connect it, from now on or already."""
    BELONGS_TO_ANOTHER = "belongs_to_another"
    """It was to be connected, and is another account's."""
    INVITED = "invited"
    """The address has no account and an open invitation: an account is made and accepts it."""
    TAKEN = "taken"
    """The address has an account; it is never taken over, its owner connects it (and follows the mail, if invited)."""
    NEW = "new"
    """A new account, without any role."""
    NO_ADDRESS = "no_address"
    """Without a proved address nobody gets an account."""


def asserted_by(claims: Mapping[str, Any], *, trust_mfa: bool = False, acr: str = "") -> Asserted:
    """What checked claims are worth.

    ``email_verified`` counts when it is true, and nothing that merely looks like it (OpenID Connect Core 1.0, 5.1).
    A second factor counts when we trust this provider with it (``trust_mfa``) and it says ``mfa`` (RFC 8176) or the
    level ``acr``.
    """
    methods, level = claims.get("amr"), claims.get("acr")
    has_mfa = (isinstance(methods, list) and "mfa" in methods) or (acr != "" and level == acr)
    return Asserted(
        issuer=claims["iss"],
        subject=claims["sub"],
        email=_address(claims.get("email")) if claims.get("email_verified") is True else None,
        name=_name(claims.get("name")),
        second_factor=trust_mfa and has_mfa,
    )


def outcome_of(
    *, owner: int | None, connecting: int | None, has_address: bool, is_invited: bool, is_taken: bool
) -> Outcome:
    """What comes of an identity.

    ``owner`` has it already; ``connecting`` asked to connect it; ``is_invited`` and ``is_taken`` tell of the proved
    address whether it has an open invitation and an account.
    """
    if connecting is not None:
        return Outcome.CONNECTED if owner in {None, connecting} else Outcome.BELONGS_TO_ANOTHER
    if owner is not None:
        return Outcome.KNOWN
    if not has_address:
        return Outcome.NO_ADDRESS
    if is_taken:
        return Outcome.TAKEN
    return Outcome.INVITED if is_invited else Outcome.NEW


def may_add_way_in(*, is_verified: bool, is_demo: bool) -> Verdict:
    """Whether an account may be given a further way in, an identity or a token: only once its address is proved.

    Otherwise somebody could enrol with a stranger's address, add a way of their own, and still get in after the
    stranger has come by the link. Demo accounts are everybody's.
    """
    if is_demo:
        return not_now(_("This is a demo account that many people share: it gets no further ways in."))
    if is_verified:
        return YES
    return not_now(
        _("First show that the address is yours: sign out, let us send you a link, and sign in with it once.")
    )


def _address(said: object) -> str | None:
    """The address as it is stored, if it is one that we could store."""
    if not isinstance(said, str):
        return None
    address = clean_email(said)
    local, _at, domain = address.rpartition("@")
    plain = all("!" <= character <= "~" for character in address)
    return address if plain and local and "." in domain and len(address) <= LONGEST_EMAIL else None


def _name(said: object) -> str:
    """The name as it is stored; empty when there is none that could be shown."""
    if not isinstance(said, str):
        return ""
    return clean_name("".join(character for character in said if character.isprintable()))[:LONGEST_NAME].strip()
