"""The shape of every file of a package. Unknown fields are mistakes, not decoration."""

import re
from contextvars import ContextVar
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validate, validates_schema

from app.kit.localised import LANGUAGES
from app.kit.text import Text, _

languages: ContextVar[tuple[str, ...]] = ContextVar("languages", default=("de",))
"""The languages of the package that is being read: every text must have them all."""

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
UNKNOWN = "unknown field"
HV_LEVELS = ("1E", "1S", "2E", "2S", "3E", "3S")
NOTE_KINDS = ("remember", "tip", "warning", "danger")


class Strict(Schema):
    """A mapping that knows all its fields."""

    error_messages = {"unknown": UNKNOWN, "type": "not a mapping"}


class Id(fields.String):
    """A stable id."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or not ID.match(value) or len(value) > 60:
            raise ValidationError(_told(_("An id has only small letters a–z, digits and hyphens, at most 60.")))
        return value


class Texts(fields.Field[dict[str, str]]):
    """A text in all languages of the package, at most ``most`` characters each."""

    def __init__(self, most: int = 20_000, **kwargs: Any) -> None:
        super().__init__(required=kwargs.pop("required", True), **kwargs)
        self.most = most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, str]:
        if not isinstance(value, dict):
            wanted = ", ".join(languages.get())
            raise ValidationError(_told(_("Write this text once per language: %(languages)s.", languages=wanted)))
        problems: list[Any] = []
        for code in languages.get():
            text = value.get(code)
            if not isinstance(text, str) or not text.strip():
                problems.append(_("The text in %(language)s is missing.", language=code))
            elif len(text) > self.most:
                problems.append(
                    _("The text in %(language)s is longer than %(most)s characters.", language=code, most=self.most)
                )
            elif "<" in text and re.search(r"<[a-zA-Z/!]", text):
                problems.append(_("The text in %(language)s holds HTML. Use Markdown.", language=code))
        problems += [
            _("%(language)s is not among the languages of the module.", language=code)
            for code in value
            if code not in languages.get()
        ]
        if problems:
            raise ValidationError(problems)
        return {code: value[code].strip() for code in languages.get()}


class Number(fields.Field[Any]):
    """A number between two bounds in steps; whole unless a step of 0.5 is allowed."""

    def __init__(self, least: float, most: float, step: float = 1, **kwargs: Any) -> None:
        super().__init__(required=kwargs.pop("required", True), **kwargs)
        self.least, self.most, self.step = least, most, step

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        fits = (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and self.least <= value <= self.most
            and value % self.step == 0
        )
        if not fits:
            raise ValidationError(
                _told(
                    _(
                        "A number from %(least)s to %(most)s in steps of %(step)s.",
                        least=self.least,
                        most=self.most,
                        step=self.step,
                    )
                )
            )
        return Decimal(str(value)) if self.step != 1 else int(value)


class Flag(fields.Field[bool]):
    """true or false."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError(_told(_("Write true or false.")))
        return value


def _text(most: int, pattern: str = "", **kwargs: Any) -> fields.String:
    checks: list[Any] = [validate.Length(1, most, error="1–" + str(most))]
    if pattern:
        checks.append(validate.Regexp(pattern))
    return fields.String(required=kwargs.pop("required", True), validate=checks, **kwargs)


def _choice(*values: str, **kwargs: Any) -> fields.String:
    return fields.String(
        required=kwargs.pop("required", True),
        validate=validate.OneOf(values, error="one of " + ", ".join(values)),
        **kwargs,
    )


class UnitsIn(Strict):
    """Teaching units by kind."""

    presence = Number(0, 400, 0.5)
    online = Number(0, 400, 0.5)
    self_study = Number(0, 400, 0.5)
    practice = Number(0, 400, 0.5)
    workplace_hours = Number(0, 1000, 0.5)


class CompletionIn(Strict):
    """The completion rule."""

    attendance = Number(0, 100)
    test = Number(0, 100)
    lessons = Flag(required=True)


class CompetenceIn(Strict):
    """A competence area and the level reached."""

    area = _text(8, r"C\d\d\Z")
    level = Number(1, 4)


class SourceIn(Strict):
    """A source a lesson rests on."""

    text = _text(500)
    url = _text(500, r"https?://", required=False)


class ModuleIn(Strict):
    """``module.yaml``."""

    format = Number(1, 1)
    module = _text(8, r"[A-Z]\d{2,3}\Z")
    slug = Id(required=True)
    languages = fields.List(_choice(*LANGUAGES), required=True, validate=validate.Length(1, len(LANGUAGES)))
    title = Texts(80)
    summary = Texts(200)
    description = Texts()
    audience = Texts(400)
    competences = fields.List(fields.Nested(CompetenceIn), required=True, validate=validate.Length(1, 20))
    process_steps = fields.List(_text(3, r"[PX]\d\d\Z"), required=True)
    requires = fields.List(_text(8, r"[A-Z]\d{2,3}\Z"), required=True)
    dqr = Number(1, 8)
    hv_level = _choice(*HV_LEVELS, required=False, load_default=None, allow_none=True)
    units = fields.Nested(UnitsIn, required=True)
    completion = fields.Nested(CompletionIn, required=True)
    licence = _choice("CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0")
    authors = fields.List(_text(120), required=True, validate=validate.Length(1, 50))
    changes = Texts(400)
    sources = fields.Dict(keys=Id(), values=fields.Nested(SourceIn), required=True)


class Tagged(Strict):
    """A mapping whose texts stand beside its other fields, under the codes of the languages."""

    tag = ""

    @pre_load
    def _gather(self, data: Any, **_kwargs: Any) -> Any:
        if not isinstance(data, dict):
            return data
        rest = {key: value for key, value in data.items() if key not in LANGUAGES}
        texts = {key: value for key, value in data.items() if key in LANGUAGES}
        return rest | ({"words": texts} if texts or "words" in self.fields else {})


class OptionIn(Tagged):
    """One option of a question."""

    words = Texts(400, data_key="words", attribute="text")
    right = Flag(load_default=False)


class AskIn(Strict):
    """What questions in lessons and items of tests share."""

    kind = _choice("single", "multiple")
    prompt = Texts(600)
    options = fields.List(fields.Nested(OptionIn), required=True, validate=validate.Length(2, 6))
    explanation = Texts(1500)

    @validates_schema(skip_on_field_errors=True)
    def _right_ones(self, data: dict[str, Any], **_kwargs: Any) -> None:
        right = sum(option["right"] for option in data["options"])
        if data["kind"] == "single" and right != 1:
            raise ValidationError(_told(_("`single` needs exactly one option with `right: true`.")), "options")
        if right == 0:
            raise ValidationError(_told(_("At least one option needs `right: true`.")), "options")


class TextBlock(Tagged):
    """A piece of text."""

    text = Id(required=True)
    words = Texts(data_key="words")


class PictureBlock(Strict):
    """A drawing."""

    picture = Id(required=True)
    file = _text(80, r"[a-z0-9-]+\.svg\Z")
    alt = Texts(800)
    caption = Texts(400)
    credit = _text(200)


class NoteBlock(Tagged):
    """A box."""

    note = Id(required=True)
    kind = _choice(*NOTE_KINDS)
    words = Texts(2000, data_key="words")


class QuestionBlock(AskIn):
    """A question inside a lesson."""

    question = Id(required=True)


BLOCKS: dict[str, type[Schema]] = {
    "text": TextBlock, "picture": PictureBlock, "note": NoteBlock, "question": QuestionBlock,
}  # fmt: skip


class LessonIn(Strict):
    """``lessons/NN-name.yaml`` without its blocks, which are read one by one by their kind."""

    lesson = Id(required=True)
    minutes = Number(3, 15)
    title = Texts(80)
    outcome = Texts(300)
    sources = fields.List(Id(), load_default=list)
    blocks = fields.List(fields.Raw(), required=True, validate=validate.Length(1, 60))


class ItemIn(AskIn):
    """One item of the final test."""

    item = Id(required=True)
    lesson = Id(required=True)


class TestIn(Strict):
    """``test.yaml``."""

    draw = Number(1, 100, required=False, load_default=None)
    items = fields.List(fields.Nested(ItemIn), required=True, validate=validate.Length(1, 200))


def _told(sentence: Text) -> Any:
    """A sentence as marshmallow takes it; it is translated when it is shown."""
    return [sentence]
