"""Lists as files: texts stay texts, so that no spreadsheet takes a name for a formula and runs it."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from app.companies.rules.cells import Cell, Kind
from app.kit.spreadsheet import quoted

_WIDTH = 22


def as_csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A CSV file for Excel: semicolons, and a mark at the beginning so that umlauts arrive.

    A text that looks like a formula gets an apostrophe in front; ``Table.unquoted`` takes it away again.
    """
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow([quoted(name) for name in head])
    for row in rows:
        writer.writerow([quoted(cell.text) for cell in row])
    return "\N{ZERO WIDTH NO-BREAK SPACE}" + file.getvalue()


def as_xlsx(
    head: Sequence[str], rows: Iterable[Sequence[Cell]], *, note: str = "", marked: Sequence[int] = ()
) -> bytes:
    """An XLSX file with a fixed head. ``note`` stands in a row above it; columns ``marked`` are wide and coloured."""
    import xlsxwriter  # noqa: PLC0415 (takes its time, and only this needs it)

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True, "in_memory": False}) as book:
        bold = book.add_format({"bold": True, "bg_color": "#e1eff1", "text_wrap": True, "valign": "top"})
        hint = book.add_format({"italic": True})
        formats = {
            Kind.DATE: book.add_format({"num_format": "dd.mm.yyyy"}),
            Kind.PERCENT: book.add_format({"num_format": "0.00%"}),
            "marked": book.add_format({"bg_color": "#fbe7ec", "text_wrap": True, "valign": "top"}),
        }
        sheet = book.add_worksheet()
        for column in range(len(head)):
            sheet.set_column(column, column, 3 * _WIDTH if column in marked else _WIDTH)
        top = 0
        if note:
            sheet.write_string(0, 0, note, hint)
            top = 1
        for column, name in enumerate(head):
            sheet.write_string(top, column, name, bold)
        sheet.freeze_panes(top + 1, 0)
        for number, row in enumerate(rows, top + 1):
            for column, cell in enumerate(row):
                _write(sheet, number, column, cell, formats, is_marked=column in marked)
    return file.getvalue()


def _write(sheet: Any, row: int, column: int, cell: Cell, formats: Any, *, is_marked: bool) -> None:
    """Numbers and dates as such, so that the file can be mended where it was wrong; all else as text."""
    if is_marked:
        sheet.write_string(row, column, cell.text, formats["marked"])
    elif cell.kind is Kind.DATE:
        sheet.write_datetime(row, column, datetime.fromisoformat(cell.text), formats[Kind.DATE])
    elif cell.kind is Kind.PERCENT:
        sheet.write_number(row, column, float(cell.text), formats[Kind.PERCENT])
    elif cell.kind is Kind.NUMBER and len(cell.text) < 16 and _is_bare(cell.text):
        sheet.write_number(row, column, float(cell.text))
    elif cell.text:
        sheet.write_string(row, column, cell.text)


def _is_bare(number: str) -> bool:
    """Whether a number cell would show the same again: zeros in front or behind were the format's doing."""
    return not (number.startswith("0") and number[1:2].isdigit()) and not ("." in number and number.endswith("0"))
