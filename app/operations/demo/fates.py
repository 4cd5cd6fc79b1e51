"""What becomes of one person in one run, drawn by chance in the proportions that short courses have."""

from dataclasses import dataclass
from random import Random

from app.modules.rules import CompletionRule
from app.runs.rules import Mark

NO_SHOW = 0.125
LATE = 0.1
VOTES = 0.82
"""The share of those present who answer the evaluation: most of them in the room, by a code on the wall."""

WITHDRAWS = 0.04
"""The share of people who give their place back in time."""

BEFORE = 0.7
"""The share of people who learn before the first session; the others do so after the last one."""

SHARES = 0.6
"""The share of people who let their employer see that they take part."""

ITEMS = 10
"""How many items a final test draws; a fate says how many of them go wrong."""


@dataclass(frozen=True, slots=True)
class Fate:
    """How a person fares. ``marks``: one per session. ``lessons``: the share of them done, 0 to 1.

    ``before``: whether they learn before the first session or after the last one. ``wrong``: one number per attempt at
    the final test, how many items go wrong in it.
    """

    marks: tuple[Mark, ...]
    lessons: float
    before: bool
    wrong: tuple[int, ...]
    votes: bool
    shares: bool
    withdraws: bool = False


def draw(random: Random, rule: CompletionRule, *, sessions: int) -> Fate:
    """One fate: about 12 in 100 do not come; about 84 in 100 of the others complete the module."""
    shares, before, withdraws = (random.random() < share for share in (SHARES, BEFORE, WITHDRAWS))
    if random.random() < NO_SHOW:
        few = random.choice((0, 0, 0.2, 0.4))
        return Fate((Mark.ABSENT,) * sessions, few, True, (), votes=False, shares=shares, withdraws=withdraws)
    marks, lessons, wrong = _marks(random, rule, sessions), 1.0, _attempts(random, rule)
    chance = random.random()
    if chance < 0.07:
        lessons, wrong = random.choice((0.2, 0.5, 0.8)), ()
    elif chance < 0.11:
        wrong = ()
    elif chance < 0.16:
        wrong = tuple(_fails(random) for _number in range(random.randint(1, 2)))
    elif chance < 0.22 and sessions > 1:
        missed = random.randrange(sessions)
        marks = tuple(Mark.ABSENT if number == missed else mark for number, mark in enumerate(marks))
    return Fate(marks, lessons, before, wrong, votes=random.random() < VOTES, shares=shares, withdraws=withdraws)


def of_the_demo_worker(kind: str, *, sessions: int) -> Fate:
    """Two runs of the demo account: one ``finished`` with a certificate and its evaluation open, one ``half`` done."""
    marks, finished = (Mark.PRESENT,) * sessions, kind == "finished"
    return Fate(marks, 1 if finished else 0.5, True, (1,) if finished else (), votes=False, shares=True)


def _marks(random: Random, rule: CompletionRule, sessions: int) -> tuple[Mark, ...]:
    """Nobody comes late where the rule asks for all of the time: the door is closed then."""
    late = 0 if rule.attendance == 100 else LATE
    return tuple(Mark.LATE if random.random() < late else Mark.PRESENT for _number in range(sessions))


def _attempts(random: Random, rule: CompletionRule) -> tuple[int, ...]:
    """What goes wrong until the test is passed: mostly in the first attempt."""
    most = (100 - rule.test) * ITEMS // 100
    passes = min(random.choices(range(5), (22, 33, 26, 14, 5))[0], most)
    return (_fails(random), passes) if random.random() < 0.12 else (passes,)


def _fails(random: Random) -> int:
    return random.randint(5, 7)
