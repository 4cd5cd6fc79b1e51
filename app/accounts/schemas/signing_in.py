"""What people type to sign in and to change their details."""

from marshmallow import Schema, fields

from app.web.schemas import EmailAddress, OneLine, Secret, length, one_of


class PasswordIn(Schema):
    """Signing in with a password."""

    email = EmailAddress(required=True)
    password = Secret(required=True, validate=length(1, 200))
    next = fields.String()


class LinkIn(Schema):
    """Asking for a sign-in link."""

    email = EmailAddress(required=True)
    next = fields.String()


class DetailsIn(Schema):
    """Changing name and language."""

    name = OneLine(required=True, validate=length(2, 120))
    language = fields.String(required=True, validate=one_of("de", "en"))


class NewPasswordIn(Schema):
    """Choosing a password; the rules say which ones are taken."""

    password = Secret(required=True)


class NewEmailIn(Schema):
    """Asking for another address."""

    email = EmailAddress(required=True)
