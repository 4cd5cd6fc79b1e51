"""Who may learn in a run, where a learner stands, and when a module is completed.

Pure: no database, no request, no clock.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from app.kit.actors import Actor
from app.kit.text import Text, _
from app.kit.verdicts import YES, Verdict, not_now, not_you
from app.modules.rules import CompletionRule, may_see_drafts
from app.runs.rules import LEARNING, EnrolmentState, RunFacts, may_keep_attendance


class LessonState(StrEnum):
    """How far a learner is in one lesson."""

    NEW = "new"
    BEGUN = "begun"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a learner stands in the lessons of one module version.

    ``keys``: its lessons in order. ``seen``: when a lesson was last worked at, by key; ``done``: which are worked
    through. Both may name lessons of other versions of the module; those do not count here and are not lost either.
    """

    keys: Sequence[str]
    seen: Mapping[str, datetime] = field(default_factory=dict)
    done: AbstractSet[str] = frozenset()

    @property
    def total(self) -> int:
        """How many lessons there are."""
        return len(self.keys)

    @property
    def left(self) -> list[str]:
        """The lessons still to be worked through, in order."""
        return [key for key in self.keys if key not in self.done]

    @property
    def count(self) -> int:
        """How many lessons are worked through."""
        return self.total - len(self.left)

    @property
    def begun(self) -> bool:
        """Whether the learner has worked at any lesson."""
        return any(key in self.seen for key in self.keys)

    @property
    def resume(self) -> str | None:
        """Where to go on: the unfinished lesson last worked at, else the first unfinished one; None if all are done."""
        seen = [key for key in self.left if key in self.seen]
        return max(seen, key=lambda key: self.seen[key]) if seen else next(iter(self.left), None)

    def state(self, key: str) -> LessonState:
        """How far the learner is in a lesson."""
        if key in self.done:
            return LessonState.DONE
        return LessonState.BEGUN if key in self.seen else LessonState.NEW

    def before(self, key: str) -> str | None:
        """The lesson before this one, or None."""
        place = self.keys.index(key)
        return self.keys[place - 1] if place else None

    def after(self, key: str) -> str | None:
        """The lesson behind this one, or None."""
        return next(iter(self.keys[self.keys.index(key) + 1 :]), None)


@dataclass(frozen=True, slots=True)
class Condition:
    """One part of the completion rule: what it asks for, how things stand, and whether that is enough."""

    text: Text
    standing: Text
    met: bool


def may_learn(state: EnrolmentState | None) -> Verdict:
    """Whether lessons and test are open to somebody whose enrolment stands at ``state`` (None: never enrolled)."""
    if state in LEARNING:
        return YES
    if state is EnrolmentState.WAITING:
        return not_now(_("You are on the waiting list. The lessons open as soon as you have a place."))
    if state is EnrolmentState.NO_SHOW:
        return not_now(_("You were not at this run. Choose another date, then the lessons open again."))
    if state is EnrolmentState.CANCELLED:
        return not_now(_("You have given your place back. Enrol again, then the lessons open again."))
    return not_you(_("The lessons are for people with a place in this run."))


def may_look_in(actor: Actor, run: RunFacts) -> Verdict:
    """Whether the actor reads the lessons of a run without learning in it: who teaches it or writes for its Trio."""
    teaches = may_keep_attendance(actor, run)
    return teaches or may_see_drafts(actor, run.trio_id)


def lessons_before_test(rule: CompletionRule, progress: Progress) -> int:
    """How many lessons must still be worked through before the test opens."""
    return len(progress.left) if rule.lessons else 0


def conditions(
    rule: CompletionRule, *, attendance: int | None, score: Decimal | None, lessons_done: int, lessons_total: int
) -> list[Condition]:
    """The completion rule, part by part, with how things stand. Percentages from 0 to 100.

    ``attendance`` is None until all attendance lists of the run are closed, ``score`` until a test is handed in.
    """
    parts = []
    if rule.lessons:
        standing = _("%(done)s of %(total)s lessons are done.", done=lessons_done, total=lessons_total)
        parts.append(Condition(_("Work through all lessons"), standing, lessons_done >= lessons_total))
    if rule.test:
        parts.append(_test(rule.test, score))
    if rule.attendance:
        parts.append(_attendance(rule.attendance, attendance))
    return parts


def _test(needed: int, score: Decimal | None) -> Condition:
    text = _("Reach at least %(percent)s percent in the final test", percent=needed)
    if score is None:
        return Condition(text, _("You have not taken the test yet."), met=False)
    return Condition(text, _("Your best result: %(percent)s percent.", percent=int(score)), met=score >= needed)


def _attendance(needed: int, reached: int | None) -> Condition:
    text = _("Be there for at least %(percent)s percent of the time", percent=needed)
    if reached is None:
        return Condition(text, _("This is counted after the last session."), met=False)
    return Condition(
        text, _("You were there for %(percent)s percent of the time.", percent=reached), met=reached >= needed
    )


def why_not_complete(
    rule: CompletionRule, *, attendance: int | None, score: Decimal | None, lessons_done: int, lessons_total: int
) -> list[Text]:
    """How the conditions stand that are not met yet, in the order of the way; empty when the module is completed."""
    parts = conditions(rule, attendance=attendance, score=score, lessons_done=lessons_done, lessons_total=lessons_total)
    return [part.standing for part in parts if not part.met]
