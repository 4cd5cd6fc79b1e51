"""Making accounts, signing in by link or password, sessions."""

from app.accounts.services.passwords import check_password, set_password
from app.accounts.services.people import Joined, change_details, grant, join, limit, revoke
from app.accounts.services.sessions import begin_session, confirm_session, end_session, end_sessions, note_use
from app.accounts.services.signing_in import ask_for_link, make_link, send_link, use_link
from app.accounts.services.tokens import digest

__all__ = [
    "Joined",
    "ask_for_link",
    "begin_session",
    "change_details",
    "check_password",
    "confirm_session",
    "digest",
    "end_session",
    "end_sessions",
    "grant",
    "join",
    "limit",
    "make_link",
    "note_use",
    "revoke",
    "send_link",
    "set_password",
    "use_link",
]
