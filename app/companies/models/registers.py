"""What a Trio knows of its companies: read by that Trio and by nobody else."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column

from app.companies.rules import AidKind, CompanyFigures, Origin, Related, Relation, SizeBasis, YearFigures
from app.kit.base import Base


class TrioCompany(Base):
    """A company stands in the register of a Trio."""

    __tablename__ = "trio_companies"

    trio_id: Mapped[int] = mapped_column(ForeignKey("trios.id"), primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), primary_key=True, index=True)
    origin: Mapped[Origin]
    is_checked: Mapped[bool] = mapped_column(default=False)
    """Whether somebody of the Trio looked at the entry; one that comes from an enrolment is what a person typed."""
    has_enrolments: Mapped[bool] = mapped_column(default=False)
    """Whether people of it enrolled in runs of the Trio."""
    since_on: Mapped[date]
    note: Mapped[str] = mapped_column(LongText, default="")
    kept_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    """Who looks after the company in the Trio."""


class CompanyFiguresOfYear(Base):
    """The figures of a company for one accounting period, as a Trio learned them, with what shows it."""

    __tablename__ = "company_figures"
    __table_args__ = (
        UniqueConstraint("trio_id", "company_id", "year"),
        CheckConstraint("headcount IS NULL OR headcount >= 0", name="headcount_not_negative"),
        CheckConstraint("public_share >= 0 AND public_share <= 100", name="public_share_in_percent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    trio_id: Mapped[int] = mapped_column(ForeignKey("trios.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), index=True)
    year: Mapped[int]
    headcount: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    turnover: Mapped[Decimal | None] = mapped_column(Numeric(12, 3))
    balance: Mapped[Decimal | None] = mapped_column(Numeric(12, 3))
    relation: Mapped[Relation]
    related: Mapped[list[Any]]
    """Partner and linked companies: ``[{"name": …, "share": "50", "headcount": "60", "turnover": …, "balance": …}]``.

    Numbers are texts, so that none is rounded.
    """
    public_share: Mapped[Decimal] = mapped_column(Numeric(5, 2), default=Decimal(0))
    is_exempt: Mapped[bool] = mapped_column(default=False)
    is_new_owner: Mapped[bool] = mapped_column(default=False)
    basis: Mapped[SizeBasis]
    stated_on: Mapped[date]
    evidence: Mapped[str] = mapped_column(String(500), default="")
    """What shows it: a document and where it is kept."""
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    recorded_at: Mapped[datetime]

    @property
    def facts(self) -> YearFigures:
        """The figures as the rules see them."""
        return YearFigures(
            year=self.year,
            own=CompanyFigures(self.headcount, self.turnover, self.balance),
            relation=self.relation,
            related=tuple(related_from(one) for one in self.related),
            public_share=self.public_share,
            is_exempt=self.is_exempt,
            is_new_owner=self.is_new_owner,
        )


class CompanySite(Base):
    """A place where a company works, as a Trio noted it."""

    __tablename__ = "company_sites"
    __table_args__ = (Index("ix_company_sites_trio_id_company_id", "trio_id", "company_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    trio_id: Mapped[int] = mapped_column(ForeignKey("trios.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), index=True)
    street: Mapped[str] = mapped_column(String(200), default="")
    postcode: Mapped[str] = mapped_column(String(10), default="")
    city: Mapped[str] = mapped_column(String(100))
    nuts3: Mapped[str | None] = mapped_column(String(5))
    note: Mapped[str] = mapped_column(String(500), default="")


class CompanyContact(Base):
    """Somebody a Trio speaks to at a company, where the address is from, and whether they want to be informed."""

    __tablename__ = "company_contacts"
    __table_args__ = (Index("ix_company_contacts_trio_id_company_id", "trio_id", "company_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    trio_id: Mapped[int] = mapped_column(ForeignKey("trios.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    function: Mapped[str] = mapped_column(String(120), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    source: Mapped[str] = mapped_column(String(300))
    """Where the data are from, which is also why they may be kept."""
    wants_news: Mapped[bool | None]
    """Whether they agreed to be informed of courses; None: nobody asked."""
    asked_on: Mapped[date | None]


class CompanyAid(Base):
    """State aid that a company received, as it declared it to a Trio. Amount in EUR."""

    __tablename__ = "company_aids"
    __table_args__ = (
        Index("ix_company_aids_trio_id_company_id", "trio_id", "company_id"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    trio_id: Mapped[int] = mapped_column(ForeignKey("trios.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), index=True)
    kind: Mapped[AidKind]
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    granted_on: Mapped[date]
    grantor: Mapped[str] = mapped_column(String(200))
    reference: Mapped[str] = mapped_column(String(200), default="")


def related_from(told: dict[str, Any]) -> Related:
    """A related company as it stands in the database."""
    money = (told.get(name) for name in ("headcount", "turnover", "balance"))
    figures = CompanyFigures(*(None if value is None else Decimal(value) for value in money))
    return Related(Decimal(told["share"]), figures, told.get("name", ""))
