"""Signed-in sessions, the links that lead to them, changes of address, and how often somebody tried."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.rules.signing_in import LinkPurpose, Method
from app.kit.base import Base


class SignInSession(Base):
    """One browser in which a person is signed in. The cookie holds the token, this row only its hash."""

    __tablename__ = "sign_in_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    method: Mapped[Method]
    device: Mapped[str] = mapped_column(String(80))
    """What the browser says it is, in two words: "Firefox, Android"."""
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """When it was last used, to about ten minutes."""
    confirmed_at: Mapped[datetime]
    """When the person last proved who they are: dangerous acts want this to be recent."""
    second_factor_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class SignInLink(Base):
    """A link sent by mail; only its hash is kept, and it works once."""

    __tablename__ = "sign_in_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    purpose: Mapped[LinkPurpose] = mapped_column(default=LinkPurpose.SIGN_IN)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    target: Mapped[str] = mapped_column(String(500))
    """The path to go to after signing in."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class EmailChange(Base):
    """A new address, asked for; it counts when both mailboxes have said yes."""

    __tablename__ = "email_changes"
    __table_args__ = (CheckConstraint("new_email = lower(new_email)", name="new_email_lower"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    new_email: Mapped[str] = mapped_column(String(254))
    old_hash: Mapped[str] = mapped_column(String(64), unique=True)
    new_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    old_confirmed_at: Mapped[datetime | None]
    new_confirmed_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    """When it took effect or was given up."""


class Attempt(Base):
    """One try at something that may only be tried so often; ``key_hash`` tells for which address, person or client."""

    __tablename__ = "attempts_made"
    __table_args__ = (Index("ix_attempts_made_kind_key_hash_made_at", "kind", "key_hash", "made_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    key_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(index=True)
