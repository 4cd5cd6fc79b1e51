"""What people choose for a personal API token."""

from marshmallow import Schema, fields, validate

from app.accounts.rules.tokens import LIVES, Scope
from app.kit.text import _
from app.web.schemas import OneLine, length, one_of

NOTHING_CHOSEN = _("Choose at least one.")


class TokenIn(Schema):
    """A new token: what it is for, what it may be used for, and for how many days."""

    name = OneLine(required=True, validate=length(1, 60))
    scopes = fields.List(
        fields.String(validate=one_of(*Scope)),
        required=True,
        validate=validate.Length(1, len(Scope)),
        error_messages={"required": NOTHING_CHOSEN},  # type: ignore[dict-item] # said in the reader's language
    )
    days = fields.String(required=True, validate=one_of(*map(str, LIVES)))
