"""Importing a list of companies: read and check it, decide what is unclear, confirm, or throw it away.

Nothing of a list reaches the register before it is confirmed, and then all of it does, in one transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.companies.models.imports import CompanyImport, CompanyImportRow
from app.companies.queries import imports as queries
from app.companies.rules import SizeBasis, may_keep_register
from app.companies.rules.amounts import Unit
from app.companies.rules.cells import packed
from app.companies.rules.columns import Field, recognise
from app.companies.rules.importing import (
    KEPT_FOR,
    WRITTEN,
    Choice,
    ImportFacts,
    ImportState,
    Likeness,
    RowState,
    choices_for,
    may_confirm,
    may_go_on,
)
from app.companies.rules.rows import Finding
from app.companies.services.assessing import assess, settle_choices
from app.companies.services.bringing_in import bring_in
from app.companies.sheets import Table
from app.kit import audit
from app.kit.actors import Actor
from app.kit.clock import local_date
from app.kit.errors import Invalid, NotFound
from app.kit.text import _
from app.kit.verdicts import ensure

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Upload:
    """A list that was read, and what the person said about it: where it is from, and how sure its figures are."""

    table: Table
    file_name: str
    sha256: str
    source: str
    basis: SizeBasis = SizeBasis.ESTIMATED


@dataclass(frozen=True, slots=True)
class Assignment:
    """Which field is in which column, and what holds where the file does not say."""

    places: Mapping[Field, int]
    year: int
    unit: Unit | None = None
    has_head: bool = True


class Outcome(Enum):
    """What confirming did. CHANGED: nothing, since the effect is another one than what was shown."""

    IMPORTED = auto()
    ALREADY = auto()
    CHANGED = auto()


def facts_of(batch: CompanyImport) -> ImportFacts:
    """The import as the rules see it."""
    return ImportFacts(batch.state, batch.expires_at, sum(batch.counts.get(state, 0) for state in WRITTEN))


def start_import(session: Session, actor: Actor, trio_id: int, upload: Upload, *, now: datetime) -> int:
    """Keep what stood in a file and check it; the id of the import. The same file a second time is the same import."""
    if not may_keep_register(actor, trio_id):
        raise NotFound(_("There is no such Trio."))
    discard_expired(session, now=now)
    same = queries.find_same_upload(session, trio_id, upload.sha256, upload.table.sheet[:100], now=now)
    if same is not None:
        same.source, same.basis = upload.source, upload.basis
        return same.id
    batch = _batch(actor, trio_id, upload, now)
    session.add(batch)
    session.flush()
    _keep_rows(session, batch.id, upload.table)
    if batch.state is ImportState.CHECKED:
        assess(session, batch)
    new = {"rows": len(upload.table.lines), "sha256": upload.sha256}
    audit.record(session, actor, "import.started", "import", batch.id, trio_id=trio_id, new=new, at=now)
    return batch.id


def assign_columns(session: Session, actor: Actor, import_id: int, assignment: Assignment, *, now: datetime) -> None:
    """Say which column holds what, and check the list anew. Raises NotFound, Conflict, Invalid without a name."""
    batch = queries.get_import(session, actor, import_id, lock=True)
    ensure(may_go_on(facts_of(batch), now=now))
    if Field.NAME not in assignment.places:
        raise Invalid(_("Say in which column the names of the companies stand."))
    batch.columns = {str(name): column for name, column in assignment.places.items()}
    batch.unit, batch.year = assignment.unit, assignment.year
    batch.has_head, batch.state = assignment.has_head, ImportState.CHECKED
    session.flush()
    assess(session, batch)


def choose(
    session: Session, actor: Actor, import_id: int, choices: Mapping[int, tuple[Choice, int | None]], *, now: datetime
) -> None:
    """Keep what a person says about rows (by number) that look like others. What is not offered is left out."""
    batch = queries.get_import(session, actor, import_id, lock=True)
    ensure(may_go_on(facts_of(batch), now=now))
    for row in queries.list_numbered(session, import_id, choices):
        if choices[row.number] in choices_for([Likeness.of(one) for one in row.hints]):
            row.choice, row.chosen = choices[row.number]
    session.flush()
    settle_choices(session, batch)


def choose_for_all(session: Session, actor: Actor, import_id: int, choice: Choice, *, now: datetime) -> None:
    """The same choice for all rows that nobody decided about; COMPANY stands for whatever each is most alike to."""
    batch = queries.get_import(session, actor, import_id, lock=True)
    ensure(may_go_on(facts_of(batch), now=now))
    for rows in queries.stream_rows(session, import_id, (RowState.UNDECIDED,)):
        for row in rows:
            options = choices_for([Likeness.of(one) for one in row.hints])
            wanted = options[0] if choice is Choice.COMPANY else (choice, None)
            if wanted in options:
                row.choice, row.chosen = wanted
        session.flush()
    settle_choices(session, batch)


def confirm_import(session: Session, actor: Actor, import_id: int, *, revision: int, now: datetime) -> Outcome:
    """Write the good rows into the register, if their effect is still the one of ``revision``.

    It is computed anew; when the register changed meanwhile so that it is another one, nothing is written. Confirming
    again does nothing. Raises NotFound, Conflict.
    """
    batch = queries.get_import(session, actor, import_id, lock=True)
    if batch.state is ImportState.DONE:
        return Outcome.ALREADY
    ensure(may_confirm(facts_of(batch), now=now))
    assess(session, batch)
    if batch.revision != revision:
        return Outcome.CHANGED
    try:
        with session.begin_nested():
            bring_in(session, actor, batch, now=now)
    except IntegrityError:  # somebody registered one of these companies in this very moment
        audit.forget(session)
        session.refresh(batch)
        assess(session, batch)
        return Outcome.CHANGED
    batch.state, batch.done_at = ImportState.DONE, now
    session.execute(delete(CompanyImportRow).where(CompanyImportRow.import_id == import_id))
    session.flush()
    audit.record(
        session, actor, "import.confirmed", "import", import_id, trio_id=batch.trio_id, new=dict(batch.counts), at=now
    )
    return Outcome.IMPORTED


def discard_import(session: Session, actor: Actor, import_id: int, *, now: datetime) -> None:
    """Throw the list away. Raises NotFound, and Conflict when it is in the register already."""
    batch = queries.get_import(session, actor, import_id, lock=True)
    if batch.state is ImportState.DONE:
        ensure(may_go_on(facts_of(batch), now=now))
    _remove(session, batch.id)
    audit.record(session, actor, "import.discarded", "import", import_id, trio_id=batch.trio_id, at=now)


def discard_expired(session: Session, *, now: datetime) -> int:
    """Remove lists that nobody confirmed in time, with their rows; how many. For the daily work, too."""
    expired = queries.list_expired(session, now=now)
    for import_id in expired:
        _remove(session, import_id)
    return len(expired)


def _batch(actor: Actor, trio_id: int, upload: Upload, now: datetime) -> CompanyImport:
    table = upload.table
    columns = recognise(table.heads)
    return CompanyImport(
        trio_id=trio_id, user_id=actor.user_id, file_name=upload.file_name[:200], sha256=upload.sha256,
        state=ImportState.CHECKED if columns.is_usable else ImportState.OPEN,
        kind=table.kind.value, sheet=table.sheet[:100], head=table.head.number, has_head=True, heads=table.heads,
        columns={str(name): column for name, column in columns.places.items()}, unit=None,
        year=local_date(now).year - 1, basis=upload.basis, source=upload.source, revision=1,
        notes=[Finding(None, "", note).stored() for note in table.notes],
        counts={}, created_at=now, expires_at=now + KEPT_FOR, done_at=None,
    )  # fmt: skip


def _keep_rows(session: Session, import_id: int, table: Table) -> None:
    lines = [table.head, *table.lines]
    for start in range(0, len(lines), _AT_ONCE):
        session.execute(
            insert(CompanyImportRow),
            [
                {
                    "import_id": import_id, "number": line.number, "cells": packed(line.cells),
                    "state": RowState.BAD if number or start else RowState.HEAD, "values": {}, "problems": [],
                    "remarks": [], "has_hints": False, "hints": [], "changes": [],
                }
                for number, line in enumerate(lines[start : start + _AT_ONCE])
            ],
        )  # fmt: skip


def _remove(session: Session, import_id: int) -> None:
    session.execute(delete(CompanyImportRow).where(CompanyImportRow.import_id == import_id))
    session.execute(delete(CompanyImport).where(CompanyImport.id == import_id))
