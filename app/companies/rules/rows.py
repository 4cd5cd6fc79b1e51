"""Reading one row of somebody else's list: what it says, all that is wrong with it, and what we had to guess.

Names, places and everything else that people wrote stays as it is, letter by letter; only blanks around it go.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.companies.rules.amounts import Unit
from app.companies.rules.cells import UNUSABLE, Cell, cell_at, is_blank, shortened
from app.companies.rules.columns import FIGURES, Columns, Field
from app.companies.rules.values import MOST, Wrong, read_value
from app.kit.text import Text, _

_NO_NAME = _("The name of the company is missing.")
_NO_CONTACT = _("A contact without a name: kept under the company's name.")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a row that somebody should read: column (from 0; None: the row), value, what."""

    column: int | None
    value: str
    what: Text

    def stored(self) -> dict[str, Any]:
        """As JSON; the sentence is stored in English and translated for its reader."""
        return {"column": self.column, "value": self.value, "what": self.what.one, "with": self.what.parameters}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Finding":
        """The finding that was stored."""
        return cls(stored["column"], stored["value"], Text(stored["what"], parameters=stored["with"]))


@dataclass(slots=True)
class Row:
    """What a row says. ``values`` by field, ready for JSON: texts, years as numbers, figures as decimal texts."""

    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Finding] = field(default_factory=list)
    remarks: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What holds where the file does not say: the unit of amounts, and the year of the figures."""

    year: int
    unit: Unit | None = None


def read_row(cells: Sequence[Cell], columns: Columns, assumed: Assumptions) -> Row:
    """Read all that the columns hold; every cell that cannot be used is a problem of its own."""
    row = Row()
    for name, column in columns.places.items():
        cell = cell_at(cells, column)
        if cell.kind in UNUSABLE:
            row.problems.append(Finding(column, shortened(cell.text), UNUSABLE[cell.kind]))
        elif not is_blank(cell):
            _read_cell(row, name, column, cell, columns.units.get(name) or assumed.unit)
    named = columns.places[Field.NAME]
    if Field.NAME not in row.values and not any(one.column == named for one in row.problems):
        row.problems.append(Finding(named, "", _NO_NAME))
    _finish(row, columns, assumed)
    return row


def _read_cell(row: Row, name: Field, column: int, cell: Cell, unit: Unit | None) -> None:
    remarks: list[Text] = []
    try:
        row.values[name] = read_value(cell, name, unit, remarks)
    except Wrong as wrong:
        row.problems.append(Finding(column, shortened(cell.text), wrong.what))
    row.remarks += [Finding(column, shortened(cell.text), remark) for remark in remarks]


def _finish(row: Row, columns: Columns, assumed: Assumptions) -> None:
    """What several cells say together."""
    values = row.values
    parts = [values.pop(name) for name in (Field.FIRST_NAME, Field.LAST_NAME) if name in values]
    if parts:
        values.setdefault(Field.CONTACT, " ".join(parts))
    if any(name in values for name in FIGURES) and Field.YEAR not in values:
        years = [year for name, year in columns.years.items() if name in values]
        values[Field.YEAR] = max(years, default=assumed.year)
    told = next((name for name in (Field.EMAIL, Field.PHONE) if name in values), None)
    if Field.CONTACT not in values and told is not None and Field.NAME in values:
        values[Field.CONTACT] = values[Field.NAME][: MOST[Field.CONTACT]]
        row.remarks.append(Finding(columns.places[told], shortened(values[told]), _NO_CONTACT))
