"""What is asked of an authenticator, and what it answers (WebAuthn level 3); no database.

The package ``webauthn`` checks the answers. It is loaded where it is needed: that takes a third of a second, and most
processes never do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.accounts.rules.factors import Site

Options = dict[str, Any]
STRANGE = (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError)
"""How the package meets what no browser sends, besides its own exceptions."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser sent: the credential as JSON, to which challenge, on which site."""

    credential: Mapping[str, Any]
    challenge: bytes
    site: Site


@dataclass(frozen=True, slots=True)
class Created:
    """A new credential: id (base64url), public key (COSE), counter, and the ways to reach it."""

    credential_id: str
    public_key: bytes
    sign_count: int
    transports: list[str]


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that was right: the counter, and whose credential the authenticator says it is (base64url)."""

    sign_count: int
    handle: str | None


def creation_options(
    site: Site, challenge: bytes, *, handle: bytes, account: str, name: str, known: Sequence[str]
) -> Options:
    """For ``navigator.credentials.create()``: a passkey that stays on the device, behind the device's own lock."""
    from webauthn import generate_registration_options  # noqa: PLC0415
    from webauthn.helpers import base64url_to_bytes, options_to_json_dict, structs  # noqa: PLC0415

    return options_to_json_dict(
        generate_registration_options(
            rp_id=site.host, rp_name="Lernzelle", user_id=handle, user_name=account, user_display_name=name,
            challenge=challenge, timeout=_TIMEOUT,
            authenticator_selection=structs.AuthenticatorSelectionCriteria(
                resident_key=structs.ResidentKeyRequirement.REQUIRED,
                user_verification=structs.UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in known],
        )
    )  # fmt: skip


def request_options(site: Site, challenge: bytes, *, known: Sequence[str] = ()) -> Options:
    """For ``navigator.credentials.get()``: one of these credentials, or any of this site."""
    from webauthn import generate_authentication_options  # noqa: PLC0415
    from webauthn.helpers import base64url_to_bytes, options_to_json_dict, structs  # noqa: PLC0415

    return options_to_json_dict(
        generate_authentication_options(
            rp_id=site.host, challenge=challenge, timeout=_TIMEOUT,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
            allow_credentials=[structs.PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in known],
        )
    )  # fmt: skip


def read_created(answer: Answer) -> Created | None:
    """The new credential, or None when the answer is wrong in any way: challenge, site, form, no check of the user."""
    from webauthn import verify_registration_response  # noqa: PLC0415
    from webauthn.helpers import bytes_to_base64url, parse_registration_credential_json  # noqa: PLC0415
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    try:
        credential = parse_registration_credential_json(dict(answer.credential))
        found = verify_registration_response(
            credential=credential, expected_challenge=answer.challenge, expected_rp_id=answer.site.host,
            expected_origin=answer.site.origin, require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, *STRANGE):
        return None
    ways = [way.value for way in credential.response.transports or []]
    return Created(bytes_to_base64url(found.credential_id), found.credential_public_key, found.sign_count, ways)


def read_signed(answer: Answer, public_key: bytes) -> Signed | None:
    """What was signed with the credential, or None when the answer is wrong in any way.

    The counter is not compared here: what it means when it goes back is for the caller.
    """
    from webauthn import verify_authentication_response  # noqa: PLC0415
    from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json  # noqa: PLC0415
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    try:
        credential = parse_authentication_credential_json(dict(answer.credential))
        found = verify_authentication_response(
            credential=credential, expected_challenge=answer.challenge, expected_rp_id=answer.site.host,
            expected_origin=answer.site.origin, credential_public_key=public_key, credential_current_sign_count=0,
            require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, *STRANGE):
        return None
    handle = credential.response.user_handle
    return Signed(found.new_sign_count, bytes_to_base64url(handle) if handle is not None else None)


_TIMEOUT = 5 * 60 * 1000
"""Milliseconds a browser waits for the person; the challenge lives no longer."""
