"""CSV as it really comes: UTF-8, UTF-16 or Windows-1252, with semicolons, commas or tabs, titles and gaps."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import IO

from app.companies.rules.cells import Cell, cell_of
from app.companies.sheets.tables import MOST_COLUMNS, TOO_WIDE, FileKind, Line, Source, refuse
from app.kit.text import _

DELIMITERS = (";", "\t", ",", "|")
_SAMPLE = 64 * 1024
_CHUNK = 1024 * 1024
_NO_TABLE = _("This is not a table of text. Save the list as XLSX or as “CSV UTF-8” and upload it again.")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def open_csv(stream: IO[bytes]) -> Source:
    """The lines of a CSV file. Invalid when it is not text."""
    encoding = _encoding(stream)
    stream.seek(0)
    text = io.TextIOWrapper(_Kept(stream), encoding=encoding, newline="")
    sample = text.read(_SAMPLE)
    told = _told_delimiter(sample)
    delimiter = told or _guess_delimiter(sample)
    text.seek(0)
    source = Source(FileKind.CSV, iter(()))
    if encoding == "cp1252":
        source.notes.append(_("The file is not in UTF-8; its letters were read as Windows-1252 (Western Europe)."))
    source.lines = _lines(text, delimiter, skip_first=told is not None)
    return source


class _Kept(io.BufferedReader):
    """A stream that stays open when the text around it ends: it belongs to whoever handed it in."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(stream)  # type: ignore[arg-type] # any binary stream will do

    def close(self) -> None:
        """Leave it open."""


def _encoding(stream: IO[bytes]) -> str:
    """UTF-8 when every byte of the file is, or as the mark at its beginning says; otherwise Windows-1252."""
    stream.seek(0)
    start = stream.read(4096)
    marked = next((name for bom, name in _BOMS if start.startswith(bom)), None)
    if marked is None and b"\0" in start:
        marked = _unmarked_utf16(start)
    for name in (marked,) if marked else ("utf-8", "cp1252"):
        if _decodes(stream, name):
            return name
    raise refuse(_NO_TABLE)


def _unmarked_utf16(start: bytes) -> str:
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) < len(start) / 4 or min(even, odd) > len(start) / 50:
        raise refuse(_NO_TABLE)
    return "utf-16-le" if odd > even else "utf-16-be"


def _decodes(stream: IO[bytes], encoding: str) -> bool:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        while chunk := stream.read(_CHUNK):
            if "\0" in decoder.decode(chunk):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _told_delimiter(sample: str) -> str | None:
    """What a first line like ``sep=;`` says, which Excel knows."""
    first = sample.lstrip("\ufeff").split("\n", 1)[0].strip('\r"')
    return first[4] if len(first) == 5 and first.lower().startswith("sep=") else None


def _guess_delimiter(sample: str) -> str:
    """The sign that cuts most of the first rows into equally many cells, at least two."""

    def fits(delimiter: str) -> tuple[float, int]:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        try:
            widths = Counter(len(row) for row, _n in zip(reader, range(60), strict=False) if any(row))
        except csv.Error:
            return 0, 0
        many = {width: number for width, number in widths.items() if width > 1}
        if not many:
            return 0, 0
        width, number = max(many.items(), key=lambda item: (item[1], item[0]))
        return number / widths.total(), width

    return max(DELIMITERS, key=fits)


def _lines(text: io.TextIOWrapper, delimiter: str, *, skip_first: bool) -> Iterator[Line]:
    kept: list[str] = []
    number = 0
    try:
        for row in csv.reader(_remembering(text, kept), delimiter=delimiter):
            number += 1
            if sum(line.count('"') for line in kept) % 2:
                _refuse_open_quote(kept, delimiter, number)
            kept.clear()
            if any(row) and not (skip_first and number == 1):
                yield Line(number, _cells(row, number))
    except csv.Error:
        raise refuse(
            _("From row %(row)s on the file cannot be cut into cells. Is a quotation mark missing?", row=number + 1)
        ) from None


def _cells(row: list[str], number: int) -> list[Cell]:
    if number == 1:
        row[0] = row[0].removeprefix("\ufeff")
    if len(row) > MOST_COLUMNS and any(row[MOST_COLUMNS:]):
        raise refuse(TOO_WIDE)
    return [cell_of(text) for text in row[:MOST_COLUMNS]]


def _remembering(text: io.TextIOWrapper, kept: list[str]) -> Iterator[str]:
    """The lines of the file, each of them remembered until its row is complete."""
    for line in text:
        kept.append(line)
        yield line


def _refuse_open_quote(kept: list[str], delimiter: str, row: int) -> None:
    """Say where a quotation mark is never closed: without it, the rest of the file would be one cell."""
    try:
        for _row in csv.reader(kept, delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise refuse(_("In row %(row)s a quotation mark is opened and never closed.", row=row)) from None
