"""What the pages of an import show: columns with examples, findings, and what can be chosen."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask import render_template

from app.companies.models import CompanyImport
from app.companies.pages import words
from app.companies.queries import imports as queries
from app.companies.rules import Alike
from app.companies.rules.amounts import UNIT_NAMES, Unit
from app.companies.rules.cells import letter, shortened, unpacked
from app.companies.rules.columns import FIELD_NAMES, FIGURES, MONEY, Field, is_ours, understood_names
from app.companies.rules.effects import CHANGE_NAMES
from app.companies.rules.importing import Likeness, choices_for
from app.companies.rules.rows import Finding
from app.kit.text import Text, _
from app.trios import queries as trios
from app.trios.models import Trio
from app.web.db import reading
from app.web.forms import Form


def columns_page(batch: CompanyImport, form: Form) -> str:
    """The form in which each column is said to hold something."""
    first = [unpacked(row.cells) for row in queries.list_first_rows(reading(), batch.id)]
    width = max(len(batch.heads), *(len(cells) for cells in first))
    columns = [
        (n, letter(n), batch.heads[n] if n < len(batch.heads) else "", _examples(first[1:], n)) for n in range(width)
    ]
    return render_template(
        "companies/import_columns.html",
        batch=batch,
        form=form,
        columns=columns,
        fields=[(name.value, label) for name, label in FIELD_NAMES.items()],
        units=[(unit.value, label) for unit, label in UNIT_NAMES.items() if unit is not Unit.BILLION],
        understood=", ".join(f"„{name}“" for name in understood_names()),
        trio=trio_of(batch),
    )


def _examples(rows: Sequence[Sequence[Any]], column: int) -> list[str]:
    return [shortened(row[column].text, 30) for row in rows if column < len(row) and row[column].text][:3]


def shown(batch: CompanyImport) -> dict[str, Any]:
    """What the page of a list needs besides its rows."""
    used = set(batch.columns.values())
    ignored = [name for n, name in enumerate(batch.heads) if n not in used and name and not is_ours(name)]
    return {
        "batch": batch,
        "trio": trio_of(batch),
        "columns": [(FIELD_NAMES[Field(name)], batch.heads[n] or letter(n)) for name, n in batch.columns.items()],
        "ignored": ignored,
        "names": {str(name): label for name, label in (FIELD_NAMES | CHANGE_NAMES).items()},
        "notes": [Finding.of(note).what for note in batch.notes],
        "findings": _findings,
        "options": _options,
        "said": _said,
        "alike": lambda hint: words.ALIKE_NAMES[Alike(hint.why)],
    }


def _said(name: str, value: Any) -> Any:
    """A value of a field as a person reads it."""
    if not value or name not in FIGURES:
        return value
    number = words.plain(Decimal(value))
    return _("%(number)s million euros", number=number) if name in MONEY else number


def _findings(stored: Sequence[Any], heads: Sequence[str]) -> list[tuple[str, str, str, Text]]:
    """Findings as (letter of the column, its name, value, what); without a column where the whole row is meant."""
    found = []
    for one in map(Finding.of, stored):
        column = one.column
        name = heads[column] if column is not None and column < len(heads) else ""
        found.append(("" if column is None else letter(column), name, one.value, one.what))
    return found


def _options(stored: Sequence[Any]) -> list[tuple[str, Likeness | None]]:
    """What can be chosen for a row: the value of the choice, and what it may be the same as."""
    hints = [Likeness.of(one) for one in stored]
    by_ref = {(hint.choice, hint.ref): hint for hint in hints}
    return [
        (choice.value if ref is None else f"{choice.value}:{ref}", by_ref.get((choice, ref or 0)))
        for choice, ref in choices_for(hints)
    ]


def trio_of(batch: CompanyImport) -> Trio:
    """The Trio whose register the list is for."""
    return trios.get_trio(reading(), batch.trio_id)
