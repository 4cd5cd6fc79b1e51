"""Attempts at a final test and their answers."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.assessment.rules import AttemptFacts
from app.kit.base import Base


class Attempt(Base):
    """One attempt within an enrolment, which has one open at most. ``drawn`` pins items and the order of options."""

    __tablename__ = "attempts"
    __table_args__ = (
        Index("uq_attempts_open", "enrolment_id", unique=True,
              sqlite_where=text("submitted_at IS NULL"), postgresql_where=text("submitted_at IS NULL")),
        Index("ix_attempts_enrolment_id_started_at", "enrolment_id", "started_at"),
        CheckConstraint("score IS NULL OR score BETWEEN 0 AND 100", name="score_percent"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("module_versions.id"))
    drawn: Mapped[list[Any]]
    """``[{"item": key, "order": [option index, …]}, …]``"""
    started_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    score: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    """Per cent of the points."""
    passed: Mapped[bool | None]
    answers: Mapped[list["AttemptAnswer"]] = relationship(lazy="raise")

    @property
    def facts(self) -> AttemptFacts:
        """The attempt as its rules see it."""
        return AttemptFacts(self.started_at, self.passed)


class AttemptAnswer(Base):
    """What the person chose for one item: indexes of its options. Points are set when the attempt is handed in."""

    __tablename__ = "attempt_answers"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"), primary_key=True)
    item_key: Mapped[str] = mapped_column(String(60), primary_key=True)
    chosen: Mapped[list[Any]]
    answered_at: Mapped[datetime]
    points: Mapped[Decimal | None] = mapped_column(Numeric(4, 2))
