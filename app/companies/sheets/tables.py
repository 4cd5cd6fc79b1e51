"""A table as it came out of a file."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from app.companies.rules.cells import Cell
from app.kit.errors import Invalid
from app.kit.spreadsheet import unquoted
from app.kit.text import Text, _

MOST_LINES = 20_000
MOST_COLUMNS = 60

TOO_LONG = _("The list has more than %(most)s rows. Split it into several files.", most=MOST_LINES)
TOO_WIDE = _("The list has more than %(most)s columns. Delete those that nobody needs.", most=MOST_COLUMNS)
EMPTY_FILE = _("There is nothing in this file.")


class FileKind(StrEnum):
    """In what a list comes, and in what its bad rows go back."""

    CSV = "csv"
    XLSX = "xlsx"


class Line(NamedTuple):
    """A row of the file: its number as the spreadsheet shows it, from 1, and its cells."""

    number: int
    cells: list[Cell]


@dataclass(slots=True)
class Source:
    """The lines of one sheet, not yet read. ``notes`` is complete when they are."""

    kind: FileKind
    lines: Iterator[Line]
    sheet: str = ""
    notes: list[Text] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Table:
    """A list: the row its head stands in, the names of its columns, the lines below that are not empty, and notes."""

    kind: FileKind
    sheet: str
    head: Line
    heads: list[str]
    lines: list[Line]
    notes: list[Text]

    def unquoted(self) -> "Table":
        """The table of a CSV file that ``as_csv`` wrote, with its texts as they were before."""
        lines = [
            Line(one.number, [cell._replace(text=unquoted(cell.text)) for cell in one.cells]) for one in self.lines
        ]
        return replace(self, lines=lines) if self.kind is FileKind.CSV else self


def refuse(what: Text) -> Invalid:
    """Why the file as a whole cannot be read."""
    return Invalid(what)
