"""The register as a file for a spreadsheet: CSV and XLSX, row by row, names exactly as they are."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import xlsxwriter
from flask import Response, stream_with_context

from app.companies import queries, rules
from app.companies.pages import bp, words
from app.companies.pages.frame import get_frame
from app.companies.pages.register import filters_asked
from app.companies.queries import Listed
from app.kit.spreadsheet import quoted
from app.kit.text import Text, _
from app.web import language
from app.web.db import reading
from app.web.identity import current_actor

HEADS: tuple[Text, ...] = (
    _("Name"),
    _("City"),
    _("Region (NUTS 3)"),
    _("Name of the region"),
    _("Economic activity (WZ)"),
    _("Name of the activity"),
    _("Web page"),
    _("Size class"),
    _("How we know"),
    _("Of which day"),
    _("In the register since"),
    _("How it came there"),
    _("Checked"),
)
_CHUNK = 64 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/companies.csv")
def as_csv() -> Response:
    """The list with its filters as CSV: for German readers with semicolons, with a byte order mark for Excel."""
    slug, rows = _rows()
    return _file(stream_with_context(_csv_lines(rows)), f"companies-{slug}.csv", "text/csv")


@bp.get("/companies.xlsx")
def as_xlsx() -> Response:
    """The list with its filters as XLSX."""
    slug, rows = _rows()
    return _file(stream_with_context(_xlsx_pieces(rows)), f"companies-{slug}.xlsx", XLSX)


def _rows() -> tuple[str, Iterator[list[str]]]:
    frame = get_frame()
    found = queries.stream_register(reading(), current_actor(), frame.trio_id, filters_asked())
    return frame.slug, chain([[str(head) for head in HEADS]], map(_row, found))


def _row(one: Listed) -> list[str]:
    company, entry = one.company, one.entry
    told: Iterable[Any] = (
        company.name, company.city, company.nuts3, rules.region_name(company.nuts3), company.nace,
        words.activity(company.nace), company.website, words.SHORT_SIZES[company.size_class],
        words.BASIS_NAMES[company.size_basis] if company.size_basis else "", company.sized_on,
        entry.since_on, words.ORIGIN_NAMES[entry.origin], _("yes") if entry.is_checked else _("no"),
    )  # fmt: skip
    return ["" if value is None else str(value) for value in told]


def _csv_lines(rows: Iterable[list[str]]) -> Iterator[str]:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";" if language.current() == "de" else ",", lineterminator="\r\n")
    yield "\N{ZERO WIDTH NO-BREAK SPACE}"
    for row in rows:
        writer.writerow([quoted(cell) for cell in row])
        yield file.getvalue()
        file.seek(0)
        file.truncate()


def _xlsx_pieces(rows: Iterable[list[str]]) -> Iterator[bytes]:
    """Every cell is a text, so none is a formula, a date or a link, whatever stands in it."""
    file = tempfile.SpooledTemporaryFile(max_size=4_000_000)  # noqa: SIM115 (closed when it was sent)
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet(str(_("Companies"))[:31])
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, len(HEADS) - 1, 20)
    bold = book.add_format({"bold": True})
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, cell, None if number else bold)
    book.close()
    file.seek(0)
    return _pieces(file)


def _pieces(file: Any) -> Iterator[bytes]:
    with file:
        while piece := file.read(_CHUNK):
            yield piece


def _file(content: Iterable[Any], name: str, kind: str) -> Response:
    answer = Response(content, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
