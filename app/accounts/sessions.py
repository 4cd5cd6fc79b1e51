"""The signed-in session of a browser: the only place that builds a ``Person`` and starts one."""

from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.models import User
from app.web import identity
from app.web.db import reading
from app.web.identity import Person, login_manager


def start(session: Session, user_id: int) -> None:
    """Sign the person in, in the browser that sent this request."""
    user = queries.find_with_grants(session, user_id)
    if user is not None:
        identity.remember(_person(user))


@login_manager.user_loader
def _load(cookie: str) -> Person | None:
    """The person of the session cookie; None when it is garbage or was ended by a new password."""
    user_id, _colon, stamp = str(cookie).partition(":")
    if not user_id.isascii() or not user_id.isdigit() or len(user_id) > 9:
        return None
    user = queries.find_with_grants(reading(), int(user_id))
    return _person(user) if user is not None and user.stamp == stamp else None


def _person(user: User) -> Person:
    return Person(queries.actor_of(user), user.name, user.email, user.stamp)
