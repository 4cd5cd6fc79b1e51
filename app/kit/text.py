"""Sentences that are translated late, marked without knowing Flask.

``_("…")`` in a rule makes a ``Text``: English in the source, and the reader's language as soon as somebody turns it
into a string while a translator is set (``app.web.language`` sets one for every request and every mail).
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from html import escape
from typing import Any

Translator = Callable[[str, str | None, int], str]


def english(one: str, many: str | None, number: int) -> str:
    """The sentence as it stands in the source."""
    return one if many is None or number == 1 else many


translator: ContextVar[Translator] = ContextVar("translator", default=english)


@dataclass(frozen=True, slots=True)
class Text:
    """A translatable sentence with its parameters; ``str()`` gives it in the reader's language."""

    one: str
    many: str | None = None
    number: int = 1
    parameters: dict[str, Any] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        sentence = translator.get()(self.one, self.many, self.number)
        return sentence % self.parameters if self.parameters else sentence

    def __html__(self) -> str:
        """Escape as any string does, parameters included: a name may hold anything."""
        return escape(str(self))


def _(sentence: str, /, **parameters: Any) -> Text:
    """Mark a sentence for translation; ``%(name)s`` stands for a parameter."""
    return Text(sentence, parameters=parameters)


def n_(one: str, many: str, number: int, /, **parameters: Any) -> Text:
    """Mark a sentence with a number in it; ``%(number)s`` stands for the number."""
    return Text(one, many, number, {"number": number, **parameters})
