"""What authors and reviewers send."""

from marshmallow import Schema, fields

from app.web.schemas import Whole, between


class ImportIn(Schema):
    """Where an uploaded package goes."""

    trio_id = Whole(required=True)


class ReleaseIn(Schema):
    """Which draft was looked at."""

    number = Whole(required=True, validate=between(1, 1_000_000))
    note = fields.String()
