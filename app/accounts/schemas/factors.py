"""What people type, and browsers send, to prove a second time who they are."""

from marshmallow import Schema, fields

from app.web.schemas import OneLine, length


class CodeIn(Schema):
    """A code of an authenticator app, or a recovery code."""

    code = fields.String(required=True, validate=length(1, 60))
    next = fields.String()


class ProofIn(Schema):
    """The password, for a dangerous act."""

    password = fields.String(required=True, validate=length(1, 200))
    next = fields.String()


class PasskeyIn(Schema):
    """What ``navigator.credentials.get()`` gave, and where to go on."""

    credential = fields.Dict(keys=fields.String(), required=True)
    next = fields.String(load_default="")


class NewPasskeyIn(PasskeyIn):
    """What ``navigator.credentials.create()`` gave, and what to call it (empty: after the device)."""

    name = OneLine(load_default="", validate=length(0, 60))


class PasskeyNameIn(Schema):
    """What to call a passkey."""

    name = OneLine(required=True, validate=length(1, 60))
