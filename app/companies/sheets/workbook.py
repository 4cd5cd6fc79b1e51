"""What an XLSX file holds besides its cells: the names of its sheets, its texts, and which numbers are dates."""

import re
from dataclasses import dataclass, field
from enum import Enum, auto
from posixpath import join, normpath

from app.companies.sheets import archive as parts
from app.companies.sheets.archive import BROKEN, MOST_STRINGS, Archive, Attributes, Reader, as_written
from app.companies.sheets.tables import refuse
from app.kit.text import Text, _

_SPREADSHEET = ("spreadsheetml.sheet.main+xml", "sheet.macroEnabled.main+xml", "spreadsheetml.template.main+xml")
_MOST_TEXTS = 600_000


class Shape(Enum):
    """As what a number is shown."""

    PLAIN = auto()
    DATE = auto()
    PERCENT = auto()


@dataclass(frozen=True, slots=True)
class Style:
    """How a number is shown: as what, with how many digits before the point at least, and how many behind exactly."""

    shape: Shape = Shape.PLAIN
    digits: int = 0
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, its part, and whether it is hidden."""

    name: str
    part: str
    is_hidden: bool


@dataclass(slots=True)
class Workbook:
    """All that cells refer to."""

    sheets: list[Sheet] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    styles: list[Style] = field(default_factory=list)
    since_1904: bool = False


def read_workbook(archive: Archive) -> Workbook:
    """The workbook of the archive. Invalid when it is another kind of file."""
    main = _main_part(archive)
    book = Workbook()
    targets = _targets(archive, main)
    for tag, attributes in parts.elements(archive, main):
        if tag == "workbookPr":
            book.since_1904 = attributes.get("date1904", "0") in {"1", "true"}
        elif tag == "sheet" and targets.get(attributes.get("id", "")):
            hidden = attributes.get("state", "visible") != "visible"
            book.sheets.append(Sheet(attributes.get("name", ""), targets[attributes["id"]], hidden))
    book.sheets = [sheet for sheet in book.sheets if parts.has(archive, sheet.part)]
    if not book.sheets:
        raise refuse(BROKEN)
    for part in targets.values():
        if part.endswith("sharedStrings.xml") and parts.has(archive, part):
            book.texts = _texts(archive, part)
        elif part.endswith("styles.xml") and parts.has(archive, part):
            book.styles = _styles(archive, part)
    return book


def _main_part(archive: Archive) -> str:
    if not parts.has(archive, "[Content_Types].xml"):
        raise refuse(_wrong_kind(archive))
    for _tag, attributes in parts.elements(archive, "[Content_Types].xml"):
        kind = attributes.get("ContentType", "")
        if kind.endswith(_SPREADSHEET):
            return attributes.get("PartName", "").lstrip("/")
        if "excel.sheet.binary" in kind:
            raise refuse(_("This is an Excel workbook in binary form (XLSB). Save it as XLSX and upload that."))
    if parts.has(archive, "word/document.xml"):
        raise refuse(_("This is a Word document. Copy the list into a spreadsheet, save it as XLSX, and upload that."))
    raise refuse(_("This is not a spreadsheet. Save the list as XLSX or CSV and upload that."))


def _wrong_kind(archive: Archive) -> Text:
    if parts.has(archive, "mimetype") and b"opendocument" in b"".join(parts.unpacked(archive, "mimetype", 4096)):
        return _("This is a LibreOffice file (ODS). Save it as XLSX or CSV and upload that.")
    return _("This is a ZIP file, not a spreadsheet. Unpack it and upload the list itself.")


def _targets(archive: Archive, main: str) -> dict[str, str]:
    """The parts that the workbook refers to, by the id of the reference; a path that leads outside finds nothing."""
    folder, _slash, name = main.rpartition("/")
    references = join(folder, "_rels", f"{name}.rels")
    found = {}
    for tag, attributes in parts.elements(archive, references) if parts.has(archive, references) else ():
        target = attributes.get("Target", "")
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            path = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
            found[attributes.get("Id", "")] = path
    return found


def _texts(archive: Archive, part: str) -> list[str]:
    """The texts that cells refer to by number; what only helps to pronounce them is left out."""
    texts: list[str] = []
    pieces: list[str] = []
    state = {"taking": False, "aside": False}

    def start(tag: str, _attributes: Attributes) -> None:
        if tag == "si":
            pieces.clear()
        elif tag == "rPh":
            state["aside"] = True
        state["taking"] = tag == "t" and not state["aside"]

    def end(tag: str) -> None:
        state["taking"] = False
        if tag == "rPh":
            state["aside"] = False
        elif tag == "si":
            texts.append(as_written("".join(pieces)))
            if len(texts) > _MOST_TEXTS:
                raise refuse(parts.TOO_MUCH)

    reader = Reader(start, end, lambda text: pieces.append(text) if state["taking"] else None)
    for chunk in parts.unpacked(archive, part, MOST_STRINGS):
        reader.feed(chunk)
    reader.feed(b"", last=True)
    return texts


def _styles(archive: Archive, part: str) -> list[Style]:
    from openpyxl.styles.numbers import BUILTIN_FORMATS  # noqa: PLC0415 (takes a third of a second)

    formats: dict[int, str] = dict(BUILTIN_FORMATS)
    styles: list[Style] = []
    inside = False
    for tag, attributes in parts.elements(archive, part):
        if tag == "numFmt":
            formats[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif tag in {"cellXfs", "cellStyles"}:
            inside = tag == "cellXfs"
        elif tag == "xf" and inside:
            styles.append(style_of(formats.get(int(attributes.get("numFmtId", "0")), "General")))
    return styles


def style_of(code: str) -> Style:
    """How a number of this format is shown: ``00000`` keeps zeros in front, ``0.00`` behind, ``DD.MM.YY`` is a date."""
    from openpyxl.styles.numbers import is_date_format  # noqa: PLC0415

    first = code[:200].partition(";")[0]
    if is_date_format(first):
        return Style(Shape.DATE)
    bare = re.sub(r'\\.|"[^"]*"|\[[^\]]*\]|_.', "", first)
    if "%" in bare:
        return Style(Shape.PERCENT)
    found = re.fullmatch(r"(?:[#,]*?)(0*)(?:\.(0+))?", bare.strip())
    if found is None:
        return Style()
    return Style(digits=len(found[1]), decimals=len(found[2]) if found[2] else None)
