"""HTML forms read through the same marshmallow schemas as the JSON API."""

from dataclasses import dataclass, field
from typing import Any

from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

from app.web.schemas import Secret


@dataclass(slots=True)
class Form:
    """What was typed (``raw``), what it means (``data``) and what is wrong with it (``errors``, by field)."""

    raw: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, schema: Schema, typed: MultiDict[str, str] | None = None) -> "Form":
        """Load the submitted form, or what is ``typed`` elsewhere, as in the address; blank inputs count as absent.

        Unknown ones are left out.
        """
        typed = request.form if typed is None else typed
        raw: dict[str, Any] = {}
        for name, kind in schema.fields.items():
            values = [value.replace("\x00", "") for value in typed.getlist(name) if value.strip()]
            if values:
                one = values[0] if isinstance(kind, Secret) else values[0].strip()
                raw[name] = values if isinstance(kind, fields.List) else one
        try:
            return cls(raw=raw, data=schema.load(raw, unknown=EXCLUDE))
        except ValidationError as error:
            return cls(raw=raw, errors={name: _flat(told) for name, told in error.messages_dict.items()})


def _flat(told: Any) -> list[str]:
    """Marshmallow nests messages of lists by index and leaves our own sentences bare; a form shows one line each."""
    if isinstance(told, dict):
        return [message for inner in told.values() for message in _flat(inner)]
    return [str(message) for message in (told if isinstance(told, list) else [told])]
