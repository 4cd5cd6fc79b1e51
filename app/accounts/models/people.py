"""People, the roles they hold, and the invitations that lead to both."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kit.actors import Role
from app.kit.base import Base


class User(Base):
    """A person with an account. Without a password they sign in by mail link or passkey."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    """Random; what the audit chain calls this person. Erasure replaces the row, and nobody has the key any more."""
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(10), default="de")
    created_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    """When the person first came by a link sent to the address."""
    seen_on: Mapped[date | None]
    """The day they were last here: when an account is forgotten, it goes."""
    is_demo: Mapped[bool] = mapped_column(default=False)
    erased_at: Mapped[datetime | None]
    """When this row took the place of somebody who asked to be erased: counts stay, the person is gone."""
    grants: Mapped[list["RoleGrant"]] = relationship(
        back_populates="user", lazy="raise", foreign_keys="RoleGrant.user_id"
    )


_HELD = "revoked_at IS NULL"
_TRIO = f"trio_id IS NOT NULL AND {_HELD}"
_COMPANY = f"company_id IS NOT NULL AND {_HELD}"
_EVERYWHERE = f"trio_id IS NULL AND company_id IS NULL AND {_HELD}"


class RoleGrant(Base):
    """A role the person holds in one Trio, for one company, or everywhere. Ended ones stay as history."""

    __tablename__ = "role_grants"
    __table_args__ = (
        CheckConstraint("trio_id IS NULL OR company_id IS NULL", name="one_place"),
        CheckConstraint("organisation_id IS NULL OR trio_id IS NOT NULL", name="organisation_in_a_trio"),
        Index("uq_role_grants_everywhere", "user_id", "role", unique=True,
              sqlite_where=text(_EVERYWHERE), postgresql_where=text(_EVERYWHERE)),
        Index("uq_role_grants_trio", "user_id", "role", "trio_id", unique=True,
              sqlite_where=text(_TRIO), postgresql_where=text(_TRIO)),
        Index("uq_role_grants_company", "user_id", "role", "company_id", unique=True,
              sqlite_where=text(_COMPANY), postgresql_where=text(_COMPANY)),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    role: Mapped[Role]
    trio_id: Mapped[int | None] = mapped_column(ForeignKey("trios.id"), index=True)
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    """The partner they act for in the Trio: its leaving ends the role."""
    granted_at: Mapped[datetime]
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    ends_on: Mapped[date | None]
    """The last day of the role; set with the end of the partnership."""
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    user: Mapped[User] = relationship(back_populates="grants", lazy="raise", foreign_keys=[user_id])


class Invitation(Base):
    """A role offered by mail; whoever follows the link proves the address and gets it. Only the hash is kept."""

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("trio_id IS NULL OR company_id IS NULL", name="one_place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    role: Mapped[Role]
    trio_id: Mapped[int | None] = mapped_column(ForeignKey("trios.id"), index=True)
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    language: Mapped[str] = mapped_column(String(10), default="de")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
