"""The words in which every capability says what its tables know about people (its file ``personal.py``).

The register made of them is at once the record of processing (Art. 30 GDPR), the privacy page, the list of what a
person gets when they ask for their data, and the instruction by which ``app.privacy`` erases: nothing is said twice.

Paths lead from a row to the person it is about:

* ``user_id``: the column holds the person's id;
* ``attempt_id -> attempts.enrolment_id -> enrolments.user_id``: along foreign keys;
* ``ref = users.key``, ``email = users.email``: the column holds the person's key, or their address;
* ``payload.user_id``, ``payload.to = users.email``: the same inside a JSON column.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.kit.text import Text, _


class Basis(StrEnum):
    """What allows the processing: the letter of Art. 6(1) GDPR."""

    CONSENT = "a"
    CONTRACT = "b"
    DUTY = "c"
    PUBLIC_TASK = "e"
    INTEREST = "f"


BASIS_NAMES: dict[Basis, Text] = {
    Basis.CONSENT: _("consent (Art. 6(1)(a) GDPR)"),
    Basis.CONTRACT: _("carrying out the course that was asked for (Art. 6(1)(b) GDPR)"),
    Basis.DUTY: _("legal duty (Art. 6(1)(c) GDPR)"),
    Basis.PUBLIC_TASK: _("publicly funded project, with the duty to prove it (Art. 6(1)(e) GDPR)"),
    Basis.INTEREST: _("legitimate interest (Art. 6(1)(f) GDPR)"),
}


class Audience(StrEnum):
    """Who sees it in the pages of the platform."""

    SELF = "self"
    TRAINER = "trainer"
    COMPANY = "company"
    TRIO_ADMINS = "trio_admins"
    SITE_ADMINS = "site_admins"
    COUNTS = "counts"
    CODE = "code"
    EVERYBODY = "everybody"
    NOBODY = "nobody"


AUDIENCE_NAMES: dict[Audience, Text] = {
    Audience.SELF: _("the person"),
    Audience.TRAINER: _("trainers of the run and administrators of its Trio"),
    Audience.COMPANY: _("the employer, if the person agreed: enrolled, attended, certificate"),
    Audience.TRIO_ADMINS: _("administrators of the Trio"),
    Audience.SITE_ADMINS: _("administrators of the platform"),
    Audience.COUNTS: _("clusters, programme office and funder: only numbers of groups, never a person"),
    Audience.CODE: _("whoever has the code of the certificate"),
    Audience.EVERYBODY: _("everybody, on public pages"),
    Audience.NOBODY: _("nobody: only the software itself uses it"),
}


class Erasure(StrEnum):
    """What becomes of the rows about a person who is erased."""

    DELETE = "delete"
    PSEUDONYMISE = "pseudonymise"
    """They stay and belong to nobody any more: to a row without name and address."""
    KEEP = "keep"


ERASURE_NAMES: dict[Erasure, Text] = {
    Erasure.DELETE: _("is deleted"),
    Erasure.PSEUDONYMISE: _("stays, without name and address"),
    Erasure.KEEP: _("stays"),
}


@dataclass(frozen=True, slots=True)
class Purpose:
    """One processing activity: what it is for, what allows it, who sees it."""

    title: Text
    why: Text
    basis: Basis
    seen_by: tuple[Audience, ...]


@dataclass(frozen=True, slots=True)
class Emptied:
    """What stands in a column after erasure."""

    value: Any


@dataclass(frozen=True, slots=True)
class Column:
    """What a column says. A secret is stored and never shown, not even to the person."""

    meaning: Text
    is_secret: bool = False
    emptied: Emptied | None = None


def secret(meaning: Text) -> Column:
    """A column that nobody is shown."""
    return Column(meaning, is_secret=True)


def emptied(meaning: Text, value: Any = None) -> Column:
    """A column that erasure empties in a row that stays."""
    return Column(meaning, emptied=Emptied(value))


@dataclass(frozen=True, slots=True)
class Table:
    """What one table knows about people.

    ``columns`` are the personal ones; ``things`` are those that are about no person, named one by one so that a new
    column is noticed. ``subject`` are paths to the person a row is about; without any, ``reason`` says why nobody can
    be found. ``acting`` are columns (or paths) of people who only did something, each with the column that tells when;
    erasure lets them point to nobody. ``retention`` names a rule of ``app.privacy.rules.retention``, whose period
    begins at the first of the moments ``ends`` that is set; rows in which the column ``unless`` is set stay. ``reason``
    also says why a row outlives its person.
    """

    name: str
    meaning: Text
    purpose: Purpose
    retention: str
    erasure: Erasure
    columns: Mapping[str, Text | Column]
    things: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    acting: Mapping[str, str] = field(default_factory=dict)
    ends: tuple[str, ...] = ()
    unless: str | None = None
    reason: Text | None = None

    def column(self, name: str) -> Column:
        """What a column says; one about a thing speaks for itself."""
        said = self.columns.get(name, THING)
        return said if isinstance(said, Column) else Column(said)


@dataclass(frozen=True, slots=True)
class Impersonal:
    """A table without any person, and why."""

    name: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Register:
    """The tables of one capability."""

    tables: tuple[Table, ...] = ()
    impersonal: tuple[Impersonal, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """A parsed path: from ``column`` (or ``key`` of the JSON in it) over ``hops`` to a person's id, key or address."""

    column: str
    key: str | None
    hops: tuple[tuple[str, str], ...]
    leads_to: str

    @classmethod
    def parse(cls, said: str) -> "Path":
        """Read a path as it stands in a register; ValueError when it is none."""
        first, *hops = (part.strip() for part in said.split("->"))
        start, _equals, target = (part.strip() for part in first.partition("="))
        leads_to = target.removeprefix("users.") if target else "id"
        if leads_to not in {"id", "key", "email"} or (hops and target):
            raise ValueError(f"{said!r} is not a path to a person.")
        column, _dot, key = start.partition(".")
        return cls(column, key or None, tuple((hop.partition(".")[0], hop.partition(".")[2]) for hop in hops), leads_to)


NUMBER = _("number of the entry")
PERSON = _("whose it is")
THING = _("about the thing, not about a person")
CREATED = _("when it was made")
EXPIRES = _("until when it counts")
USED = _("when it was used")
REVOKED = _("when it was taken back")
ACTED = _("who did it")

MAILS = Purpose(
    _("Mails"),
    _("Mails about courses, roles and signing in reach the right person, and are not sent twice."),
    Basis.CONTRACT,
    (Audience.NOBODY,),
)
PROOF = Purpose(
    _("Proof of who did what"),
    _("Acts of staff and acts around signing in can be followed later, and nobody can change the record unseen."),
    Basis.INTEREST,
    (Audience.TRIO_ADMINS, Audience.SITE_ADMINS),
)

REGISTER = Register(
    (
        Table(
            "outbox_messages",
            _("mails on their way, and follow-up work"),
            MAILS,
            "mails",
            Erasure.DELETE,
            {
                "payload": secret(_("to whom, which letter, and what it says; emptied once it is sent")),
                "key": secret(_("so that the same letter is not sent twice")),
                "failure": secret(_("why it could not be sent")),
            },
            things=("id", "kind", "state", "attempts", "posted_at", "due_at", "leased_until", "done_at"),
            subject=("payload.user_id", "payload.to = users.email"),
            ends=("done_at",),
        ),
        Table(
            "audit_entries",
            _("record of acts"),
            PROOF,
            "audit",
            Erasure.KEEP,
            {
                "actor": _("random key of the person who acted"),
                "action": _("what was done"),
                "kind": _("to what kind of thing"),
                "ref": _("its number; of a person, the random key"),
                "at": _("when"),
                "old": _("numbers and states before"),
                "new": _("numbers and states after"),
            },
            things=("number", "trio_id", "previous", "hash"),
            subject=("ref = users.key",),
            acting={"actor = users.key": "at"},
            reason=_("The record never changes. It holds a random key, and after erasure nobody knows whose it was."),
        ),
    ),
    (Impersonal("audit_heads", _("the end of the record: a number and a check value")),),
)
"""The tables of ``app.kit``."""
