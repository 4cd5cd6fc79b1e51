"""Importing a list: when it may go on, and what becomes of each row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from app.kit.text import _
from app.kit.verdicts import YES, Verdict, not_now

KEPT_FOR = timedelta(hours=24)
"""So long a list waits for being confirmed."""


class ImportState(StrEnum):
    """Where an import stands. OPEN: nobody knows yet in which column the companies are."""

    OPEN = "open"
    CHECKED = "checked"
    DONE = "done"


class RowState(StrEnum):
    """What becomes of a row when the import is confirmed."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    UNDECIDED = "undecided"
    """It looks like another company, and nobody said whether it is: it is left out."""
    LEFT = "left"
    BAD = "bad"
    HEAD = "head"
    """The row with the names of the columns."""


class Choice(StrEnum):
    """What a person says about a row that looks like another company."""

    COMPANY = "company"
    """It is that company of the directory."""
    ROW = "row"
    """It is the company of that row above."""
    OTHER = "other"
    LEAVE = "leave"


WRITTEN = (RowState.NEW, RowState.CHANGED)
"""Rows whose confirmation changes something."""


@dataclass(frozen=True, slots=True)
class ImportFacts:
    """What the rules must know of an import."""

    state: ImportState
    expires_at: datetime
    written: int = 0
    """How many rows would change something."""


def has_expired(facts: ImportFacts, *, now: datetime) -> bool:
    """Whether the list waited too long; one that is done stays."""
    return facts.state is not ImportState.DONE and facts.expires_at <= now


def may_go_on(facts: ImportFacts, *, now: datetime) -> Verdict:
    """Whether columns and choices of the import can still be changed."""
    if facts.state is ImportState.DONE:
        return not_now(_("This list has been imported already."))
    if has_expired(facts, now=now):
        return not_now(_("This list waited for longer than a day and was discarded. Upload it again."))
    return YES


def may_confirm(facts: ImportFacts, *, now: datetime) -> Verdict:
    """Whether the import can be confirmed as it stands."""
    verdict = may_go_on(facts, now=now)
    if not verdict:
        return verdict
    if facts.state is ImportState.OPEN:
        return not_now(_("First say in which column the names of the companies stand."))
    if not facts.written:
        return not_now(_("There is no row that would change anything."))
    return YES


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a row may be the same as: a company of the directory, or a row above.

    ``is_exact``: name and place are the same, so it cannot be another one.
    """

    choice: Choice
    ref: int
    name: str
    city: str
    score: int
    why: str
    is_exact: bool = False

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "choice": self.choice.value, "ref": self.ref, "name": self.name, "city": self.city, "score": self.score,
            "why": self.why, "exact": self.is_exact,
        }  # fmt: skip

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Likeness":
        """The likeness that was stored."""
        return cls(
            Choice(told["choice"]), told["ref"], told["name"], told["city"], told["score"], told["why"], told["exact"]
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from a choice: the company or the row it is, or that it is new, left out, or not decided."""

    state: RowState
    company_id: int | None = None
    row: int | None = None


def choices_for(hints: Sequence[Likeness]) -> list[tuple[Choice, int | None]]:
    """What can be chosen: each that it may be, another one (unless name and place are the same), or leaving it out."""
    options: list[tuple[Choice, int | None]] = [(hint.choice, hint.ref) for hint in hints]
    if not any(hint.is_exact for hint in hints):
        options.append((Choice.OTHER, None))
    return [*options, (Choice.LEAVE, None)]


def decide(
    hints: Sequence[Likeness], choice: Choice | None, chosen: int | None, fates: Mapping[int, RowState]
) -> Decision:
    """What becomes of a row that looks like others. ``fates``: what becomes of the rows above.

    A choice that is no longer offered counts as none, and so does "the same as that row" when that row is left out.
    """
    if choice is None or (choice, chosen) not in choices_for(hints):
        return Decision(RowState.UNDECIDED)
    if choice is Choice.ROW:
        followed = fates.get(chosen or 0) in {RowState.NEW, RowState.CHANGED, RowState.SAME}
        return Decision(RowState.CHANGED, row=chosen) if followed else Decision(RowState.UNDECIDED)
    if choice is Choice.COMPANY:
        return Decision(RowState.CHANGED, company_id=chosen)
    return Decision(RowState.NEW if choice is Choice.OTHER else RowState.LEFT)
