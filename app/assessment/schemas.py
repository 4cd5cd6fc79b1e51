"""What the answer sheet of a test sends."""

from collections.abc import Iterable

from marshmallow import Schema, fields

from app.web.schemas import Whole

PREFIX = "item-"
"""Before the key of an item: the name of its inputs."""


def answers_in(keys: Iterable[str]) -> Schema:
    """For each item a list of option indexes under ``item-<key>``; which of them exist, the rules know."""
    return Schema.from_dict({PREFIX + key: fields.List(Whole()) for key in keys}, name="AnswersIn")()
