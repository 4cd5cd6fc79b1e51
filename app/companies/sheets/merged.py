"""Merged cells: the value stands in the first cell, and is meant for all of them, or for one, or only looks so.

A text that stretches over several rows of one column holds for each of them: nobody merges cells for another reason. A
number may be the sum or each row's own, and what stretches over several columns belongs to none of them but the first:
there the other cells are marked, and whoever needs one of them must ask.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from app.companies.rules.cells import EMPTY, Cell, Kind, letter
from app.companies.sheets.archive import BROKEN, TOO_MUCH
from app.companies.sheets.tables import MOST_COLUMNS, Line, refuse

MOST_RANGES = 20_000
_RANGE = re.compile(
    rb"<(?:[A-Za-z0-9]+:)?mergeCell\b[^<>]{0,200}?\bref=[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']"
)
_OVERLAP = 400


class Range(NamedTuple):
    """Rows from 1, columns from 0, all included."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        return f"{letter(self.left)}{self.top}:{letter(self.right)}{self.bottom}"


@dataclass(slots=True)
class Merged:
    """The merged ranges of a sheet. ``filled`` is called for its lines from top to bottom."""

    starting: dict[int, list[Range]] = field(default_factory=lambda: defaultdict(list))
    _open: list[tuple[Range, Cell]] = field(default_factory=list)
    _tops: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, chunks: Iterable[bytes]) -> "Merged":
        """Find the ranges, which stand behind the cells: the file is looked through without being parsed."""
        merged, rest, count = cls(), b"", 0
        for chunk in chunks:
            text = rest + chunk
            end = 0
            for found in _RANGE.finditer(text):
                end = found.end()
                count += 1
                merged._add(found)
            rest = text[max(end, len(text) - _OVERLAP) :]
            if count > MOST_RANGES:
                raise refuse(TOO_MUCH)
        merged._tops = sorted(merged.starting, reverse=True)
        return merged

    def filled(self, line: Line) -> Line:
        """The line with values for its merged cells, where one can tell them."""
        self._open = [(one, value) for one, value in self._open if one.bottom >= line.number]
        while self._tops and self._tops[-1] <= line.number:
            top = self._tops.pop()
            for one in self.starting.pop(top):
                first = line.cells[one.left] if top == line.number and one.left < len(line.cells) else EMPTY
                if first != EMPTY and one.bottom >= line.number:
                    self._open.append((one, first))
        if not self._open:
            return line
        if len(self._open) > MOST_COLUMNS:
            raise refuse(BROKEN)  # ranges that overlap: no program writes them
        cells = list(line.cells)
        for one, value in self._open:
            _fill(cells, line.number, one, value)
        return Line(line.number, cells)

    def _add(self, found: re.Match[bytes]) -> None:
        left, top, right, bottom = (part.decode() for part in found.groups())
        one = Range(int(top), _column(left), int(bottom), _column(right))
        if one.left < MOST_COLUMNS and one.top <= one.bottom and one.left <= one.right and one[:2] != one[2:]:
            self.starting[one.top].append(one)


def _fill(cells: list[Cell], row: int, one: Range, value: Cell) -> None:
    holds_for_all = one.left == one.right and value.kind is Kind.TEXT
    for column in range(one.left, min(one.right + 1, MOST_COLUMNS)):
        if (row, column) == (one.top, one.left):
            continue
        cells.extend([EMPTY] * (column + 1 - len(cells)))
        if cells[column] == EMPTY:
            cells[column] = value if holds_for_all else Cell(str(one), Kind.MERGED)


def _column(letters: str) -> int:
    column = 0
    for sign in letters:
        column = column * 26 + ord(sign) - 64
    return column - 1
