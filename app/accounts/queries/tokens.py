"""Reading personal API tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from app.accounts.models import ApiToken, Passkey, Totp, User
from app.kit.errors import NotFound
from app.kit.text import _


@dataclass(frozen=True, slots=True)
class FoundToken:
    """A token, whose it is (with grants), and whether they have a second factor."""

    token: ApiToken
    user: User
    has_second_factor: bool


def find_token(session: Session, token_hash: str) -> FoundToken | None:
    """The token with its person, their grants and whether they have a factor; two queries. None for erased people."""
    factor = or_(
        exists().where(Totp.user_id == ApiToken.user_id, Totp.confirmed_at.is_not(None)),
        exists().where(Passkey.user_id == ApiToken.user_id),
    )
    row = session.execute(
        select(ApiToken, User, factor)
        .join(User, User.id == ApiToken.user_id)
        .where(ApiToken.token_hash == token_hash, User.erased_at.is_(None))
        .options(selectinload(User.grants))
    ).one_or_none()
    return FoundToken(*row) if row is not None else None


def get_token(session: Session, user_id: int | None, token_id: int) -> ApiToken:
    """One token of the person, or NotFound."""
    found = session.get(ApiToken, token_id)
    if found is None or found.user_id != user_id:
        raise NotFound(_("There is no such token."))
    return found


def list_tokens(session: Session, user_id: int | None, *, now: datetime) -> Sequence[ApiToken]:
    """The tokens of a person that work, the newest first."""
    query = select(ApiToken).where(ApiToken.user_id == user_id, *_alive(now))
    return session.scalars(query.order_by(ApiToken.created_at.desc(), ApiToken.id.desc())).all()


def count_tokens(session: Session, user_id: int, *, now: datetime) -> int:
    """How many tokens of a person work."""
    query = select(func.count()).select_from(ApiToken).where(ApiToken.user_id == user_id, *_alive(now))
    return session.scalar(query) or 0


def has_token_named(session: Session, user_id: int, name: str, *, now: datetime) -> bool:
    """Whether one of the tokens that work has this name."""
    query = select(ApiToken.id).where(ApiToken.user_id == user_id, ApiToken.name == name, *_alive(now))
    return session.scalar(query.limit(1)) is not None


def _alive(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return ApiToken.revoked_at.is_(None), ApiToken.expires_at > now
