"""What is done with companies. Each function is one use case, inside the caller's transaction."""

from app.companies.services.companies import (
    CompanyFacts,
    change_company,
    register_company,
    write_keys,
    write_missing_keys,
)
from app.companies.services.details import Detail, add_detail, change_detail, get_detail, remove_detail
from app.companies.services.figures import Statement, record_year, remove_year
from app.companies.services.merging import keep_apart, merge_companies
from app.companies.services.registers import add_company, change_entry, drop_company, note_enrolment, take_company

__all__ = [
    "CompanyFacts",
    "Detail",
    "Statement",
    "add_company",
    "add_detail",
    "change_company",
    "change_detail",
    "change_entry",
    "drop_company",
    "get_detail",
    "keep_apart",
    "merge_companies",
    "note_enrolment",
    "record_year",
    "register_company",
    "remove_detail",
    "remove_year",
    "take_company",
    "write_keys",
    "write_missing_keys",
]
