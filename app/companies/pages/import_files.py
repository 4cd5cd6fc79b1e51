"""Files around importing: an empty list with its head, and the rows that could not be imported, to be mended."""

from collections.abc import Iterator

from flask import Response

from app.companies import sheets
from app.companies.models import CompanyImport
from app.companies.pages import bp
from app.companies.pages.frame import get_frame
from app.companies.queries import imports as queries
from app.companies.rules.cells import Cell, Kind, letter, unpacked
from app.companies.rules.columns import FIELD_NAMES, OUR_COLUMN, Field, is_ours
from app.companies.rules.importing import RowState
from app.companies.rules.rows import Finding
from app.companies.sheets import FileKind
from app.kit.text import _
from app.web.db import reading
from app.web.identity import current_actor

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_COLUMNS = tuple(name for name in Field if name not in {Field.FIRST_NAME, Field.LAST_NAME})
_EXAMPLES: tuple[dict[Field, str], ...] = (
    {
        Field.NAME: "Zerspanung Müller & Söhne GmbH", Field.STREET: "Am Güterbahnhof 4", Field.POSTCODE: "01917",
        Field.CITY: "Kamenz", Field.NUTS3: "DED2C", Field.WZ: "25.62", Field.WEBSITE: "www.mueller-zerspanung.example",
        Field.HEADCOUNT: "42", Field.TURNOVER: "6,5 Mio. €", Field.BALANCE: "4,1 Mio. €", Field.YEAR: "2025",
        Field.CONTACT: "Petra Müller", Field.EMAIL: "p.mueller@mueller-zerspanung.example",
        Field.PHONE: "03578 123456",
    },
    {
        Field.NAME: "1. Lausitzer Gusswerk AG", Field.POSTCODE: "03046", Field.CITY: "Cottbus", Field.NUTS3: "DE402",
        Field.WZ: "24.53", Field.HEADCOUNT: "180,5", Field.TURNOVER: "38 Mio. €", Field.YEAR: "2025",
    },
)  # fmt: skip


@bp.get("/companies/import/template.xlsx")
def import_template() -> Response:
    """An empty list: the names of the columns, and two rows that show how it is meant."""
    get_frame()
    rows = [[Cell(example.get(name, "")) for name in _COLUMNS] for example in _EXAMPLES]
    note = str(_("The two rows below are examples. Delete them and write your companies in their place."))
    content = sheets.as_xlsx([str(FIELD_NAMES[name]) for name in _COLUMNS], rows, note=note)
    return _file(content, str(_("companies-template.xlsx")), XLSX)


@bp.get("/companies/imports/<int:import_id>/bad-rows")
def bad_rows(import_id: int) -> Response:
    """The rows with errors as they stood in the file, and in a column more what is wrong with each."""
    batch = queries.get_import(reading(), current_actor(), import_id)
    heads, ours = _heads(batch)
    rows = _rows(batch, ours)
    name = f"{batch.file_name.rpartition('.')[0] or 'list'}-{_('errors')}.{batch.kind}"
    if batch.kind == FileKind.CSV:
        return _file(sheets.as_csv(heads, rows).encode(), name, "text/csv")
    return _file(sheets.as_xlsx(heads, rows, marked=[len(heads) - 1]), name, XLSX)


def _heads(batch: CompanyImport) -> tuple[list[str], int]:
    """The names of the columns and ours behind them, which takes the place of the one a mended file may still have."""
    heads = list(batch.heads)
    while heads and (is_ours(heads[-1]) or not heads[-1]):
        heads.pop()
    return [*heads, str(OUR_COLUMN)], len(heads)


def _rows(batch: CompanyImport, ours: int) -> Iterator[list[Cell]]:
    for rows in queries.stream_rows(reading(), batch.id, (RowState.BAD,)):
        for row in rows:
            cells = [_original(cell) for cell in unpacked(row.cells)[:ours]]
            cells += [Cell("")] * (ours - len(cells))
            yield [*cells, Cell(_reasons(batch, row.number, [Finding.of(one) for one in row.problems]))]


def _original(cell: Cell) -> Cell:
    """The cell as it can be mended: a range or a formula without a value is an empty cell."""
    return Cell("") if cell.kind in {Kind.MERGED, Kind.UNCOMPUTED} else cell


def _reasons(batch: CompanyImport, number: int, problems: list[Finding]) -> str:
    said = " ".join(
        f"{batch.heads[one.column] or letter(one.column)}: {one.what}" if one.column is not None else str(one.what)
        for one in problems
    )
    return str(_("Row %(row)s: %(problems)s", row=number, problems=said))


def _file(content: bytes, name: str, kind: str) -> Response:
    response = Response(content, mimetype=kind)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "no-store"
    return response
