"""What is typed while a list is imported."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validates_schema

from app.companies.rules import SizeBasis
from app.companies.rules.amounts import Unit
from app.companies.rules.columns import Field
from app.companies.rules.importing import Choice
from app.kit.text import _
from app.web.schemas import OneLine, Whole, between, length, one_of

NOT_OFFERED: Any = {"unknown": _("Choose one of the values offered.")}
MOST_COLUMNS = 60


class UploadIn(Schema):
    """What a person says about a list: where it is from, how sure its figures are, and which sheet is meant."""

    source = OneLine(required=True, validate=length(3, 300))
    basis = fields.Enum(SizeBasis, by_value=True, load_default=SizeBasis.ESTIMATED, error_messages=NOT_OFFERED)
    sheet = OneLine(load_default="", validate=length(0, 100))


_COLUMNS: dict[str, fields.Field[Any]] = {
    f"column_{number}": fields.Enum(Field, by_value=True, load_default=None, error_messages=NOT_OFFERED)
    for number in range(MOST_COLUMNS)
}


class ColumnsIn(Schema.from_dict(_COLUMNS)):  # type: ignore[misc]
    """What each column holds (``column_0`` …), and what is meant where the file does not say.

    Loads into ``places`` (column by field), ``unit``, ``year`` and ``has_head``.
    """

    unit = fields.Enum(Unit, by_value=True, load_default=None, error_messages=NOT_OFFERED)
    year = Whole(required=True, validate=between(1990, 2100))
    has_head = fields.Boolean(load_default=False)

    @validates_schema
    def _once_each(self, data: dict[str, Any], **_kwargs: Any) -> None:
        problems: dict[str, list[Any]] = {}
        chosen: set[Field] = set()
        for name, found in _chosen(data).items():
            if found in chosen:
                problems[name] = [_("Another column holds this already.")]
            chosen.add(found)
        if not problems and Field.NAME not in chosen:
            problems["column_0"] = [_("Say in which column the names of the companies stand.")]
        if problems:
            raise ValidationError(problems)

    @post_load
    def _places(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        places = {found: int(name.removeprefix("column_")) for name, found in _chosen(data).items()}
        return {"places": places} | {name: data[name] for name in ("unit", "year", "has_head")}


class ConfirmIn(Schema):
    """Which effect was shown to whoever confirms."""

    revision = Whole(required=True)


class ChoiceForAllIn(Schema):
    """One choice for all rows nobody decided about; ``company``: whatever each is most alike to."""

    choice = fields.String(required=True, validate=one_of(Choice.COMPANY, Choice.OTHER, Choice.LEAVE))


def read_choices(form: Mapping[str, str]) -> dict[int, tuple[Choice, int | None]]:
    """The choices by row: ``choice-12`` is ``company:7``, ``row:3``, ``other`` or ``leave``; others are left out."""
    choices: dict[int, tuple[Choice, int | None]] = {}
    for name, value in form.items():
        number = name.removeprefix("choice-")
        kind, _colon, ref = value.partition(":")
        if number == name or not _is_number(number) or kind not in set(Choice) or (ref and not _is_number(ref)):
            continue
        choices[int(number)] = (Choice(kind), int(ref) if ref else None)
    return choices


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def _chosen(data: Mapping[str, Any]) -> dict[str, Field]:
    return {name: found for name, found in data.items() if name.startswith("column_") and found is not None}
