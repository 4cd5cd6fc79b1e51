"""Marshmallow fields that say in the reader's language what is wrong, for forms and the API alike."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from app.kit.text import Text, _

REQUIRED = _("This is missing.")
_LARGEST = 2**31 - 1

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


class EmailAddress(fields.String):
    """An e-mail address."""

    def __init__(self, **kwargs: Any) -> None:
        wrong = _lazy(_("This is not an e-mail address. Example: o.bondar@firma.de"))
        super().__init__(validate=[validate.Length(max=254, error=wrong), validate.Email(error=wrong)], **kwargs)


class PageArguments(Schema):
    """Which page of a list."""

    page = Whole(load_default=1, validate=validate.Range(1, 1_000_000))
    page_size = Whole(load_default=20, validate=validate.Range(1, 100))


class Texts(fields.Dict):
    """A text in several languages: ``{"de": "…", "en": "…"}``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(keys=fields.String(), values=fields.String(), **kwargs)


__all__ = ["EmailAddress", "PageArguments", "Texts", "ValidationError", "Whole", "between", "length", "one_of"]
