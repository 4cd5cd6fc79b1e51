"""Trios and partner organisations."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kit.base import Base
from app.trios.rules import OrganisationKind, Period


class Organisation(Base):
    """A partner of one or several Trios, or a funder. Employers that send people stand in ``app.companies``."""

    __tablename__ = "organisations"
    __table_args__ = (UniqueConstraint("name", "city"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[OrganisationKind]
    name: Mapped[str] = mapped_column(String(200))
    city: Mapped[str] = mapped_column(String(100))
    nuts3: Mapped[str | None] = mapped_column(String(5))
    """The district, as Eurostat numbers it: ``DED2C``."""
    website: Mapped[str | None] = mapped_column(String(300))
    ror: Mapped[str | None] = mapped_column(String(9), unique=True)
    """What the Research Organization Registry calls it (ror.org): ``02jjdwm75``."""
    register_number: Mapped[str | None] = mapped_column(String(60))
    """Court and number in a public register: ``Dresden HRB 12345``."""
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
    accent: Mapped[str | None] = mapped_column(String(7))
    """The Trio's own colour, ``#rrggbb``, dark enough for white text; without one it wears the platform's."""
    sender_name: Mapped[str | None] = mapped_column(String(80))
    """Who mails about its courses come from; the address stays the platform's."""
    reply_to: Mapped[str | None] = mapped_column(String(254))
    partnerships: Mapped[list["Partnership"]] = relationship(back_populates="trio", lazy="raise")


_GOES_ON = "ends_on IS NULL"
_COORDINATES = "is_coordinator"


class Partnership(Base):
    """An organisation's part in a Trio: role kind, sub-project, grant number.

    Whoever leaves and comes back has two of them. One at a time goes on without an end; times do not overlap.
    """

    __tablename__ = "partnerships"
    __table_args__ = (
        Index("uq_partnerships_going_on", "trio_id", "organisation_id", unique=True,
              sqlite_where=text(_GOES_ON), postgresql_where=text(_GOES_ON)),
        Index("uq_partnerships_coordinator", "trio_id", unique=True,
              sqlite_where=text(_COORDINATES), postgresql_where=text(_COORDINATES)),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    trio_id: Mapped[int] = mapped_column(ForeignKey("trios.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    kind: Mapped[OrganisationKind]
    is_coordinator: Mapped[bool] = mapped_column(default=False)
    sub_project: Mapped[str | None] = mapped_column(String(200))
    grant_number: Mapped[str | None] = mapped_column(String(20))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    trio: Mapped[Trio] = relationship(back_populates="partnerships", lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")

    @property
    def period(self) -> Period:
        """When they take part."""
        return Period(self.starts_on, self.ends_on)
