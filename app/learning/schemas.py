"""What the forms of a lesson send."""

from marshmallow import Schema, fields, validate

from app.web.schemas import Whole


class PracticeIn(Schema):
    """The answer to a question inside a lesson: indexes of options."""

    chosen = fields.List(Whole(), required=True, validate=validate.Length(min=1))
