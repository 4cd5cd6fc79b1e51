"""What stands in the cells of somebody else's table, before anybody knows what it means."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from app.kit.text import Text, _

MOST_CHARACTERS = 32_767
"""So many characters fit into a cell of a spreadsheet; more than that is a missing quotation mark or ill will."""


class Kind(StrEnum):
    """What a cell holds. The values are what is stored."""

    TEXT = "t"
    NUMBER = "n"
    DATE = "d"
    PERCENT = "p"
    TRUTH = "b"
    ERROR = "e"
    """``#REF!`` and its like."""
    UNCOMPUTED = "f"
    """A formula whose result the file does not hold."""
    MERGED = "m"
    """Part of a merged range whose value may or may not be meant for this cell; ``text`` is the range."""
    LONG = "l"
    """Longer than a cell can be; ``text`` is how it begins."""


class Cell(NamedTuple):
    """A cell: its text as a person sees it, and what kind of thing it is. Dates are ``2026-01-31``."""

    text: str
    kind: Kind = Kind.TEXT


EMPTY = Cell("")


def cell_of(text: str) -> Cell:
    """A cell with this text; of one that is too long, the beginning."""
    return Cell(text[:200], Kind.LONG) if len(text) > MOST_CHARACTERS else Cell(text)


UNUSABLE: dict[Kind, Text] = {
    Kind.ERROR: _("The spreadsheet shows an error here. Mend the formula or type the value."),
    Kind.UNCOMPUTED: _("This is a formula without a value. Open the file in Excel, save it, and upload it again."),
    Kind.LONG: _("This cell holds more than 32,767 characters. Is a quotation mark missing in the file?"),
    Kind.MERGED: _("This cell belongs to a merged range, and we cannot tell whom its value is meant for. "
                   "Undo the merging and type the value into each cell."),
}  # fmt: skip
"""Kinds of cell no column can use, and what to do about them."""


def packed(cells: Sequence[Cell]) -> list[Any]:
    """Cells as JSON: a text as it is, everything else as ``[kind, text]``; without the empty ones at the end."""
    last = max((n for n, cell in enumerate(cells, 1) if cell.text or cell.kind is not Kind.TEXT), default=0)
    return [cell.text if cell.kind is Kind.TEXT else [cell.kind.value, cell.text] for cell in cells[:last]]


def unpacked(stored: Sequence[Any]) -> list[Cell]:
    """The cells that were packed."""
    return [Cell(one) if isinstance(one, str) else Cell(one[1], Kind(one[0])) for one in stored]


def cell_at(cells: Sequence[Cell], column: int | None) -> Cell:
    """The cell in a column counted from 0; empty beyond the end of the row or where there is no column."""
    return cells[column] if column is not None and column < len(cells) else EMPTY


def is_blank(cell: Cell) -> bool:
    """Whether the cell says nothing: it is empty, or it lies under the rest of a merged title."""
    return cell.kind is Kind.MERGED or (cell.kind is Kind.TEXT and not cell.text.strip())


def letter(column: int) -> str:
    """How a spreadsheet calls the column counted from 0: A to Z, then AA."""
    name, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        name = chr(65 + digit) + name
    return name


def shortened(text: str, most: int = 60) -> str:
    """The text on one line, cut where it is longer than fits into a message."""
    line = " ".join(text[: most * 4].split())
    return f"{line[: most - 1]}…" if len(line) > most or len(text) > most * 4 else line
