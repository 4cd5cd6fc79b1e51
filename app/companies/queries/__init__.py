"""Reading companies."""

from app.companies.queries.companies import company_key, find_company, get_company, resolved
from app.companies.queries.duplicates import Pair, list_alike, list_alike_many, list_pairs
from app.companies.queries.registers import (
    Details,
    Filters,
    Listed,
    find_figures,
    find_twin,
    get_details,
    get_entry,
    get_register,
    list_figures,
    list_register,
    list_registers,
    list_unregistered,
    stream_register,
)

__all__ = [
    "Details",
    "Filters",
    "Listed",
    "Pair",
    "company_key",
    "find_company",
    "find_figures",
    "find_twin",
    "get_company",
    "get_details",
    "get_entry",
    "get_register",
    "list_alike",
    "list_alike_many",
    "list_figures",
    "list_pairs",
    "list_register",
    "list_registers",
    "list_unregistered",
    "resolved",
    "stream_register",
]
