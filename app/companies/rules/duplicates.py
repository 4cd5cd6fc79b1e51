"""Whether two entries are the same company: how alike name and place are, and why we think so."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein

from app.companies.rules.names import name_stem

LIKELY = 82
"""From so many points of 100 on, a hint is shown."""
MOST_HINTS = 5


class Alike(StrEnum):
    """Why two entries look like one company."""

    SAME = "same"
    LEGAL_FORM = "legal_form"
    SPELLING = "spelling"
    PART = "part"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A company that is there already, as far as the comparison needs it. The city is "" where nobody knows it."""

    company_id: int
    name: str
    city: str


@dataclass(frozen=True, slots=True)
class Hint:
    """A company that may be the same: points of 100, why, and whether the place is the same too."""

    company: Candidate
    score: int
    why: Alike
    is_same_place: bool


def likeness(name: str, city: str, other: Candidate) -> Hint | None:
    """How alike an entry is to a company that is there, or None when it is another one.

    The name decides; another place takes 15 points off, since one name in two cities may well be two companies.
    """
    score, why = _names_alike(name, other.name)
    mine, theirs = place_key(city), place_key(other.city)
    same = not mine or not theirs or mine == theirs or DamerauLevenshtein.normalized_similarity(mine, theirs) >= 0.8
    score -= 0 if same else 15
    return Hint(other, score, why, same) if score >= LIKELY else None


def rank(name: str, city: str, candidates: Iterable[Candidate]) -> list[Hint]:
    """The likely ones, the most alike first, at most ``MOST_HINTS``."""
    found = [hint for candidate in candidates if (hint := likeness(name, city, candidate)) is not None]
    return sorted(found, key=lambda hint: (-hint.score, hint.company.name, hint.company.company_id))[:MOST_HINTS]


def place_key(city: str) -> str:
    """A place without what is added to it: "Frankfurt (Oder)", "Frankfurt/Oder" and "frankfurt" are one."""
    first = city.split("(", maxsplit=1)[0].split("/", maxsplit=1)[0].split(",", maxsplit=1)[0]
    return name_stem(first) if first.strip() else ""


def _names_alike(name: str, other: str) -> tuple[int, Alike]:
    if " ".join(name.casefold().split()) == " ".join(other.casefold().split()):
        return 100, Alike.SAME
    mine, theirs = name_stem(name), name_stem(other)
    if mine.replace(" ", "") == theirs.replace(" ", ""):
        return 98, Alike.LEGAL_FORM
    letters = max(
        100 * DamerauLevenshtein.normalized_similarity(mine.replace(" ", ""), theirs.replace(" ", "")),
        fuzz.token_sort_ratio(mine, theirs),
    )
    part = 0.92 * fuzz.token_set_ratio(mine, theirs) if min(len(mine), len(theirs)) > 4 else 0
    best = max(letters, part)
    return min(97, round(best)), Alike.SPELLING if letters >= part else Alike.PART
