"""Reading what is known about a person, and what has been kept long enough."""

from app.privacy.queries.due import Due, find_last_day, list_due
from app.privacy.queries.export import Deed, count_deeds, count_rows, list_deeds, list_rows
from app.privacy.queries.mine import Mine, MyConsent, get_mine, list_my_consents
from app.privacy.queries.names import leads_of, list_names
from app.privacy.queries.ties import get_ties

__all__ = [
    "Deed",
    "Due",
    "Mine",
    "MyConsent",
    "count_deeds",
    "count_rows",
    "find_last_day",
    "get_mine",
    "get_ties",
    "leads_of",
    "list_deeds",
    "list_due",
    "list_my_consents",
    "list_names",
    "list_rows",
]
