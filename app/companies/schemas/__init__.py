"""What is typed into the register of companies."""

from app.companies.schemas.companies import (
    RELATED_ROWS,
    AidIn,
    CompanyIn,
    ContactIn,
    EntryIn,
    FiguresIn,
    PairIn,
    SiteIn,
)

__all__ = ["RELATED_ROWS", "AidIn", "CompanyIn", "ContactIn", "EntryIn", "FiguresIn", "PairIn", "SiteIn"]
