"""Who may answer an evaluation, when its results may be seen, and what the counters add up to.

Pure: no database, no request, no clock.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from app.kit.actors import Actor, Role
from app.kit.localised import Localised
from app.kit.text import Text, _, n_
from app.kit.verdicts import YES, Verdict, not_now, not_you
from app.runs.rules import TOOK_PART, EnrolmentState, RunFacts, day_in_words

LEAST = 5
"""Results are made of at least so many answers: groups of fewer people are never shown (domain practice: 5 to 7)."""

OPEN_FOR = timedelta(days=28)
"""How long an evaluation can be answered after its run."""

LONGEST_TEXT = 1000
SCALE = tuple(str(number) for number in range(11))
"""The options of "would you recommend it", from 0 to 10."""

_KEY = re.compile(r"[a-z][a-z0-9-]{0,39}")
_SEERS = (Role.TRAINER, Role.REVIEWER, Role.AUTHOR, Role.CLUSTER_MANAGER, Role.TRIO_ADMIN, Role.SITE_ADMIN)


class Kind(StrEnum):
    """How a question is answered: four faces with words, a number from 0 to 10, or one's own words."""

    FACES = "faces"
    NPS = "nps"
    TEXT = "text"


class Standing(StrEnum):
    """What the results page of a run can show."""

    NOT_OPEN = "not_open"
    OPEN = "open"
    """Still being answered. No number leaves yet: two looks at a live total would tell the answer in between."""
    TOO_FEW = "too_few"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``options``: ``(value, words)`` from the lowest to the highest; none for a text."""

    key: str
    kind: Kind
    text: Localised
    options: tuple[tuple[str, Localised], ...] = ()

    @property
    def values(self) -> tuple[str, ...]:
        """What can be chosen."""
        return tuple(value for value, _words in self.options)


@dataclass(frozen=True, slots=True)
class Period:
    """From when and until when an evaluation can be answered."""

    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Nps:
    """The net promoter score, from −100 to 100, and the three groups it is made of."""

    score: int
    promoters: int
    passives: int
    detractors: int

    @property
    def total(self) -> int:
        """How many people answered the question."""
        return self.promoters + self.passives + self.detractors


def questions_of(stored: Iterable[Mapping[str, Any]]) -> list[Question]:
    """The questions as a questionnaire stores them: ``{"key", "kind", "text", "options": [{"value", "text"}]}``."""
    questions = []
    for one in stored:
        kind = Kind(one["kind"])
        options = [(str(option["value"]), option["text"]) for option in one.get("options", ())]
        if kind is Kind.NPS:
            options = [(value, {}) for value in SCALE]
        questions.append(Question(one["key"], kind, one["text"], tuple(options)))
    return questions


def faults_of(stored: Sequence[Mapping[str, Any]]) -> list[Text]:
    """What is wrong with a questionnaire that somebody wants to load; empty when nothing is."""
    faults = [] if stored else [_("A questionnaire needs at least one question.")]
    seen: set[str] = set()
    for number, one in enumerate(stored, start=1):
        key = str(one.get("key", ""))
        if not _KEY.fullmatch(key) or key in seen:
            faults.append(_("Question %(number)s needs a key of its own: a–z, digits and hyphens.", number=number))
        if one.get("kind") not in set(Kind):
            faults.append(_("Question %(number)s: the kind is faces, nps or text.", number=number))
        if not isinstance(one.get("text"), Mapping):
            faults.append(_("Question %(number)s has no text.", number=number))
        if one.get("kind") == Kind.FACES and len(one.get("options", ())) != 4:
            faults.append(_("Question %(number)s needs four options, one for each face.", number=number))
        seen.add(key)
    return faults


def may_answer(*, state: EnrolmentState | None, period: Period | None, answered: bool, now: datetime) -> Verdict:
    """Whether somebody whose enrolment stands at ``state`` may answer now.

    ``period`` is None as long as the run is not over; ``answered``: they did so before.
    """
    if state is not EnrolmentState.CONFIRMED and state not in TOOK_PART:
        return not_you(_("There is no evaluation for you here."))
    if answered:
        return not_now(_("You have answered already. Thank you."))
    if period is None or state not in TOOK_PART or now < period.opens_at:
        return not_now(_("The questions come after the last session, as soon as your trainer has closed the list."))
    if now >= period.closes_at:
        return not_now(_("The questions could be answered until %(day)s.", day=day_in_words(period.closes_at)))
    return YES


def may_see_results(actor: Actor, run: RunFacts) -> Verdict:
    """Whether the actor sees what a run's people answered: who teaches it, or works on it in its Trio."""
    if actor.user_id is not None and actor.user_id == run.trainer_id:
        return YES
    if any(actor.holds(role, trio_id=run.trio_id) for role in _SEERS):
        return YES
    return not_you(_("Only the Trio of this run sees its evaluation."))


def enough(answers: int, *, least: int = LEAST) -> bool:
    """Whether so many answers may be shown at all."""
    return answers >= least


def standing(period: Period | None, *, voters: int, invited: int, least: int = LEAST, now: datetime) -> Standing:
    """What may be shown: nothing before nobody can answer any more, for a live total betrays single answers."""
    if period is None or now < period.opens_at:
        return Standing.NOT_OPEN
    if now < period.closes_at and voters < invited:
        return Standing.OPEN
    return Standing.SHOWN if enough(voters, least=least) else Standing.TOO_FEW


def still_needed(voters: int, *, least: int = LEAST) -> int:
    """How many answers are missing until there is a result."""
    return max(least - voters, 0)


def question_after(at: int, move: str, total: int) -> int | None:
    """The number of the question to show next, from 1; None when the last one is behind the person."""
    if move == "back":
        return max(at - 1, 1)
    return at + 1 if at < total else None


def says_something(answers: Mapping[str, str]) -> bool:
    """Whether there is anything to count; who skipped every question has not taken part."""
    return any(answer.strip() for answer in answers.values())


def fits(questions: Iterable[Question], answers: Mapping[str, str]) -> bool:
    """Whether every answer belongs to a question and is one of its options, or a text that is not too long."""
    known = {question.key: question for question in questions}
    for key, answer in answers.items():
        question = known.get(key)
        if question is None:
            return False
        if question.kind is Kind.TEXT:
            if len(answer) > LONGEST_TEXT:
                return False
        elif answer not in question.values:
            return False
    return True


def response_rate(voters: int, invited: int | None) -> int | None:
    """Per cent of the people who took part in the run and answered; None when nobody took part, or nobody says."""
    return _rounded(Decimal(100 * voters) / invited) if invited else None


def distribution(values: Collection[str], counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """How often each value was chosen, in the order of the options; values never chosen are 0."""
    return [(value, counts.get(value, 0)) for value in values]


def mean(counts: Mapping[str, int], *, least: int = LEAST) -> Decimal | None:
    """The mean of numbered answers with one decimal place; None for fewer than ``least`` of them."""
    total = sum(counts.values())
    if not total or not enough(total, least=least):
        return None
    points = sum(int(value) * count for value, count in counts.items())
    return (Decimal(points) / total).quantize(Decimal("0.1"), ROUND_HALF_UP)


def nps(counts: Mapping[str, int], *, least: int = LEAST) -> Nps | None:
    """Per cent of promoters (9 and 10) minus per cent of detractors (0 to 6); None for too few answers.

    Source: Reichheld, "The One Number You Need to Grow", Harvard Business Review, December 2003.
    """
    groups = {"promoters": 0, "passives": 0, "detractors": 0}
    for value, count in counts.items():
        groups["promoters" if int(value) >= 9 else "passives" if int(value) >= 7 else "detractors"] += count
    total = sum(groups.values())
    if not total or not enough(total, least=least):
        return None
    return Nps(score=_rounded(Decimal(100 * (groups["promoters"] - groups["detractors"])) / total), **groups)


def nps_in_words(found: Nps) -> Text:
    """The score as a sentence."""
    numbers = {"promoters": found.promoters, "detractors": found.detractors, "total": found.total}
    if found.promoters > found.detractors:
        return _("More people recommend the course (%(promoters)s of %(total)s) than advise against it "
                 "(%(detractors)s of %(total)s).", **numbers)  # fmt: skip
    if found.promoters < found.detractors:
        return _("More people advise against the course (%(detractors)s of %(total)s) than recommend it "
                 "(%(promoters)s of %(total)s).", **numbers)  # fmt: skip
    return _("As many people recommend the course (%(promoters)s of %(total)s) as advise against it.", **numbers)


def missing_in_words(number: int) -> Text:
    """What is missing until there is a result."""
    return n_("%(number)s more answer until the result", "%(number)s more answers until the result", number)


def most_given(rows: Sequence[tuple[Any, int]]) -> tuple[Any, int]:
    """The answer given most often and how often; of several the first."""
    return max(rows, key=lambda row: row[1])


def _rounded(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))
