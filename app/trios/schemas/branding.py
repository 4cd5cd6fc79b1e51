"""What people enter about how a Trio shows itself."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load

from app.kit.text import _
from app.trios.rules import may_wear, read_colour
from app.trios.schemas.trios import TextsIn, both
from app.web.schemas import EmailAddress, OneLine, length


class Colour(fields.String):
    """A colour as ``#rrggbb`` that white text can be read on."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        colour = read_colour(super()._deserialize(value, attr, data, **kwargs))
        if colour is None:
            raise ValidationError([_("A colour has six digits from 0 to 9 and a to f. Example: #0b5563")])
        verdict = may_wear(colour)
        if not verdict:
            raise ValidationError([verdict.reason])
        return colour


class PresentationIn(TextsIn):
    """Texts, colour and sender. Loads to keywords of ``services.Presentation``."""

    accent = Colour(load_default=None)
    sender_name = OneLine(load_default=None, validate=length(2, 80))
    reply_to = EmailAddress(load_default=None)

    @post_load
    def to_presentation(self, entered: Mapping[str, Any], **_more: Any) -> dict[str, Any]:
        """The keywords."""
        plain = {name: entered[name] for name in ("name", "accent", "sender_name", "reply_to")}
        return plain | {name: both(entered, name) for name in ("region", "description", "funding_notice")}


class LogoIn(Schema):
    """What a logo shows."""

    alt_de = OneLine(load_default="", validate=length(0, 200))
    alt_en = OneLine(load_default="", validate=length(0, 200))

    @post_load
    def to_alt(self, entered: Mapping[str, Any], **_more: Any) -> dict[str, Any]:
        """``{"alt": texts}``."""
        return {"alt": both(entered, "alt")}


class LegalIn(Schema):
    """A legal page; empty in both languages, it is removed."""

    text_de = fields.String(load_default="", validate=length(0, 20_000))
    text_en = fields.String(load_default="", validate=length(0, 20_000))

    @post_load
    def to_text(self, entered: Mapping[str, Any], **_more: Any) -> dict[str, Any]:
        """``{"text": texts}``."""
        return {"text": both(entered, "text")}
