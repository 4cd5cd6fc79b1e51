"""What authors and reviewers send, and how the API of others shows units."""

from marshmallow import Schema, fields

from app.web.schemas import Whole, between


class ImportIn(Schema):
    """Where an uploaded package goes."""

    trio_id = Whole(required=True)


class ReleaseIn(Schema):
    """Which draft was looked at."""

    number = Whole(required=True, validate=between(1, 1_000_000))
    note = fields.String()


class UnitsOut(Schema):
    """Teaching units of 45 minutes by kind; hours at the employer have 60 minutes and are not in the total."""

    presence = fields.Float()
    online = fields.Float()
    self_study = fields.Float()
    practice = fields.Float()
    total = fields.Float()
    workplace_hours = fields.Float()


class ShareIn(Schema):
    """With which Trio a module is shared."""

    trio_id = Whole(required=True)
