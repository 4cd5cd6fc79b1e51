"""What accounts know about signing in: browsers, links, factors, tokens, failed tries."""

from collections.abc import Mapping

from app.kit.personal import (
    CREATED,
    EXPIRES,
    NUMBER,
    PERSON,
    REVOKED,
    USED,
    Audience,
    Basis,
    Column,
    Erasure,
    Purpose,
    Table,
    secret,
)
from app.kit.text import Text, _

SIGNING_IN = Purpose(
    _("Safe signing in"),
    _("Nobody else gets into the account: each sign-in, each factor and each failed try is counted."),
    Basis.INTEREST,
    (Audience.SELF,),
)
CHECK_VALUE = secret(_("check value of a secret, from which nobody can work it out"))


def _signing_in(name: str, meaning: Text, retention: str, columns: Mapping[str, Text | Column], *ends: str) -> Table:
    """A table of the means of signing in: all of it goes with the account."""
    whole: dict[str, Text | Column] = {"user_id": PERSON, **columns}
    return Table(
        name,
        meaning,
        SIGNING_IN,
        retention,
        Erasure.DELETE,
        whole,
        subject=("user_id",),
        ends=ends,
    )


MEANS = (
    _signing_in(
        "sign_in_sessions",
        _("browsers in which the person is or was signed in"),
        "sessions",
        {
            "id": NUMBER,
            "token_hash": CHECK_VALUE,
            "method": _("how they signed in"),
            "device": _("browser and system, in two words"),
            "created_at": _("since when"),
            "seen_at": _("when it was last used, to about ten minutes"),
            "confirmed_at": _("when they last proved who they are"),
            "second_factor_at": _("when they showed the second factor"),
            "ended_at": _("when it ended"),
        },
        "ended_at",
        "seen_at",
    ),
    _signing_in(
        "sign_in_links",
        _("sign-in links sent by mail"),
        "links",
        {
            "id": NUMBER,
            "purpose": _("what the link is for"),
            "token_hash": CHECK_VALUE,
            "target": _("page it leads to"),
            "created_at": CREATED,
            "expires_at": EXPIRES,
            "used_at": USED,
        },
        "expires_at",
    ),
    _signing_in(
        "email_changes",
        _("changes of the e-mail address"),
        "links",
        {
            "id": NUMBER,
            "new_email": _("new address"),
            "old_hash": CHECK_VALUE,
            "new_hash": CHECK_VALUE,
            "created_at": CREATED,
            "expires_at": EXPIRES,
            "old_confirmed_at": _("when the old mailbox said yes"),
            "new_confirmed_at": _("when the new mailbox said yes"),
            "done_at": _("when it took effect or was given up"),
        },
        "expires_at",
    ),
    _signing_in(
        "totps",
        _("authenticator app"),
        "account",
        {
            "secret": secret(_("secret shared with the app")),
            "next_secret": secret(_("secret of another app that is being set up")),
            "created_at": CREATED,
            "confirmed_at": _("when a first code proved it"),
            "last_step": secret(_("last code that was taken, so that none is taken twice")),
        },
    ),
    _signing_in(
        "recovery_codes",
        _("recovery codes"),
        "account",
        {"id": NUMBER, "code_hash": CHECK_VALUE, "created_at": CREATED, "used_at": USED},
    ),
    _signing_in(
        "passkeys",
        _("passkeys"),
        "account",
        {
            "id": NUMBER,
            "credential_id": secret(_("by what the device knows it")),
            "public_key": secret(_("public key of the device")),
            "sign_count": _("how often the device says it was used"),
            "transports": _("how the device is reached"),
            "name": _("name the person gave it"),
            "created_at": CREATED,
            "used_at": USED,
        },
    ),
    _signing_in(
        "external_identities",
        _("sign-in by another provider"),
        "account",
        {
            "id": NUMBER,
            "issuer": _("provider"),
            "subject": _("by what the provider knows the person"),
            "created_at": CREATED,
            "used_at": USED,
        },
    ),
    _signing_in(
        "api_tokens",
        _("tokens for programs"),
        "tokens",
        {
            "id": NUMBER,
            "name": _("name the person gave it"),
            "hint": _("first characters, to tell tokens apart"),
            "token_hash": CHECK_VALUE,
            "scopes": _("what it may do"),
            "created_at": CREATED,
            "expires_at": EXPIRES,
            "used_at": USED,
            "revoked_at": REVOKED,
        },
        "revoked_at",
        "expires_at",
    ),
)

ATTEMPTS = Table(
    "attempts_made",
    _("failed tries"),
    SIGNING_IN,
    "attempts",
    Erasure.KEEP,
    {
        "kind": _("what was tried"),
        "key_hash": secret(_("check value of address, person or client")),
        "made_at": _("when"),
    },
    things=("id",),
    ends=("made_at",),
    reason=_("Only a check value is kept, nobody can tell from it who it was, and it goes after one day."),
)
