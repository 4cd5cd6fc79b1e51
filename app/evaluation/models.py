"""Anonymous by the data model: who took part and what was answered share nothing but the run.

No answer has a person, a time or a sequence. Answers are counters, one for every option there is, and free texts have
random keys. On SQLite the three tables have no rowid, so that no hidden number tells the order of writing; every vote
writes all rows of the run anew, the texts shuffled and under new keys, so that neither PostgreSQL's hidden transaction
id nor the place of a row on the disk tells anything (``services.vote``).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.evaluation.rules import Period
from app.kit.base import Base


class Questionnaire(Base):
    """One version of a questionnaire, never changed; ``questions`` as ``rules.questions_of`` reads them."""

    __tablename__ = "questionnaires"
    __table_args__ = (UniqueConstraint("key", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    title: Mapped[dict[str, str]]
    questions: Mapped[list[Any]]


class RunEvaluation(Base):
    """The evaluation of one run: which questionnaire, and until when it can be answered."""

    __tablename__ = "run_evaluations"
    __table_args__ = (CheckConstraint("closes_at > opens_at", name="closes_after_it_opens"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaires.id"))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]

    @property
    def period(self) -> Period:
        """When it can be answered, as the rules see it."""
        return Period(self.opens_at, self.closes_at)


class Counter(Base):
    """How often an option of a question was chosen in a run."""

    __tablename__ = "evaluation_counters"
    __table_args__ = (CheckConstraint("count >= 0", name="count_not_negative"), {"sqlite_with_rowid": False})

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    question_key: Mapped[str] = mapped_column(String(40), primary_key=True)
    option: Mapped[str] = mapped_column(String(20), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)


class LooseText(Base):
    """A free text, under a random key that tells nothing of the order."""

    __tablename__ = "evaluation_texts"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), index=True)
    question_key: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)


class Voter(Base):
    """Who has answered the evaluation of a run: so that nobody answers twice. No time, no answer."""

    __tablename__ = "evaluation_voters"
    __table_args__ = ({"sqlite_with_rowid": False},)

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
