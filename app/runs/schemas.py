"""What people enter, and what the API answers."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from app.kit.clock import BERLIN
from app.kit.localised import LANGUAGES
from app.kit.text import _
from app.runs.rules import MOST_SESSIONS, EnrolmentState, Mark, Plan, RunFormat, RunState, Standing
from app.web.schemas import REQUIRED, EmailAddress, OneLine, PageArguments, Texts, between, length, one_of

NOT_A_MOMENT: Any = {"invalid": _("This is not a date with a time. Example: 12.01.2027, 14:30")}
OPEN = frozenset({Standing.FREE, Standing.WAITING_LIST})
NOT_OFFERED: Any = {"unknown": _("Choose one of the values offered.")}
ROWS = range(1, MOST_SESSIONS + 1)


class EnrolmentIn(Schema):
    """Enrolling oneself: for which company, and whether it may see who attended."""

    company = OneLine(
        load_default="",
        validate=length(0, 200),
        metadata={"description": "Name of the employer; a name that nobody knows yet is registered."},
    )
    shares_with_employer = fields.Boolean(
        load_default=False,
        metadata={"description": "Whether the employer may see: enrolled, attended, certificate. Never results."},
    )


class NewcomerIn(EnrolmentIn):
    """Enrolling without being signed in."""

    name = OneLine(required=True, validate=length(2, 120))
    email = EmailAddress(required=True)


class CompanyIn(EnrolmentIn):
    """Naming the company of a place that one has already."""

    company = OneLine(required=True, validate=length(1, 200))


class SharingIn(Schema):
    """Whether the employer may see an enrolment; whatever else is sent counts as no."""

    shares = fields.Boolean(load_default=False, truthy={"true"}, falsy={"false"})


class CancelIn(Schema):
    """Calling a run off."""

    reason = OneLine(required=True, validate=length(3, 200))


class MarksIn(Schema):
    """Marks of an attendance list, by enrolment."""

    marks = fields.Dict(keys=fields.Integer(), values=fields.Enum(Mark, by_value=True))


class _PlanIn(Schema):
    module_id = fields.Integer(required=True)
    provider_id = fields.Integer(required=True)
    format = fields.Enum(RunFormat, by_value=True, required=True, error_messages=NOT_OFFERED)
    language = fields.String(required=True, validate=one_of(*LANGUAGES))
    city = OneLine(required=True, validate=length(1, 100))
    place = OneLine(load_default="", validate=length(0, 200))
    note_de = fields.String(load_default="", validate=length(0, 300))
    note_en = fields.String(load_default="", validate=length(0, 300))
    seats = fields.Integer(required=True, validate=between(1, 500))
    enrolment_opens = fields.NaiveDateTime(required=True, error_messages=NOT_A_MOMENT)
    enrolment_closes = fields.NaiveDateTime(required=True, error_messages=NOT_A_MOMENT)


_ROW_FIELDS: dict[str, fields.Field[Any]] = {f"date_{row}": fields.Date() for row in ROWS}
_ROW_FIELDS |= {f"{end}_{row}": fields.Time() for row in ROWS for end in ("from", "to")}


class RunIn(_PlanIn.from_dict(_ROW_FIELDS)):  # type: ignore[misc]
    """Planning a run. Rows of sessions are ``date_1``, ``from_1``, ``to_1`` … ``to_5``; times are those of Berlin.

    Loads to ``{"plan": Plan}``.
    """

    @validates_schema(skip_on_field_errors=False)
    def rows_are_whole(self, entered: Mapping[str, Any], **_more: Any) -> None:
        """Whoever begins a row fills all of it."""
        for row in ROWS:
            names = [f"{part}_{row}" for part in ("date", "from", "to")]
            missing = [name for name in names if name not in entered]
            if 0 < len(missing) < len(names):
                raise ValidationError({name: [REQUIRED] for name in missing})

    @post_load
    def to_plan(self, entered: Mapping[str, Any], **_more: Any) -> dict[str, Plan]:
        """The plan that the form stands for."""
        notes = {"de": entered["note_de"], "en": entered["note_en"]}
        days = {row: entered[f"date_{row}"] for row in ROWS if f"date_{row}" in entered}
        plan = Plan(
            module_id=entered["module_id"],
            provider_id=entered["provider_id"],
            format=entered["format"],
            language=entered["language"],
            city=entered["city"],
            place=entered["place"],
            note={language: text for language, text in notes.items() if text},
            seats=entered["seats"],
            enrolment_opens=entered["enrolment_opens"].replace(tzinfo=BERLIN),
            enrolment_closes=entered["enrolment_closes"].replace(tzinfo=BERLIN),
            sessions={
                row: (_moment(day, entered[f"from_{row}"]), _moment(day, entered[f"to_{row}"]))
                for row, day in days.items()
            },
        )
        return {"plan": plan}


def _moment(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, BERLIN)


class RunsArguments(PageArguments):
    """Which runs, and which page of them."""

    module = fields.String(metadata={"description": "Only runs of the module with this address (slug)."})
    city = fields.String(metadata={"description": "Only runs in this city."})
    language = fields.String(
        validate=validate.OneOf(LANGUAGES), metadata={"description": "Only runs in this language."}
    )


class SessionOut(Schema):
    """One dated session."""

    starts_at = fields.AwareDateTime()
    ends_at = fields.AwareDateTime()
    ue = fields.Float(metadata={"description": "Teaching units of 45 minutes."})


class RunOut(Schema):
    """A run with its module, provider and places."""

    id = fields.Integer(attribute="run.id")
    module = fields.String(attribute="module_slug")
    module_code = fields.String()
    title = Texts()
    provider = fields.String()
    state = fields.Enum(RunState, by_value=True, attribute="run.state")
    standing = fields.Enum(
        Standing, by_value=True, metadata={"description": "What the run offers now to somebody who is not enrolled."}
    )
    format = fields.Enum(RunFormat, by_value=True, attribute="run.format")
    language = fields.String(attribute="run.language")
    city = fields.String(attribute="run.city")
    place = fields.String(attribute="run.place")
    note = Texts(attribute="run.note")
    starts_at = fields.AwareDateTime(attribute="run.starts_at")
    ends_at = fields.AwareDateTime(attribute="run.ends_at")
    enrolment_opens = fields.AwareDateTime(attribute="run.enrolment_opens")
    enrolment_closes = fields.AwareDateTime(attribute="run.enrolment_closes")
    seats = fields.Integer(attribute="places.seats")
    free = fields.Function(
        lambda shown: shown["places"].free if shown["standing"] in OPEN else None,
        metadata={"type": ["integer", "null"], "description": "Free seats; null when nobody can enrol now."},
    )
    waiting = fields.Function(
        lambda shown: shown["places"].waiting if shown["standing"] in OPEN else None,
        metadata={"type": ["integer", "null"], "description": "People who wait; null when nobody can enrol now."},
    )


class RunDetailOut(RunOut):
    """A run with its sessions."""

    sessions = fields.List(fields.Nested(SessionOut))


class RunsOut(Schema):
    """One page of runs."""

    items = fields.List(fields.Nested(RunOut))
    page = fields.Integer()
    pages = fields.Integer()
    total = fields.Integer()


class EnrolmentOut(Schema):
    """One's own enrolment."""

    run_id = fields.Integer()
    state = fields.Enum(EnrolmentState, by_value=True)
    enrolled_at = fields.AwareDateTime()
    waiting_since = fields.AwareDateTime(allow_none=True)
    shares_with_employer = fields.Boolean()
