"""Progress through the lessons of an enrolment, and its completion."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.base import Base


class LessonProgress(Base):
    """A lesson opened (and perhaps worked through) within an enrolment. Lesson keys are stable across versions."""

    __tablename__ = "lesson_progress"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), primary_key=True)
    lesson_key: Mapped[str] = mapped_column(String(60), primary_key=True)
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class PracticeAnswer(Base):
    """The latest answer to a question inside a lesson: for the learner alone, never counted."""

    __tablename__ = "practice_answers"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), primary_key=True)
    lesson_key: Mapped[str] = mapped_column(String(60), primary_key=True)
    block_key: Mapped[str] = mapped_column(String(60), primary_key=True)
    chosen: Mapped[list[Any]]
    right: Mapped[bool]
    answered_at: Mapped[datetime]


class Completion(Base):
    """The enrolment met the completion rule; what it met is kept."""

    __tablename__ = "completions"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), primary_key=True)
    completed_at: Mapped[datetime]
    attendance: Mapped[int]
    score: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    rule: Mapped[dict[str, Any]]
