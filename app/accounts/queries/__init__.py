"""Reading people, their grants, links, sessions and factors."""

from app.accounts.queries.people import (
    actor_of,
    count_attempts,
    count_links,
    find_by_email,
    find_email_change,
    find_link,
    find_open_email_change,
    find_with_grants,
    get_user,
    list_demo_people,
    names_of,
)
from app.accounts.queries.sessions import find_session, get_session, has_second_factor, list_sessions

__all__ = [
    "actor_of",
    "count_attempts",
    "count_links",
    "find_by_email",
    "find_email_change",
    "find_link",
    "find_open_email_change",
    "find_session",
    "find_with_grants",
    "get_session",
    "get_user",
    "has_second_factor",
    "list_demo_people",
    "list_sessions",
    "names_of",
]
