"""When a final test may be taken, which items it draws, and how answers are scored.

Pure: no database, no request, no clock, and no randomness of its own.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from random import Random
from typing import Any

from app.kit.text import _, n_
from app.kit.verdicts import YES, Verdict, not_now, not_you
from app.runs.rules import LEARNING, EnrolmentState, in_words

MOST_ATTEMPTS = 3
"""How many attempts may be started within ``WINDOW``: enough for a bad day, too few for guessing."""

WINDOW = timedelta(hours=24)

SINGLE = "single"
"""The kind of an item with exactly one right option; every other kind has one or more."""

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What the rules need to know of an item: how many options it has and the indexes of the right ones."""

    key: str
    lesson: str
    kind: str
    options: int
    right: frozenset[int]

    @classmethod
    def of(cls, key: str, lesson: str, kind: str, options: Sequence[Mapping[str, Any]]) -> "ItemFacts":
        """Read them from the options as the course package has them: ``[{"right": bool, "text": {…}}, …]``."""
        right = frozenset(index for index, option in enumerate(options) if option.get("right"))
        return cls(key, lesson, kind, len(options), right)


@dataclass(frozen=True, slots=True)
class AttemptFacts:
    """What the rules need to know of an earlier attempt; ``passed`` is None while it is open."""

    started_at: datetime
    passed: bool | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """One item of an attempt and the order in which its options are shown, as indexes into the item's options."""

    item: str
    order: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt came to: per cent of the points, rounded down to hundredths, and whether that is enough."""

    score: Decimal
    passed: bool


def may_start(
    state: EnrolmentState | None, attempts: Sequence[AttemptFacts], *, items: int, lessons_left: int, now: datetime
) -> Verdict:
    """Whether somebody whose enrolment stands at ``state`` may begin the test or go on; the first reason counts.

    ``lessons_left``: how many lessons must still be worked through first; 0 where the module does not ask for them.
    """
    if state not in LEARNING:
        return not_you(_("Only people with a place in this run take its test."))
    if not items:
        return not_now(_("This course has no final test."))
    if any(attempt.passed for attempt in attempts):
        return not_now(_("You have passed this test."))
    if any(attempt.passed is None for attempt in attempts):
        return YES
    if lessons_left:
        return not_now(
            n_(
                "The test opens when all lessons are done. %(number)s lesson is left.",
                "The test opens when all lessons are done. %(number)s lessons are left.",
                lessons_left,
            )
        )
    return _unless_too_many(attempts, now=now)


def _unless_too_many(attempts: Sequence[AttemptFacts], *, now: datetime) -> Verdict:
    recent = sorted(attempt.started_at for attempt in attempts if attempt.started_at > now - WINDOW)
    if len(recent) < MOST_ATTEMPTS:
        return YES
    opens = recent[-MOST_ATTEMPTS] + WINDOW
    return not_now(
        _("You have tried three times in 24 hours. The next attempt opens on %(when)s.", when=in_words(opens))
    )


def may_answer(state: EnrolmentState | None, attempt: AttemptFacts) -> Verdict:
    """Whether the answers of an attempt can still change: until it is handed in, and while the place is kept."""
    if attempt.passed is not None:
        return not_now(_("This test is handed in. Its answers do not change any more."))
    if state not in LEARNING:
        return not_now(_("You have no place in this run any more, so the test cannot go on."))
    return YES


def draw(items: Sequence[ItemFacts], number: int, random: Random) -> list[Drawn]:
    """Choose up to ``number`` items, as evenly over the lessons as the items allow, and shuffle their options.

    Lessons take turns in a random order, so no lesson gives two items more than another one that still has some.
    """
    stacks: dict[str, list[ItemFacts]] = {}
    for item in items:
        stacks.setdefault(item.lesson, []).append(item)
    turns = list(stacks.values())
    random.shuffle(turns)
    for stack in turns:
        random.shuffle(stack)
    deepest = max(map(len, turns), default=0)
    chosen = [stack[depth] for depth in range(deepest) for stack in turns if depth < len(stack)][:number]
    random.shuffle(chosen)
    return [Drawn(item.key, tuple(random.sample(range(item.options), item.options))) for item in chosen]


def fits(item: ItemFacts, chosen: Collection[int]) -> bool:
    """Whether an answer can be one to this item: known options, and no more than one where only one is right."""
    most = 1 if item.kind == SINGLE else item.options
    return len(chosen) <= most and all(0 <= index < item.options for index in chosen)


def points(item: ItemFacts, chosen: Collection[int]) -> Fraction:
    """From 0 to 1. One right option: 1 if it is chosen. Several: one share each, minus one share per mistake."""
    picked = frozenset(chosen)
    if item.kind == SINGLE:
        return Fraction(picked == item.right)
    return max(Fraction(0), Fraction(len(picked & item.right) - len(picked - item.right), len(item.right)))


def outcome(points_won: Iterable[Fraction], *, items: int, pass_mark: int) -> Outcome:
    """The score of an attempt with ``items`` items; ``pass_mark`` in per cent of the points, included.

    Rounded down, so that nobody reads "70 per cent" beside "not passed".
    """
    share = sum(points_won, Fraction(0)) * 100 / items
    return Outcome(hundredths(share), share >= pass_mark)


def hundredths(value: Fraction) -> Decimal:
    """The value with two decimals, rounded down, as the database keeps it."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(_CENT, ROUND_DOWN)
