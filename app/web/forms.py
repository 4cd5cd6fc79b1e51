"""HTML forms read through the same marshmallow schemas as the JSON API."""

from dataclasses import dataclass, field
from typing import Any

from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError, fields


@dataclass(slots=True)
class Form:
    """What was typed (``raw``), what it means (``data``) and what is wrong with it (``errors``, by field)."""

    raw: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, schema: Schema) -> "Form":
        """Load the submitted form; blank inputs count as absent, unknown ones are left out."""
        raw: dict[str, Any] = {}
        for name, kind in schema.fields.items():
            values = [value.replace("\x00", "") for value in request.form.getlist(name) if value.strip()]
            if values:
                raw[name] = values if isinstance(kind, fields.List) else values[0].strip()
        try:
            return cls(raw=raw, data=schema.load(raw, unknown=EXCLUDE))
        except ValidationError as error:
            return cls(raw=raw, errors={name: _flat(told) for name, told in error.messages_dict.items()})


def _flat(told: Any) -> list[str]:
    """Marshmallow nests messages of lists by index and leaves our own sentences bare; a form shows one line each."""
    if isinstance(told, dict):
        return [message for inner in told.values() for message in _flat(inner)]
    return [str(message) for message in (told if isinstance(told, list) else [told])]
