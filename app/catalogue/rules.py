"""What a search finds, how many courses each filter would leave, and how far modules cover a profile.

Pure: no database, no request, no clock.
"""

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache

from app.competences.rules import Stage
from app.kit.localised import LANGUAGES, Localised, pick
from app.kit.text import _
from app.modules.rules import Units

ONLINE = "online"
"""The place of a run without a town."""

ESCO_ATTRIBUTION = _("This service uses the ESCO classification of the European Commission.")
"""Whoever shows ESCO labels says so (ESCO, conditions of re-use)."""

_LATEST = datetime.max.replace(tzinfo=UTC)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


class Facet(StrEnum):
    """By what courses are filtered; the value is the name in the address."""

    STAGE = "stage"
    LANGUAGE = "language"
    PLACE = "place"
    TRIO = "trio"


_ORDER: dict[Facet, Sequence[str]] = {Facet.STAGE: tuple(Stage), Facet.LANGUAGE: LANGUAGES, Facet.PLACE: (ONLINE,)}


class Sort(StrEnum):
    """In which order courses are shown."""

    DATE = "date"
    DURATION = "duration"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Dated:
    """A run that people can still enrol in: where, and when it begins."""

    run_id: int
    place: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """A published module as the catalogue lists it. ``dates``: soonest first; ``texts``: what a search looks at."""

    code: str
    slug: str
    title: Localised
    summary: Localised
    languages: Sequence[str]
    dqr: int
    hv_level: str | None
    units: Units
    trio: str
    trio_name: str
    stages: Sequence[Stage]
    dates: Sequence[Dated] = ()
    texts: Sequence[str] = ()

    def values(self, facet: Facet) -> Collection[str]:
        """What the entry has to offer under a facet."""
        if facet is Facet.STAGE:
            return self.stages
        if facet is Facet.LANGUAGE:
            return self.languages
        if facet is Facet.TRIO:
            return (self.trio,)
        return {date.place for date in self.dates}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for. Values of one facet are alternatives; different facets must all fit."""

    words: str = ""
    chosen: Mapping[Facet, frozenset[str]] = field(default_factory=dict)
    sort: Sort = Sort.DATE

    def of(self, facet: Facet) -> frozenset[str]:
        """The values chosen under a facet."""
        return self.chosen.get(facet, frozenset())

    def without(self, facet: Facet, value: str | None = None) -> "Wanted":
        """The same without one value of a facet, or without the whole facet."""
        left = frozenset() if value is None else self.of(facet) - {value}
        return replace(self, chosen={**self.chosen, facet: left})

    @property
    def filters(self) -> list[tuple[Facet, str]]:
        """Every value chosen, facet by facet."""
        return [(facet, value) for facet in Facet for value in sorted(self.of(facet))]


@dataclass(frozen=True, slots=True)
class Relief:
    """The one thing to give up where nothing was found: a facet, or the words (None); and what is found then."""

    facet: Facet | None
    wanted: Wanted
    count: int


class Coverage(StrEnum):
    """How far published modules lead to the level that a profile asks for."""

    FULL = "full"
    PARTLY = "partly"
    OPEN = "open"


def coverage(target: int, reached: Iterable[int]) -> tuple[Coverage, int]:
    """How modules that lead to these levels cover a competence at level ``target`` (1–4); and the highest of them.

    Modules do not add up: two that lead to level 2 do not make level 3.
    """
    best = max(reached, default=0)
    if best <= 0:
        return Coverage.OPEN, 0
    return (Coverage.FULL if best >= target else Coverage.PARTLY), best


def finds(words: str, texts: Sequence[str]) -> bool:
    """Whether every word occurs in some text, in any case, and with umlauts written as ä, ae or a."""
    return all(any(_occurs(word, text) for text in texts) for word in words.split())


def fits(entry: Entry, wanted: Wanted, *, but: Facet | None = None) -> bool:
    """Whether the entry has one of the values chosen under each facet, ``but`` one left out."""
    return all(
        facet is but or not chosen or not chosen.isdisjoint(entry.values(facet))
        for facet, chosen in wanted.chosen.items()
    )


def select(entries: Iterable[Entry], wanted: Wanted, *, language: str) -> list[Entry]:
    """The entries that are wanted, in the order wanted; titles are compared in ``language``."""
    found = [entry for entry in entries if fits(entry, wanted) and finds(wanted.words, entry.texts)]
    found.sort(key=lambda entry: _folded(pick(entry.title, language)))
    if wanted.sort is Sort.DATE:
        found.sort(key=lambda entry: date.starts_at if (date := next_date(entry, wanted)) else _LATEST)
    elif wanted.sort is Sort.DURATION:
        found.sort(key=lambda entry: entry.units.total)
    return found


def next_date(entry: Entry, wanted: Wanted) -> Dated | None:
    """The next run of the entry, at one of the places wanted if there are any."""
    places = wanted.of(Facet.PLACE)
    return next((date for date in entry.dates if not places or date.place in places), None)


def count_choices(entries: Sequence[Entry], wanted: Wanted) -> dict[Facet, dict[str, int]]:
    """By facet and value: how many courses there would be with this value, other facets and words as they are.

    Every value that some entry has or that is chosen is listed, whatever its number: stages and languages in their own
    order, "online" before the towns.
    """
    found = [entry for entry in entries if finds(wanted.words, entry.texts)]
    return {facet: _count(facet, entries, found, wanted) for facet in Facet}


def best_relief(entries: Sequence[Entry], wanted: Wanted) -> Relief | None:
    """What to give up so that most courses are found; None where giving up one thing finds nothing."""
    best = max(_reliefs(entries, wanted), key=lambda relief: relief.count, default=None)
    return best if best is not None and best.count else None


def _reliefs(entries: Sequence[Entry], wanted: Wanted) -> Iterator[Relief]:
    found = [entry for entry in entries if finds(wanted.words, entry.texts)]
    for facet in Facet:
        if wanted.of(facet):
            wider = wanted.without(facet)
            yield Relief(facet, wider, sum(fits(entry, wider) for entry in found))
    if wanted.words:
        yield Relief(None, replace(wanted, words=""), sum(fits(entry, wanted) for entry in entries))


def _count(facet: Facet, entries: Iterable[Entry], found: Iterable[Entry], wanted: Wanted) -> dict[str, int]:
    values = set(wanted.of(facet)).union(*(entry.values(facet) for entry in entries))
    first = _ORDER.get(facet, ())
    place = {value: number for number, value in enumerate(first)}
    counts = dict.fromkeys(sorted(values, key=lambda value: (place.get(value, len(first)), _folded(value))), 0)
    for entry in found:
        if fits(entry, wanted, but=facet):
            for value in entry.values(facet):
                counts[value] += 1
    return counts


def _occurs(word: str, text: str) -> bool:
    return any(part in whole for part, whole in zip(_folded(word), _folded(text), strict=True))


@lru_cache(maxsize=16_384)
def _folded(text: str) -> tuple[str, str]:
    """The text in two spellings that compare well: without any accents (prufung), and with ae, oe, ue (pruefung)."""
    composed = unicodedata.normalize("NFC", text.casefold())
    return _bare(composed), _bare(composed.translate(_UMLAUTS))


def _bare(text: str) -> str:
    return "".join(mark for mark in unicodedata.normalize("NFD", text) if not unicodedata.combining(mark))
