"""The parts of an XLSX file: a ZIP archive of XML files, opened as if somebody had made it to do harm.

Counted is what is really unpacked, not what the file promises. A part with a DOCTYPE is refused before anything in it
is expanded; nothing builds a tree, so that neither depth nor number of elements costs memory.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any
from xml.parsers import expat

from app.companies.sheets.tables import refuse
from app.kit.text import _

MOST_ENTRIES = 2_000
MOST_SHEET = 64 * 1024 * 1024
MOST_STRINGS = 32 * 1024 * 1024
MOST_OTHER = 4 * 1024 * 1024
MOST_ALTOGETHER = 192 * 1024 * 1024
"""Of all parts of one file; a sheet is read twice, for what is merged in it and for its cells."""
MOST_DEPTH = 40
MOST_ELEMENTS = 5_000_000
_CHUNK = 256 * 1024
_PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}

BROKEN = _("This XLSX file is damaged. Open it in Excel or LibreOffice, save it again as XLSX, and upload that.")
TOO_MUCH = _(
    "This file unpacks to far more than a list of companies. Often empty rows are formatted down to the end of the "
    "sheet: copy the list alone into a new file and upload that."
)
HARMFUL = _("This file contains definitions (DOCTYPE) that no spreadsheet program writes. It was not read.")

UNREADABLE = (
    zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError,
    OverflowError, expat.ExpatError,
)  # fmt: skip
"""How ``zipfile`` and the parser meet a file that is broken, or was made to break them."""

Attributes = dict[str, str]


class Archive(zipfile.ZipFile):
    """An archive that counts what was unpacked of it altogether."""

    spent = 0


def open_archive(stream: IO[bytes]) -> Archive:
    """The archive, with a sane number of entries."""
    archive = Archive(stream)
    if len(archive.infolist()) > MOST_ENTRIES:
        raise refuse(TOO_MUCH)
    return archive


def unpacked(archive: Archive, name: str, most: int) -> Iterator[bytes]:
    """The bytes of a part, a piece at a time; Invalid as soon as they, or all parts together, are too many."""
    entry = archive.getinfo(name)
    if entry.compress_type not in _PACKED:
        raise zipfile.BadZipFile(name)
    count = 0
    with archive.open(entry) as member:
        while chunk := member.read(_CHUNK):
            count += len(chunk)
            archive.spent += len(chunk)
            if count > most or archive.spent > MOST_ALTOGETHER:
                raise refuse(TOO_MUCH)
            yield chunk


def has(archive: Archive, name: str) -> bool:
    """Whether the archive has this part."""
    return name in archive.namelist()


class Reader:
    """Calls ``start(name, attributes)``, ``end(name)`` and ``text(characters)`` for a part, without its namespaces."""

    def __init__(
        self, start: Callable[[str, Attributes], Any], end: Callable[[str], Any], text: Callable[[str], Any]
    ) -> None:
        self._start, self._end = start, end
        self._depth = self._count = 0
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._started
        parser.EndElementHandler = self._ended
        parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = _refuse_doctype

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        """Read on."""
        self._parser.Parse(chunk, last)

    def _started(self, name: str, attributes: Attributes) -> None:
        self._depth += 1
        self._count += 1
        if self._depth > MOST_DEPTH or self._count > MOST_ELEMENTS:
            raise refuse(TOO_MUCH if self._depth <= MOST_DEPTH else BROKEN)
        self._start(name.rpartition(":")[2], attributes)

    def _ended(self, name: str) -> None:
        self._depth -= 1
        self._end(name.rpartition(":")[2])


def elements(archive: Archive, name: str, most: int = MOST_OTHER) -> Iterator[tuple[str, Attributes]]:
    """Every element of a small part: its name and its attributes, without namespaces."""
    found: list[tuple[str, Attributes]] = []

    def start(tag: str, attributes: Attributes) -> None:
        found.append((tag, {key.rpartition(":")[2]: value for key, value in attributes.items()}))

    reader = Reader(start, lambda _tag: None, lambda _text: None)
    for chunk in unpacked(archive, name, most):
        reader.feed(chunk)
        yield from found
        found.clear()
    reader.feed(b"", last=True)
    yield from found


def as_written(text: str) -> str:
    """A text without the way in which XLSX writes signs that XML has none for: ``_x000D_``."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _refuse_doctype(*_declared: Any) -> None:
    raise refuse(HARMFUL)
