"""What people enter about a partnership."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from app.trios.rules import OrganisationKind
from app.trios.schemas.organisations import NOT_OFFERED
from app.web.schemas import REQUIRED, OneLine, length, one_of


class PartIn(Schema):
    """What a partner does in a Trio, and when. Grant numbers have many forms: any short text will do."""

    kind = fields.Enum(OrganisationKind, by_value=True, required=True, error_messages=NOT_OFFERED)
    sub_project = OneLine(load_default=None, validate=length(2, 200))
    grant_number = OneLine(load_default=None, validate=length(2, 20))
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(load_default=None)


class EndIn(Schema):
    """When a partnership ends: at once, or with a last day."""

    when = fields.String(required=True, validate=one_of("at_once", "on_day"))
    last = fields.Date(load_default=None)

    @validates_schema
    def a_day_is_given(self, entered: Mapping[str, Any], **_more: Any) -> None:
        """Whoever chooses a day also says which."""
        if entered["when"] == "on_day" and entered["last"] is None:
            raise ValidationError({"last": [REQUIRED]})
