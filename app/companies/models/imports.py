"""Lists that are being imported: what stood in the file, what it means, and what a person decided about it.

The file itself is not kept. A list that nobody confirms goes after a day, with all its rows.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.companies.rules.importing import Choice, ImportState, RowState
from app.companies.rules.size import SizeBasis
from app.kit.base import Base


class CompanyImport(Base):
    """One list, as it was uploaded and checked. Nothing of it is in the register before it is ``done``."""

    __tablename__ = "company_imports"
    __table_args__ = (Index("ix_company_imports_trio_id_state", "trio_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    trio_id: Mapped[int] = mapped_column(ForeignKey("trios.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    """Who uploaded it."""
    state: Mapped[ImportState]
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(8))
    """csv or xlsx: as what bad rows go back."""
    sheet: Mapped[str] = mapped_column(String(100), default="")
    head: Mapped[int]
    """The row of the file in which the names of the columns stand."""
    has_head: Mapped[bool] = mapped_column(default=True)
    """False: somebody said that the first row is a company already."""
    heads: Mapped[list[Any]]
    """The names of the columns, in their order."""
    columns: Mapped[dict[str, Any]]
    """Which field is in which column, counted from 0: ``{"name": 0, "city": 3}``."""
    unit: Mapped[str | None] = mapped_column(String(16))
    """The unit of amounts, where the file does not say it (``rules.Unit``)."""
    year: Mapped[int]
    """The year of figures, where the file does not say it."""
    basis: Mapped[SizeBasis]
    source: Mapped[str] = mapped_column(String(300))
    """Where the list is from: the evidence of its figures, and why its contacts may be kept."""
    notes: Mapped[list[Any]]
    """What was noticed while reading: sentences with their parameters (``rules.Finding.stored``)."""
    revision: Mapped[int] = mapped_column(default=1)
    """Counts whenever the effect of the import becomes another one; only the effect that was shown is written."""
    counts: Mapped[dict[str, Any]]
    """How many rows are of which state."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    done_at: Mapped[datetime | None]


class CompanyImportRow(Base):
    """A row of the list. Deleted with the import, and once it is done."""

    __tablename__ = "company_import_rows"
    __table_args__ = (Index("ix_company_import_rows_import_id_state_number", "import_id", "state", "number"),)

    import_id: Mapped[int] = mapped_column(ForeignKey("company_imports.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The row in the file, from 1, as the spreadsheet shows it."""
    cells: Mapped[list[Any]]
    """The cells as they stood in the file (``rules.packed``)."""
    state: Mapped[RowState]
    values: Mapped[dict[str, Any]]
    """What the row says, by field."""
    problems: Mapped[list[Any]]
    remarks: Mapped[list[Any]]
    has_hints: Mapped[bool] = mapped_column(default=False)
    hints: Mapped[list[Any]]
    """What it may be the same as: ``[{"company": 7, "name": …, "city": …, "why": …, "score": 93}, {"row": 12, …}]``."""
    choice: Mapped[Choice | None]
    chosen: Mapped[int | None]
    """What it is the same as, by ``choice``: the id of the company, or the number of the row."""
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"), index=True)
    """The company of the register that the row is about."""
    changes: Mapped[list[Any]]
    """What would change: ``[{"field": "nuts3", "old": "DED21", "new": "DED2C"}]``; old is None where nothing was."""
