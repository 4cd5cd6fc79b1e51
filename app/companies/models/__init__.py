"""The tables of ``companies``."""

from app.companies.models.companies import Company, CompanyKey, KeptApart
from app.companies.models.imports import CompanyImport, CompanyImportRow
from app.companies.models.registers import (
    CompanyAid,
    CompanyContact,
    CompanyFiguresOfYear,
    CompanySite,
    TrioCompany,
)

__all__ = [
    "Company",
    "CompanyAid",
    "CompanyContact",
    "CompanyFiguresOfYear",
    "CompanyImport",
    "CompanyImportRow",
    "CompanyKey",
    "CompanySite",
    "KeptApart",
    "TrioCompany",
]
