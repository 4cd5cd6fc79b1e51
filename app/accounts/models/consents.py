"""What people were asked to agree to, in which words, and what they answered."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.rules.consents import Purpose
from app.kit.base import Base


class ConsentText(Base):
    """One wording of a question for consent. It never changes: new words are a new number."""

    __tablename__ = "consent_texts"
    __table_args__ = (UniqueConstraint("purpose", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[Purpose]
    number: Mapped[int]
    text: Mapped[dict[str, str]]


class Consent(Base):
    """One consent: to which words, when, about what, and when it was withdrawn. Rows are only added and withdrawn."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_about_kind_about_id", "about_kind", "about_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    text_id: Mapped[int] = mapped_column(ForeignKey("consent_texts.id"))
    about_kind: Mapped[str | None] = mapped_column(String(40))
    about_id: Mapped[int | None]
    language: Mapped[str] = mapped_column(String(10))
    """In which language the words were shown."""
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
