"""The dry run: what would become of each row of a list. The same code runs again when the list is confirmed."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.companies.models.imports import CompanyImport, CompanyImportRow
from app.companies.queries import imports as queries
from app.companies.queries import list_alike_many
from app.companies.rules import Candidate, likeness, name_key, place_key, search_keys
from app.companies.rules.amounts import Unit
from app.companies.rules.cells import unpacked
from app.companies.rules.columns import Columns, Field, columns_of
from app.companies.rules.effects import Known, changes_of, is_same_entry, keeps_checked_figures
from app.companies.rules.importing import Choice, Likeness, RowState, decide
from app.companies.rules.rows import Assumptions, Finding, read_row
from app.kit.text import _

MOST_ALIKE = 5
_COMMON = 250
"""A key that so many rows share says nothing."""
_COMPARED = 30
_EFFECT = {"state", "values", "hints", "company_id", "changes"}
"""What a person agrees to by confirming. Remarks may come and go."""


@dataclass(slots=True)
class _File:
    """What is known of the rows above: by name and place, by keys of similar names, and what becomes of them."""

    seen: dict[tuple[str, str], int] = field(default_factory=dict)
    by_key: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    entries: dict[int, Candidate] = field(default_factory=dict)
    fates: dict[int, RowState] = field(default_factory=dict)


@dataclass(slots=True)
class _Judged:
    """A row and what is found out about it."""

    row: CompanyImportRow
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Finding] = field(default_factory=list)
    remarks: list[Finding] = field(default_factory=list)
    hints: list[Likeness] = field(default_factory=list)
    state: RowState = RowState.BAD
    company_id: int | None = None
    changes: list[dict[str, Any]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.values[Field.NAME])

    @property
    def city(self) -> str:
        return str(self.values.get(Field.CITY, ""))


def assess(session: Session, batch: CompanyImport) -> None:
    """Find out what becomes of every row and keep it; the revision counts on when that is another thing than before."""
    columns = columns_in(batch)
    assumed = Assumptions(batch.year, Unit(batch.unit) if batch.unit else None)
    file, differs = _File(), False
    for rows in queries.stream_rows(session, batch.id):
        judged = [_read(row, batch, columns, assumed) for row in rows]
        good = [one for one in judged if one.state is not RowState.BAD and one.state is not RowState.HEAD]
        _compare(session, good, file)
        _settle(session, batch, good, file)
        differs |= _keep(session, batch, judged)
    _count(session, batch, differs=differs)


def settle_choices(session: Session, batch: CompanyImport) -> None:
    """Find out again what becomes of the rows that look like others, after somebody chose; nothing else is touched."""
    file = _File(fates=queries.list_fates(session, batch.id))
    differs = False
    for rows in queries.stream_rows(session, batch.id, hinted=True):
        judged = [_remembered(row) for row in rows]
        _settle(session, batch, judged, file)
        differs |= _keep(session, batch, judged)
    _count(session, batch, differs=differs)


def columns_in(batch: CompanyImport) -> Columns:
    """Which field is in which column of the list."""
    return columns_of(batch.heads, {Field(name): column for name, column in batch.columns.items()})


def _read(row: CompanyImportRow, batch: CompanyImport, columns: Columns, assumed: Assumptions) -> _Judged:
    if batch.has_head and row.number == batch.head:
        return _Judged(row, state=RowState.HEAD)
    read = read_row(unpacked(row.cells), columns, assumed)
    beyond = len(row.cells) - len(batch.heads)
    if beyond > 0 and batch.kind == "csv":
        read.problems.append(
            Finding(None, "", _("This row has more cells than the head. Is a quotation mark missing?"))
        )
    return _Judged(row, read.values, read.problems, read.remarks, state=RowState.BAD if read.problems else RowState.NEW)


def _remembered(row: CompanyImportRow) -> _Judged:
    told = (row.problems, row.remarks)
    problems, remarks = ([Finding.of(one) for one in some] for some in told)
    return _Judged(row, row.values, problems, remarks, [Likeness.of(one) for one in row.hints], state=row.state)


def _compare(session: Session, judged: Sequence[_Judged], file: _File) -> None:
    """Find what each row is or may be: by name and place, and by names that are alike."""
    by_name = queries.list_by_name(session, (name_key(one.name) for one in judged))
    unknown: list[_Judged] = []
    for one in judged:
        key = name_key(one.name)
        same = (company_id for company_id, city in by_name.get(key, ()) if is_same_entry(key, one.city, key, city))
        one.company_id = next(same, None)
        above = file.seen.setdefault((key, place_key(one.city)), one.row.number)
        if above != one.row.number:
            one.hints.append(Likeness(Choice.ROW, above, one.name, one.city, 100, "same", is_exact=True))
        elif one.company_id is None:
            unknown.append(one)
    alike = list_alike_many(session, [(one.name, one.city) for one in unknown])
    for one, hints in zip(unknown, alike, strict=True):
        one.hints += [
            Likeness(
                Choice.COMPANY, hint.company.company_id, hint.company.name, hint.company.city, hint.score, hint.why
            )
            for hint in hints
        ]
    for one in judged:
        if not (one.hints and one.hints[0].is_exact):
            one.hints += [] if one.company_id is not None else _alike_above(one, file)
            one.hints = one.hints[:MOST_ALIKE]
            if one.company_id is None:  # rows like one that is known are like the company itself
                _index(one, file)


def _alike_above(one: _Judged, file: _File) -> list[Likeness]:
    shared = Counter(number for key in search_keys(one.name) for number in file.by_key.get(key, ()))
    most = (file.entries[number] for number, _keys in shared.most_common(_COMPARED))
    found = (hint for other in most if (hint := likeness(one.name, one.city, other)) is not None)
    ranked = sorted(found, key=lambda hint: (-hint.score, hint.company.company_id))
    return [
        Likeness(Choice.ROW, hint.company.company_id, hint.company.name, hint.company.city, hint.score, hint.why)
        for hint in ranked
    ]


def _index(one: _Judged, file: _File) -> None:
    file.entries[one.row.number] = Candidate(one.row.number, one.name, one.city)
    for key in search_keys(one.name):
        if len(file.by_key[key]) < _COMMON:
            file.by_key[key].append(one.row.number)


def _settle(session: Session, batch: CompanyImport, judged: Sequence[_Judged], file: _File) -> None:
    """Decide about each row, and say what would change about companies that are known."""
    known = queries.list_known(session, batch.trio_id, _companies_of(judged))
    for one in judged:
        _decide(one, known, file)
        file.fates[one.row.number] = one.state


def _companies_of(judged: Iterable[_Judged]) -> set[int]:
    matched = {one.company_id for one in judged if one.company_id is not None}
    return matched | {hint.ref for one in judged for hint in one.hints if hint.choice is Choice.COMPANY}


def _decide(one: _Judged, known: dict[int, Known], file: _File) -> None:
    if one.company_id is not None and one.hints and not _changes(one, known[one.company_id]):
        one.hints = []  # the same company twice in the list, and nothing new in this row: nobody need be asked
    if one.hints:
        if one.company_id is not None:
            mine = known[one.company_id]
            one.hints.insert(
                0, Likeness(Choice.COMPANY, one.company_id, mine.name, mine.city, 100, "same", is_exact=True)
            )
        decision = decide(one.hints, one.row.choice, one.row.chosen, file.fates)
        one.state, one.company_id = decision.state, decision.company_id
        one.changes = [{"field": "row", "old": "", "new": str(decision.row)}] if decision.row else []
    if one.company_id is None or one.company_id not in known:
        return
    one.changes = _changes(one, known[one.company_id])
    one.state = RowState.CHANGED if one.changes else RowState.SAME
    if keeps_checked_figures(one.values, known[one.company_id]):
        what = _("The figures of %(year)s were checked; they stay as they are.", year=one.values[Field.YEAR])
        finding = Finding(None, "", what)
        one.remarks = one.remarks if finding in one.remarks else [*one.remarks, finding]


def _changes(one: _Judged, known: Known) -> list[dict[str, Any]]:
    return [change._asdict() for change in changes_of(one.values, known)]


def _keep(session: Session, batch: CompanyImport, judged: Iterable[_Judged]) -> bool:
    """Write what is another thing than before; whether the effect of any row is."""
    changed: list[dict[str, Any]] = []
    differs = False
    for one in judged:
        new = _stored(one)
        other = {name for name, value in new.items() if getattr(one.row, name) != value}
        if other:
            changed.append(new | {"import_id": batch.id, "number": one.row.number})
            differs |= bool(other & _EFFECT)
    if changed:
        session.execute(update(CompanyImportRow), changed)
    return differs


def _stored(one: _Judged) -> dict[str, Any]:
    return {
        "state": one.state,
        "values": {str(name): value for name, value in one.values.items()},
        "problems": [finding.stored() for finding in one.problems],
        "remarks": [finding.stored() for finding in one.remarks],
        "has_hints": bool(one.hints),
        "hints": [hint.stored() for hint in one.hints],
        "company_id": one.company_id,
        "changes": one.changes,
    }


def _count(session: Session, batch: CompanyImport, *, differs: bool) -> None:
    if differs:
        batch.revision += 1
    batch.counts = queries.count_rows(session, batch.id)
    session.flush()
