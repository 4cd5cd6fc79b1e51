"""Reading lists that others made in a spreadsheet: CSV and XLSX, none of them trusted.

``read(stream)`` gives a ``Table``: the head, the lines below it as typed cells, and what was noticed on the way; or it
raises ``Invalid`` with one sentence that says what to do. Nothing here knows a database, a request or a company.
"""

from app.companies.sheets.reading import read
from app.companies.sheets.tables import FileKind, Line, Table
from app.companies.sheets.writing import as_csv, as_xlsx

__all__ = ["FileKind", "Line", "Table", "as_csv", "as_xlsx", "read"]
