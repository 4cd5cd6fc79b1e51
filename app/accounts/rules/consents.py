"""For what people are asked to agree, and in which words."""

from dataclasses import dataclass
from enum import StrEnum

from app.kit.localised import Localised


class Purpose(StrEnum):
    """What a consent allows."""

    EMPLOYER = "employer"
    """The employer sees of one participation: enrolled, attended, certificate."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one question; a change is a new number, and the old one stays."""

    purpose: Purpose
    number: int
    text: Localised


WORDINGS = (
    Wording(
        Purpose.EMPLOYER,
        1,
        {
            "de": "Meine Firma darf von dieser Teilnahme sehen: ob ich angemeldet bin, ob ich da war und ob ich eine "
            "Bescheinigung habe. Sonst nichts. Ich kann das jederzeit wieder ausschalten.",
            "en": "My company may see of this participation: whether I am enrolled, whether I attended and whether "
            "I have a certificate. Nothing else. I can switch this off again at any time.",
        },
    ),
)
"""Every wording that people were ever shown, oldest first."""


def current(purpose: Purpose) -> Wording:
    """The words shown today."""
    return max(filter(lambda words: words.purpose == purpose, WORDINGS), key=lambda words: words.number)
