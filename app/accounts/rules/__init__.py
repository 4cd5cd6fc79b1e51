"""Who may sign in and how, what needs a second proof, and for what people are asked to agree.

Pure: no database, no request, no clock.
"""

from app.accounts.rules.invitations import ROLE_ALLOWS, ROLE_NAMES, Offer, may_give
from app.accounts.rules.signing_in import (
    EMAIL_CHANGE_LIFETIME,
    LINK_LIFETIME,
    LINKS_ALLOWED,
    LinkPurpose,
    Method,
    clean_email,
    clean_name,
    email_change_works,
    is_confirmed,
    link_works,
    may_change_sign_in,
    may_send_link,
    needs_second_factor,
    safe_target,
    session_lifetime,
    session_lives,
)

__all__ = [
    "EMAIL_CHANGE_LIFETIME",
    "LINKS_ALLOWED",
    "LINK_LIFETIME",
    "ROLE_ALLOWS",
    "ROLE_NAMES",
    "LinkPurpose",
    "Method",
    "Offer",
    "clean_email",
    "clean_name",
    "email_change_works",
    "is_confirmed",
    "link_works",
    "may_change_sign_in",
    "may_give",
    "may_send_link",
    "needs_second_factor",
    "safe_target",
    "session_lifetime",
    "session_lives",
]
