"""People, their grants, and the links and failures of signing in."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kit.actors import Role
from app.kit.base import Base


class User(Base):
    """A person with an account. Without a password they sign in by mail link."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(10), default="de")
    stamp: Mapped[str] = mapped_column(String(32))
    """Random; changing it ends every session of the person."""
    created_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    """When the person first came by a link sent to the address."""
    is_demo: Mapped[bool] = mapped_column(default=False)
    grants: Mapped[list["RoleGrant"]] = relationship(back_populates="user", lazy="raise")


class RoleGrant(Base):
    """A role the person holds in one Trio, for one company, or everywhere."""

    __tablename__ = "role_grants"
    __table_args__ = (
        CheckConstraint("trio_id IS NULL OR company_id IS NULL", name="one_place"),
        Index("uq_role_grants_everywhere", "user_id", "role", unique=True,
              sqlite_where=text("trio_id IS NULL AND company_id IS NULL"),
              postgresql_where=text("trio_id IS NULL AND company_id IS NULL")),
        Index("uq_role_grants_trio", "user_id", "role", "trio_id", unique=True,
              sqlite_where=text("trio_id IS NOT NULL"), postgresql_where=text("trio_id IS NOT NULL")),
        Index("uq_role_grants_company", "user_id", "role", "company_id", unique=True,
              sqlite_where=text("company_id IS NOT NULL"), postgresql_where=text("company_id IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    role: Mapped[Role]
    trio_id: Mapped[int | None] = mapped_column(ForeignKey("trios.id"), index=True)
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"), index=True)
    user: Mapped[User] = relationship(back_populates="grants", lazy="raise")


class SignInLink(Base):
    """A link sent by mail; only its hash is kept, and it works once."""

    __tablename__ = "sign_in_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    target: Mapped[str] = mapped_column(String(500))
    """The path to go to after signing in."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInFailure(Base):
    """One wrong password for an address (hashed); many in a short time make the next ones wait."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (Index("ix_sign_in_failures_email_hash_failed_at", "email_hash", "failed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email_hash: Mapped[str] = mapped_column(String(64))
    failed_at: Mapped[datetime]
