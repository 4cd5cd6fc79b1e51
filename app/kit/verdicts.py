"""What a rule answers: yes, not you, or not now; always with a reason a person can read."""

from dataclasses import dataclass
from enum import Enum, auto

from app.kit.errors import Conflict, Forbidden
from app.kit.text import Text


class Answer(Enum):
    """YES; NOT_YOU: somebody else may (hide it); NOT_NOW: the state forbids it (show it, with the reason)."""

    YES = auto()
    NOT_YOU = auto()
    NOT_NOW = auto()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of a ``may_…`` rule, true in a condition when it is yes."""

    answer: Answer
    reason: Text | None = None

    def __bool__(self) -> bool:
        return self.answer is Answer.YES


YES = Verdict(Answer.YES)


def not_you(reason: Text) -> Verdict:
    """Refuse because of who asks."""
    return Verdict(Answer.NOT_YOU, reason)


def not_now(reason: Text) -> Verdict:
    """Refuse because of how things stand."""
    return Verdict(Answer.NOT_NOW, reason)


def ensure(verdict: Verdict) -> None:
    """Go on if the rule said yes; otherwise raise Forbidden (not you) or Conflict (not now) with its reason."""
    if verdict.answer is Answer.NOT_YOU:
        raise Forbidden(verdict.reason)
    if verdict.answer is Answer.NOT_NOW:
        raise Conflict(verdict.reason)
