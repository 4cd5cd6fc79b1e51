"""Trios, partner organisations and companies."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kit.base import Base
from app.trios.rules import OrganisationKind, SizeBasis, SizeClass


class Organisation(Base):
    """A partner of one or several Trios, or a funder. Companies that send people are ``Company``."""

    __tablename__ = "organisations"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[OrganisationKind]
    name: Mapped[str] = mapped_column(String(200), unique=True)
    city: Mapped[str] = mapped_column(String(100))
    phone: Mapped[str | None] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(254))


class Trio(Base):
    """A consortium. The funding notice is shown on its public pages and certificates."""

    __tablename__ = "trios"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    region: Mapped[dict[str, str]]
    description: Mapped[dict[str, str]]
    funding_notice: Mapped[dict[str, str]]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    partnerships: Mapped[list["Partnership"]] = relationship(back_populates="trio", lazy="raise")


class Partnership(Base):
    """An organisation's part in a Trio: role kind, sub-project, grant number."""

    __tablename__ = "partnerships"
    __table_args__ = (
        UniqueConstraint("trio_id", "organisation_id"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    trio_id: Mapped[int] = mapped_column(ForeignKey("trios.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    kind: Mapped[OrganisationKind]
    is_coordinator: Mapped[bool] = mapped_column(default=False)
    sub_project: Mapped[str | None] = mapped_column(String(200))
    grant_number: Mapped[str | None] = mapped_column(String(20))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    trio: Mapped[Trio] = relationship(back_populates="partnerships", lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")


class Company(Base):
    """An employer. The size class is computed from the figures when they are recorded, and dated."""

    __tablename__ = "companies"
    __table_args__ = (
        UniqueConstraint("name_key", "city"),
        CheckConstraint("headcount IS NULL OR headcount >= 0", name="headcount_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200), index=True)
    """The name with case and spaces folded (``queries.company_key``), for finding it again."""
    city: Mapped[str] = mapped_column(String(100))
    nuts3: Mapped[str | None] = mapped_column(String(5), index=True)
    nace: Mapped[str | None] = mapped_column(String(7))
    headcount: Mapped[int | None]
    turnover: Mapped[Decimal | None] = mapped_column(Numeric(12, 3))
    balance: Mapped[Decimal | None] = mapped_column(Numeric(12, 3))
    size_class: Mapped[SizeClass] = mapped_column(default=SizeClass.UNCHECKED)
    size_basis: Mapped[SizeBasis | None]
    sized_on: Mapped[date | None]
