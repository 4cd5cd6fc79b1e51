"""What people type to sign in and to change their details."""

from marshmallow import Schema, fields

from app.web.schemas import EmailAddress, OneLine, length, one_of


class PasswordIn(Schema):
    """Signing in with a password."""

    email = EmailAddress(required=True)
    password = fields.String(required=True, validate=length(1, 200))
    next = fields.String()


class LinkIn(Schema):
    """Asking for a sign-in link."""

    email = EmailAddress(required=True)
    next = fields.String()


class DetailsIn(Schema):
    """Changing name and language."""

    name = OneLine(required=True, validate=length(2, 120))
    language = fields.String(required=True, validate=one_of("de", "en"))
