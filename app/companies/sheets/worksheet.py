"""The cells of one sheet of an XLSX file, row by row, as a person sees them in the spreadsheet."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from app.companies.rules.cells import EMPTY, Cell, Kind, cell_of
from app.companies.sheets import archive as parts
from app.companies.sheets.archive import MOST_SHEET, Archive, Attributes, Reader, as_written
from app.companies.sheets.merged import Merged
from app.companies.sheets.tables import MOST_COLUMNS, TOO_WIDE, FileKind, Line, Source, refuse
from app.companies.sheets.workbook import Shape, Sheet, Style, Workbook
from app.kit.text import _

_TAKEN = {"v", "t"}
_PLAIN = {"e": Kind.ERROR, "b": Kind.TRUTH, "d": Kind.DATE}


def open_sheet(archive: Archive, book: Workbook, sheet: Sheet) -> Source:
    """The lines of a sheet. Reading it to the end adds what was hidden to the notes."""
    source = Source(FileKind.XLSX, iter(()), sheet.name)
    source.lines = _lines(archive, book, sheet, source)
    return source


def _lines(archive: Archive, book: Workbook, sheet: Sheet, source: Source) -> Iterator[Line]:
    merged = Merged.of(parts.unpacked(archive, sheet.part, MOST_SHEET))
    cells = _Cells(book)
    reader = Reader(cells.start, cells.end, cells.text)
    for chunk in parts.unpacked(archive, sheet.part, MOST_SHEET):
        reader.feed(chunk)
        yield from map(merged.filled, cells.taken())
    reader.feed(b"", last=True)
    yield from map(merged.filled, cells.taken())
    if cells.hidden_rows:
        source.notes.append(_("The sheet has hidden rows (%(number)s); they were read too.", number=cells.hidden_rows))
    if cells.hidden_columns:
        source.notes.append(_("The sheet has hidden columns; they were read too."))


class _Cells:
    """Listens to the elements of a sheet and gathers finished lines."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.hidden_rows = 0
        self.hidden_columns = False
        self._lines: list[Line] = []
        self._number = self._column = 0
        self._row: dict[int, Cell] = {}
        self._is_hidden = False
        self._attributes: Attributes = {}
        self._pieces: list[str] = []
        self._taking = self._aside = self._is_formula = False

    def taken(self) -> list[Line]:
        """The lines finished since the last call."""
        lines, self._lines = self._lines, []
        return lines

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "c":
            self._attributes, self._is_formula = attributes, False
            self._pieces.clear()
            self._column = _column(attributes["r"]) if "r" in attributes else self._column + 1
        elif tag in _TAKEN:
            self._taking = not self._aside
        elif tag == "row":
            self._number = int(attributes["r"]) if "r" in attributes else self._number + 1
            self._is_hidden = attributes.get("hidden") in {"1", "true"}
            self._column, self._row = -1, {}
        elif tag == "f":
            self._is_formula = True
        elif tag == "rPh":
            self._aside = True
        elif tag == "col" and attributes.get("hidden") in {"1", "true"}:
            self.hidden_columns |= int(attributes.get("min", "0")) <= MOST_COLUMNS

    def text(self, characters: str) -> None:
        if self._taking:
            self._pieces.append(characters)

    def end(self, tag: str) -> None:
        if tag in _TAKEN:
            self._taking = False
        elif tag == "c":
            self._finish_cell()
        elif tag == "row":
            self._finish_row()
        elif tag == "rPh":
            self._aside = False

    def _finish_cell(self) -> None:
        cell = self._cell("".join(self._pieces))
        if cell is EMPTY or cell == EMPTY:
            return
        if self._column >= MOST_COLUMNS:
            raise refuse(TOO_WIDE)
        self._row[self._column] = cell

    def _finish_row(self) -> None:
        if not self._row:
            return
        self.hidden_rows += self._is_hidden
        self._lines.append(Line(self._number, [self._row.get(n, EMPTY) for n in range(max(self._row) + 1)]))

    def _cell(self, raw: str) -> Cell:
        kind = self._attributes.get("t", "n")
        if kind == "s":
            return cell_of(self.book.texts[int(raw)]) if raw else EMPTY
        if kind in {"str", "inlineStr"}:
            return cell_of(as_written(raw))
        if not raw:
            return Cell("", Kind.UNCOMPUTED) if self._is_formula else EMPTY
        if kind in _PLAIN:
            return Cell(raw[:10], _PLAIN[kind])
        style = int(self._attributes.get("s", "0"))
        return number_cell(raw, self.book.styles[style] if style < len(self.book.styles) else Style(), self.book)


def number_cell(raw: str, style: Style, book: Workbook) -> Cell:
    """A number as it is stored, with the zeros its format shows: ``1917`` as postcode 01917, ``29.3`` as 29.30."""
    number = float(raw)
    if style.shape is Shape.DATE:
        with suppress(ValueError, OverflowError, TypeError):
            return Cell(_day(number, since_1904=book.since_1904), Kind.DATE)
    if number != number or abs(number) >= 1e15:  # noqa: PLR0124 (not a number is not itself)
        return Cell(raw[:40], Kind.ERROR)
    text = str(int(number)) if number == int(number) else f"{number:.15g}"
    if "e" in text:
        text = f"{number:.15f}".rstrip("0")
    if style.shape is Shape.PERCENT:
        return Cell(text, Kind.PERCENT)
    whole, _point, rest = text.partition(".")
    if style.decimals is not None and len(rest) < style.decimals:
        text = f"{whole}.{rest.ljust(style.decimals, '0')}"
    if style.digits > len(whole) and not rest:
        text = text.zfill(style.digits)
    return Cell(text, Kind.NUMBER)


def _day(number: float, *, since_1904: bool) -> str:
    from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel  # noqa: PLC0415

    moment = from_excel(number, MAC_EPOCH if since_1904 else WINDOWS_EPOCH)
    if not isinstance(moment, datetime):
        raise TypeError
    return moment.date().isoformat()


def _column(reference: str) -> int:
    """The column of ``AB12``, from 0."""
    column = 0
    for sign in reference:
        if not sign.isalpha():
            break
        column = column * 26 + ord(sign.upper()) - 64
    return column - 1
