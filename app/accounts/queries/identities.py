"""Reading the identities that people have at providers."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import ExternalIdentity
from app.kit.errors import NotFound
from app.kit.text import _


def find_identity(session: Session, issuer: str, subject: str) -> ExternalIdentity | None:
    """The identity with its account, or None."""
    query = select(ExternalIdentity).where(ExternalIdentity.issuer == issuer, ExternalIdentity.subject == subject)
    return session.scalar(query)


def list_identities(session: Session, user_id: int | None) -> Sequence[ExternalIdentity]:
    """The identities of a person, the oldest first."""
    query = select(ExternalIdentity).where(ExternalIdentity.user_id == user_id)
    return session.scalars(query.order_by(ExternalIdentity.created_at, ExternalIdentity.id)).all()


def get_identity(session: Session, user_id: int | None, identity_id: int) -> ExternalIdentity:
    """One identity of the person, or NotFound."""
    found = session.get(ExternalIdentity, identity_id)
    if found is None or found.user_id != user_id:
        raise NotFound(_("There is no such connection."))
    return found
