"""The directory of employers that all Trios share: public facts, and the size class as it is known now."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, validates

from app.companies.rules import SizeBasis, SizeClass, WzVersion, name_key
from app.kit.base import Base


class Company(Base):
    """An employer. The size class is the present answer; the figures it comes from belong to a Trio."""

    __tablename__ = "companies"
    __table_args__ = (
        UniqueConstraint("name_key", "city"),
        CheckConstraint("headcount IS NULL OR headcount >= 0", name="headcount_not_negative"),
        CheckConstraint("merged_into_id IS NULL OR merged_into_id <> id", name="not_merged_into_itself"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200), index=True)
    """The name with case and spaces folded (``rules.name_key``), for finding it again; follows the name by itself."""
    city: Mapped[str] = mapped_column(String(100))
    """The seat; empty where nobody said."""
    nuts3: Mapped[str | None] = mapped_column(String(5), index=True)
    nace: Mapped[str | None] = mapped_column(String(7))
    wz_version: Mapped[WzVersion | None]
    """Which edition ``nace`` is from; None counts as WZ 2008."""
    website: Mapped[str | None] = mapped_column(String(200))
    headcount: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    turnover: Mapped[Decimal | None] = mapped_column(Numeric(12, 3))
    balance: Mapped[Decimal | None] = mapped_column(Numeric(12, 3))
    size_class: Mapped[SizeClass] = mapped_column(default=SizeClass.UNCHECKED)
    size_basis: Mapped[SizeBasis | None]
    size_year: Mapped[int | None]
    """The accounting period the size class is from; None where only the day is known."""
    sized_on: Mapped[date | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"), index=True)
    """The company this entry turned out to be. Always a company that is not merged itself."""

    @validates("name")
    def _fold(self, _key: str, name: Any) -> Any:
        self.name_key = name_key(name)
        return name


class CompanyKey(Base):
    """One key by which a company is found under a name with a slip in it (``rules.search_keys``).

    ``is_close``: one of those that hardly two companies share (``rules.close_keys``), for lists of suspected pairs.
    """

    __tablename__ = "company_keys"
    __table_args__ = (Index("ix_company_keys_key_company_id", "key", "company_id"),)

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(24), primary_key=True)
    is_close: Mapped[bool]


class KeptApart(Base):
    """Two companies that look alike and are not the same, as somebody who knows them said."""

    __tablename__ = "companies_kept_apart"
    __table_args__ = (CheckConstraint("first_id < second_id", name="in_order"),)

    first_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), primary_key=True)
    second_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), primary_key=True, index=True)
