"""Marshmallow fields that say in the reader's language what is wrong, for forms and the API alike."""

import re
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from app.kit.text import Text, _

REQUIRED = _("This is missing.")
_LARGEST = 2**31 - 1
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
"""Control characters, halves of characters, and signs that turn the direction of reading around."""

for kind, words in (
    (fields.Field, {"required": REQUIRED, "null": REQUIRED}),
    (fields.String, {"invalid": _("This is not a text.")}),
    (fields.Number, {"too_large": _("This number is too large.")}),
    (fields.Integer, {"invalid": _("This is not a whole number.")}),
    (fields.Date, {"invalid": _("This is not a date. Example: 12.01.2027")}),
    (fields.Time, {"invalid": _("This is not a time of day. Example: 14:30")}),
):
    kind.default_error_messages |= words  # type: ignore[arg-type] # marshmallow passes on what is not a plain string


class Whole(fields.Integer):
    """A whole number as JSON Schema has it: 2 and 2.0, never 2.5 or true; in forms also "2". It fits into a column."""

    def _validated(self, value: Any) -> Any:
        if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
            raise self.make_error("invalid", input=value)
        number = super()._validated(value)
        if abs(number) > _LARGEST:
            raise self.make_error("too_large", input=value)
        return number


def length(least: int, most: int) -> validate.Length:
    """Between ``least`` and ``most`` characters."""
    return validate.Length(
        least, most, error=_lazy(_("Between %(least)s and %(most)s characters.", least=least, most=most))
    )


def between(least: float, most: float) -> validate.Range:
    """Between two numbers, both included."""
    return validate.Range(least, most, error=_lazy(_("Between %(least)s and %(most)s.", least=least, most=most)))


def one_of(*choices: str) -> validate.OneOf:
    """One of these values."""
    return validate.OneOf(choices, error=_lazy(_("Choose one of the values offered.")))


def _lazy(sentence: Text) -> Any:
    """Marshmallow formats its messages with ``str.format``; ours are finished sentences."""
    return _Finished(sentence)


class _Finished:
    def __init__(self, sentence: Text) -> None:
        self.sentence = sentence

    def format(self, **_parameters: Any) -> str:
        return str(self.sentence)


class OneLine(fields.String):
    """A text on one line, with single spaces and without signs that nobody sees: names, places, reasons."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return " ".join(_INVISIBLE.sub("", super()._deserialize(value, attr, data, **kwargs)).split())


class Secret(fields.String):
    """A password: exactly as it was typed, blanks at its ends too."""


class EmailAddress(fields.String):
    """An e-mail address in ASCII, as every mail server takes it; a domain with umlauts has such a form (``xn--…``)."""

    def __init__(self, **kwargs: Any) -> None:
        wrong = _lazy(_("This is not an e-mail address. Example: o.bondar@firma.de"))
        ascii_only = validate.Regexp(r"[\x21-\x7e]+\Z", error=wrong)
        known = validate.Email(error=wrong)
        super().__init__(validate=validate.And(validate.Length(max=254, error=wrong), ascii_only, known), **kwargs)


class PageArguments(Schema):
    """Which page of a list."""

    page = Whole(load_default=1, validate=validate.Range(1, 1_000_000))
    page_size = Whole(load_default=20, validate=validate.Range(1, 100))


class Texts(fields.Dict):
    """A text in several languages: ``{"de": "…", "en": "…"}``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(keys=fields.String(), values=fields.String(), **kwargs)


__all__ = [
    "EmailAddress",
    "OneLine",
    "PageArguments",
    "Secret",
    "Texts",
    "ValidationError",
    "Whole",
    "between",
    "length",
    "one_of",
]
