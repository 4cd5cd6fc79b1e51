"""How a Trio shows itself: its logo and its own legal pages. Colour and sender stand in ``trios``."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.base import Base
from app.trios.rules import LegalPage


class Logo(Base):
    """The logo of a Trio, drawn anew as PNG when it was uploaded."""

    __tablename__ = "trio_logos"

    trio_id: Mapped[int] = mapped_column(ForeignKey("trios.id"), primary_key=True)
    hash: Mapped[str] = mapped_column(String(16))
    """Of the picture; part of its address, so that browsers keep it for ever."""
    width: Mapped[int]
    height: Mapped[int]
    alt: Mapped[dict[str, str]]
    """What it shows, for people who do not see it; empty where the name of the Trio says it all."""
    uploaded_at: Mapped[datetime]
    png: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class TrioLegalPage(Base):
    """A legal page of the Trio itself, beside those of the platform."""

    __tablename__ = "trio_legal_pages"

    trio_id: Mapped[int] = mapped_column(ForeignKey("trios.id"), primary_key=True)
    page: Mapped[LegalPage] = mapped_column(primary_key=True)
    text: Mapped[dict[str, str]]
    changed_on: Mapped[date]
