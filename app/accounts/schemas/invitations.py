"""What people type to invite somebody, and to accept."""

from email.utils import parseaddr
from typing import Any

from marshmallow import Schema, ValidationError, fields

from app.accounts.rules import clean_email
from app.accounts.rules.invitations import PLATFORM_ROLES, TRIO_ROLES
from app.kit.text import _
from app.web.schemas import EmailAddress, OneLine, Whole, length, one_of

MOST_ADDRESSES = 50
"""In one form; more than a Trio has colleagues."""


class Addresses(fields.Field[list[str]]):
    """Mail addresses, one per line or apart by commas, as mail programs copy them; each once. Faults say their line."""

    def _deserialize(self, value: Any, *_more: Any, **_kwargs: Any) -> list[str]:
        found: dict[str, None] = {}
        faults = []
        for number, line in enumerate(str(value).splitlines(), start=1):
            for part in filter(None, (piece.strip() for piece in line.replace(";", ",").split(","))):
                address = parseaddr(part)[1] if part.endswith(">") else part
                try:
                    found[clean_email(EmailAddress().deserialize(address))] = None
                except ValidationError as fault:
                    faults.append(_("Line %(number)s: %(why)s", number=number, why=str(fault.messages[0])))
        if len(found) > MOST_ADDRESSES:
            faults.append(_("At most %(number)s addresses at once.", number=MOST_ADDRESSES))
        if faults:
            raise ValidationError(faults)
        return list(found)


class InviteIn(Schema):
    """Inviting people into a Trio."""

    emails = Addresses(required=True)
    role = fields.String(required=True, validate=one_of(*TRIO_ROLES))
    organisation_id = Whole(required=True)
    language = fields.String(load_default="de", validate=one_of("de", "en"))


class PlatformInviteIn(Schema):
    """Inviting somebody who acts for the whole platform."""

    emails = Addresses(required=True)
    role = fields.String(required=True, validate=one_of(*PLATFORM_ROLES))
    language = fields.String(load_default="de", validate=one_of("de", "en"))


class GiveRoleIn(Schema):
    """Giving a role to somebody who has an account; the partner only for a role in a Trio."""

    role = fields.String(required=True, validate=one_of(*TRIO_ROLES, *PLATFORM_ROLES))
    partnership_id = Whole(load_default=None, allow_none=True)


class NewcomerIn(Schema):
    """Accepting without an account: the name for it."""

    name = OneLine(required=True, validate=length(2, 120))
