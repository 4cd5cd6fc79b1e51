"""Lists as people send them, made here so that one sees what is in them."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable
from typing import Any
from xml.sax.saxutils import escape

import openpyxl

from app.companies.rules.cells import Kind
from app.companies.rules.columns import score
from app.companies.sheets import Table, read

Rows = Iterable[Any]


def as_table(content: bytes | str, sheet: str = "") -> Table:
    """The list in the file."""
    return read(io.BytesIO(content.encode() if isinstance(content, str) else content), score, sheet)


def texts(table: Table) -> list[list[str]]:
    """What stands in its cells."""
    return [[cell.text for cell in line.cells] for line in table.lines]


def kinds(table: Table, row: int = 0) -> list[Kind]:
    """Of which kind the cells of a row are."""
    return [cell.kind for cell in table.lines[row].cells]


def csv_file(rows: Rows, *, delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    """A CSV file as Excel writes it."""
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows(rows)
    return file.getvalue().encode(encoding)


def xlsx_file(rows: Rows, change: Callable[[Any, Any], None] = lambda book, sheet: None) -> bytes:
    """An XLSX file with one sheet; ``change(book, sheet)`` does the rest."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(list(row))
    change(book, sheet)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def opened(content: bytes) -> Any:
    """The first sheet of a workbook, as another program reads it."""
    return openpyxl.load_workbook(io.BytesIO(content)).active


MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
SHEETS = '<sheets><sheet name="Tabelle1" r:id="rId1"/></sheets>'
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def raw_xlsx(
    sheet: bytes | str, *, kind: str = MAIN, more: dict[str, bytes | str] | None = None, target: str = "sheet1.xml"
) -> bytes:
    """An XLSX file whose sheet is this very XML: what no program writes."""
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": f'<Types><Override PartName="/xl/workbook.xml" ContentType="{kind}"/></Types>',
        "xl/workbook.xml": f"<workbook {NAMESPACE} xmlns:r='r'>{SHEETS}</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships><Relationship Id="rId1" Target="{target}"/></Relationships>',
        "xl/sheet1.xml": sheet,
    }
    return zipped(parts | (more or {}))


def sheet_xml(rows: str, after: str = "") -> str:
    """The XML of a sheet around its rows."""
    return f"<worksheet {NAMESPACE}><sheetData>{rows}</sheetData>{after}</worksheet>"


def inline(reference: str, text: str) -> str:
    """The XML of a cell with a text."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def zipped(parts: dict[str, bytes | str]) -> bytes:
    """A ZIP archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()
