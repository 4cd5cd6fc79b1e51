"""From an uploaded file to a table: what kind of file it is, which sheet, and which of its rows is the head."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from typing import IO

from app.companies.rules.cells import Cell, Kind, is_blank
from app.companies.sheets.archive import BROKEN, UNREADABLE, Archive, open_archive
from app.companies.sheets.delimited import open_csv
from app.companies.sheets.tables import EMPTY_FILE, MOST_LINES, TOO_LONG, Line, Source, Table, refuse
from app.companies.sheets.workbook import Workbook, read_workbook
from app.companies.sheets.worksheet import open_sheet
from app.kit.text import Text, _

Score = Callable[[Sequence[str]], int]
"""How much a row looks like the head of the list that is wanted; 0: not at all."""

CERTAIN = 50
"""From this score on the row is the head without doubt."""

_FIRST = 30
"""The head is looked for in so many rows; above it stand titles and notes."""
_MOST_SHEETS = 10
_PACKED = b"PK\x03\x04"
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STARTS: tuple[tuple[bytes, Text], ...] = (
    (b"%PDF", _("This is a PDF. Lists cannot be read from it: upload the spreadsheet it was made from.")),
    (b"{\\rtf", _("This is a text document (RTF). Copy the list into a spreadsheet and save it as XLSX.")),
    (b"<", _("This is a web page or an XML file. Open it in Excel and save it as XLSX.")),
    (b"PK\x05\x06", _("This is a ZIP file, not a spreadsheet. Unpack it and upload the list itself.")),
)


def read(stream: IO[bytes], score: Score, sheet: str = "") -> Table:
    """The list in the file; ``sheet`` is the name of the sheet to take, if it is not to be found by its head.

    Invalid with one sentence when the file is no list that can be read.
    """
    stream.seek(0)
    start = stream.read(4096)
    if not start.strip(b"\xef\xbb\xbf \t\r\n\0"):
        raise refuse(EMPTY_FILE)
    if start.startswith(_OLD):
        raise refuse(_old_kind(stream))
    for sign, what in _STARTS:
        if start.lstrip().startswith(sign):
            raise refuse(what)
    if not start.startswith(_PACKED):
        return _table(open_csv(stream), score)
    stream.seek(0)
    try:
        with open_archive(stream) as archive:
            book = read_workbook(archive)
            return _table(_chosen(archive, book, score, sheet), score)
    except UNREADABLE as error:
        raise refuse(BROKEN) from error
    except (KeyError, IndexError) as error:  # it refers to a part or a text that it does not hold
        raise refuse(BROKEN) from error


def _old_kind(stream: IO[bytes]) -> Text:
    """Excel's old format, or a protected file, which is wrapped in the same way."""
    stream.seek(0)
    if "EncryptedPackage".encode("utf-16-le") in stream.read():
        return _("This file is protected with a password. Save it without one and upload it again.")
    return _("This is an old Excel file (XLS). Open it in Excel, save it as XLSX, and upload that.")


def _chosen(archive: Archive, book: Workbook, score: Score, wanted: str) -> Source:
    """The sheet that is wanted, or the first whose head is known, or the first with anything in it."""
    named = [one for one in book.sheets if one.name.casefold().strip() == wanted.casefold().strip()]
    if wanted.strip() and not named:
        names = ", ".join(one.name for one in book.sheets[:10])
        raise refuse(_("There is no sheet “%(name)s” in the file. It has: %(names)s", name=wanted, names=names))
    shown = named or [one for one in book.sheets if not one.is_hidden] or book.sheets
    filled: Source | None = None
    for one in shown[:_MOST_SHEETS]:
        source = open_sheet(archive, book, one)
        first = list(islice(source.lines, _FIRST))
        source.lines = chain(first, source.lines)
        if first and (filled is None or _best(first, score)[0] >= CERTAIN):
            filled = source
            if _best(first, score)[0] >= CERTAIN:
                break
    if filled is None:
        raise refuse(EMPTY_FILE)
    _note_others(filled, book)
    return filled


def _note_others(source: Source, book: Workbook) -> None:
    others = [one.name for one in book.sheets if one.name != source.sheet]
    if others:
        source.notes.append(
            _("Read was the sheet “%(name)s”. Not read: %(others)s", name=source.sheet, others=", ".join(others[:10]))
        )


def _best(first: Sequence[Line], score: Score) -> tuple[int, int]:
    """The score of the row that looks most like a head, and its place among the lines."""
    scores = [score(_texts(line.cells)) for line in first]
    best = max(scores, default=0)
    if best:
        return best, scores.index(best)
    wide = (n for n, line in enumerate(first) if sum(not is_blank(cell) for cell in line.cells) > 1)
    return 0, next(wide, 0)


def _table(source: Source, score: Score) -> Table:
    lines = (line for line in source.lines if not all(map(is_blank, line.cells)))
    first = list(islice(lines, _FIRST))
    if not first:
        raise refuse(EMPTY_FILE)
    _points, place = _best(first, score)
    head = first[place]
    if place:
        source.notes.append(
            _("The head of the list was found in row %(row)s; rows above it were left out.", row=head.number)
        )
    kept = list(_limited(chain(first[place + 1 :], lines)))
    return Table(source.kind, source.sheet, head, _texts(head.cells), kept, source.notes)


def _limited(lines: Iterator[Line]) -> Iterator[Line]:
    for count, line in enumerate(lines):
        if count >= MOST_LINES:
            raise refuse(TOO_LONG)
        yield line


def _texts(cells: Sequence[Cell]) -> list[str]:
    """The names of columns: a merged title says nothing about the columns it covers."""
    return ["" if cell.kind is Kind.MERGED else " ".join(cell.text.split()) for cell in cells]
