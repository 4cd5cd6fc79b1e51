"""What people enter about an organisation."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from marshmallow import Schema, ValidationError, fields, post_load

from app.kit.text import _
from app.trios.rules import OrganisationKind
from app.trios.rules.organisations import NUTS3, ROR
from app.web.schemas import EmailAddress, OneLine, length

NOT_OFFERED: Any = {"unknown": _("Choose one of the values offered.")}


def web_address(value: str) -> None:
    """Refuse what is no address of a web page: only such addresses become links."""
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and "." in (parts.hostname or "") and not parts.username
    except ValueError:
        usable = False
    if not usable or any(sign in value for sign in " <>\"'"):
        raise ValidationError([_("This is not a web address. Example: https://www.example.org")])


def nuts3(value: str) -> None:
    """Refuse what is no NUTS 3 code."""
    if not NUTS3.fullmatch(value):
        raise ValidationError([_("A NUTS 3 code has two letters and three signs. Example: DED2C")])


def ror(value: str) -> None:
    """Refuse what is no ROR."""
    if not ROR.fullmatch(value):
        raise ValidationError([_("A ROR has nine signs. Example: 02jjdwm75")])


class Upper(OneLine):
    """A code in capitals."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return super()._deserialize(value, attr, data, **kwargs).upper()


class LastPart(OneLine):
    """A code that people copy with the address before it: ``https://ror.org/02jjdwm75``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return super()._deserialize(value, attr, data, **kwargs).rstrip("/").rpartition("/")[2].lower()


class OrganisationIn(Schema):
    """An entry of the register. ``anyway``: it is none of the similar ones that were shown."""

    kind = fields.Enum(OrganisationKind, by_value=True, required=True, error_messages=NOT_OFFERED)
    name = OneLine(required=True, validate=length(2, 200))
    city = OneLine(required=True, validate=length(1, 100))
    nuts3 = Upper(load_default=None, validate=nuts3)
    website = OneLine(load_default=None, validate=[length(8, 300), web_address])
    ror = LastPart(load_default=None, validate=ror)
    register_number = OneLine(load_default=None, validate=length(3, 60))
    phone = OneLine(load_default=None, validate=length(3, 40))
    email = EmailAddress(load_default=None)
    anyway = fields.Boolean(load_default=False, truthy={"true"}, falsy={"false"})

    @post_load
    def to_details(self, entered: Mapping[str, Any], **_more: Any) -> dict[str, Any]:
        """``{"details": keywords of services.Details, "anyway": bool}``."""
        details = {name: value for name, value in entered.items() if name != "anyway"}
        return {"details": details, "anyway": entered["anyway"]}


class RegisterArguments(Schema):
    """What part of the register is shown."""

    q = OneLine(load_default="", validate=length(0, 200))
    kind = fields.Enum(OrganisationKind, by_value=True, load_default=None)
    page = fields.Integer(load_default=1)
