"""The code of a certificate, which kind of paper it is, what it says, and who may revoke it.

Pure: no database, no request, no clock.
"""

import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TypedDict

from app.kit.actors import Actor, Role
from app.kit.localised import Localised
from app.kit.text import Text, _
from app.kit.verdicts import YES, Verdict, not_now, not_you
from app.runs.rules import EnrolmentState

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 signs that nobody confuses on paper: no 0 and O, no 1, I and L."""

CODE_LENGTH = 20
"""20 of 31 signs carry 99 random bits. Guessing is hopeless at any speed, so verification needs no rate limit."""

LONGEST_REASON = 200
_GROUP = 4
_REVOKERS = (Role.TRIO_ADMIN, Role.SITE_ADMIN)


class Paper(StrEnum):
    """Which kind of paper it is (terms of German continuing education)."""

    QUALIFIED = "qualified"
    """Qualifizierte Teilnahmebescheinigung: attended and passed the course's own test."""
    ATTENDANCE = "attendance"
    """Teilnahmebescheinigung: attended; nothing was tested."""


PAPER_NAMES: dict[Paper, Text] = {
    Paper.QUALIFIED: _("Qualified certificate of participation"),
    Paper.ATTENDANCE: _("Certificate of participation"),
}


class ModuleSaid(TypedDict):
    """The module on the paper, in the version that was taught."""

    code: str
    version: int
    title: Localised


class OutcomeSaid(TypedDict):
    """One lesson and what people can do after it."""

    lesson: Localised
    outcome: Localised


class UnitsSaid(TypedDict):
    """Teaching units of 45 minutes by kind and in total; hours of 60 minutes at the employer are none of them."""

    presence: float
    online: float
    self_study: float
    practice: float
    total: float
    workplace_hours: float


class RunSaid(TypedDict):
    """When and where the run took place; days as ``YYYY-MM-DD``, ``format`` as in ``runs.rules.RunFormat``."""

    starts_on: str
    ends_on: str
    city: str
    format: str


class RuleSaid(TypedDict):
    """When the module counts as completed: per cent of the time, per cent of the test's points (0: not asked for)."""

    attendance: int
    test: int
    lessons: bool


class MetSaid(TypedDict):
    """What of the rule the person met. Per cent of the time attended; never the score of the test."""

    attendance: int
    test: bool
    lessons: bool


class Frozen(TypedDict):
    """All that a certificate says, kept as it was on the day of issue (``issued_on``: ``YYYY-MM-DD``).

    ``person`` is empty once the holder was erased; then ``without_name`` took the name out.
    """

    kind: str
    person: str
    module: ModuleSaid
    units: UnitsSaid
    outcomes: Sequence[OutcomeSaid]
    dqr: int
    hv_level: str | None
    provider: str
    trio: str
    run: RunSaid
    trainer: str | None
    reviewer: str | None
    rule: RuleSaid
    met: MetSaid
    funding_notice: Localised
    issued_on: str


def new_code(choose: Callable[[str], str]) -> str:
    """A new code, each sign drawn from the alphabet by ``choose`` (``secrets.choice``)."""
    return "".join(choose(ALPHABET) for _position in range(CODE_LENGTH))


def grouped(code: str) -> str:
    """The code as it stands on paper: ``7KX4-Q2MH-…``."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def read_code(typed: str) -> str | None:
    """The code that somebody typed, in any case, with or without dashes and spaces; None when it cannot be one."""
    code = re.sub(r"[\s\-\u2010-\u2015\u2212.·]", "", typed)
    return code.upper() if len(code) == CODE_LENGTH and code.isascii() and set(code.upper()) <= set(ALPHABET) else None


def paper_of(rule: RuleSaid) -> Paper:
    """Which paper a person gets who met the rule."""
    return Paper.QUALIFIED if rule["test"] else Paper.ATTENDANCE


def met(rule: RuleSaid, *, attendance: int) -> MetSaid:
    """What a completion means: every part of the rule that was asked for is met."""
    return {"attendance": attendance, "test": rule["test"] > 0, "lessons": rule["lessons"]}


def without_name(says: Frozen, name: str, *, own: bool) -> Frozen:
    """The paper without the name of a person who is erased: its holder's (``own``), its trainer's or reviewer's."""
    return {
        **says,
        "person": "" if own else says["person"],
        "trainer": None if says["trainer"] == name else says["trainer"],
        "reviewer": None if says["reviewer"] == name else says["reviewer"],
    }


def level_in_words(dqr: int) -> Text:
    """The level as it may be called: only listed qualifications have an official one, so it is never "DQR 3"."""
    return _("oriented towards level %(level)s of the German Qualifications Framework (DQR)", level=dqr)


def may_issue(state: EnrolmentState, *, completed: bool) -> Verdict:
    """Whether an enrolment gets its certificate: it is completed, and what it met is on record."""
    if state is EnrolmentState.COMPLETED and completed:
        return YES
    return not_now(_("A certificate needs a completed module."))


def may_revoke(actor: Actor, trio_id: int, *, revoked: bool) -> Verdict:
    """Whether the actor may withdraw a certificate of this Trio: its administrators, once."""
    if not any(actor.holds(role, trio_id=trio_id) for role in _REVOKERS):
        return not_you(_("Only administrators of this Trio withdraw its certificates."))
    return not_now(_("This certificate was withdrawn already.")) if revoked else YES
