"""What people send when they answer."""

from collections.abc import Iterable
from typing import Any

from marshmallow import Schema, fields

from app.evaluation.rules import LONGEST_TEXT, Kind, Question
from app.web.schemas import Whole, between, length, one_of

MOVES = ("next", "back", "skip")


def answers_in(questions: Iterable[Question]) -> Schema:
    """The schema of a filled-in questionnaire, field by question key; whatever is missing was skipped.

    It takes values in any state of being filled in, for the answers travel in the form from question to question.
    """
    answers: dict[str, fields.Field[Any]] = {}
    for question in questions:
        fits = length(1, LONGEST_TEXT) if question.kind is Kind.TEXT else one_of(*question.values)
        answers[question.key] = fields.String(validate=fits)
    return Schema.from_dict(answers, name="AnswersIn")()


def step_in(questions: int) -> Schema:
    """The schema of the way through: which of so many questions was on the screen, and where the person wants to go."""
    step: dict[str, fields.Field[Any]] = {
        "at": Whole(load_default=1, validate=between(1, questions)),
        "go": fields.String(load_default="next", validate=one_of(*MOVES)),
    }
    return Schema.from_dict(step, name="StepIn")()
