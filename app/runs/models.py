"""Runs, their sessions, enrolments with their history, and attendance."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kit.base import Base
from app.runs.rules import EnrolmentState, Mark, RunFacts, RunFormat, RunState, SessionFacts


class Run(Base):
    """One dated offering of a module version by a provider of a Trio, with a number of seats."""

    __tablename__ = "runs"
    __table_args__ = (
        CheckConstraint("seats > 0", name="seats_positive"),
        CheckConstraint("enrolment_closes > enrolment_opens", name="closes_after_it_opens"),
        Index("ix_runs_starts_at_state", "starts_at", "state"),
        Index("ix_runs_trio_id_ends_at", "trio_id", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    trio_id: Mapped[int] = mapped_column(ForeignKey("trios.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("module_versions.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    trainer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    state: Mapped[RunState]
    format: Mapped[RunFormat]
    language: Mapped[str] = mapped_column(String(10))
    city: Mapped[str] = mapped_column(String(100))
    place: Mapped[str] = mapped_column(String(200))
    note: Mapped[dict[str, str]]
    """What to know beforehand, one sentence: shoes, parking, bus."""
    seats: Mapped[int]
    enrolment_opens: Mapped[datetime]
    enrolment_closes: Mapped[datetime]
    starts_at: Mapped[datetime]
    """Beginning of the first session."""
    ends_at: Mapped[datetime]
    """End of the last session; reports assign the run to this quarter."""
    cancellation: Mapped[str | None] = mapped_column(String(200))
    """Why the run was cancelled, as its people were told."""
    created_at: Mapped[datetime]
    sessions: Mapped[list["RunSession"]] = relationship(lazy="raise", order_by="RunSession.starts_at")

    @property
    def facts(self) -> RunFacts:
        """The run as its rules see it."""
        return RunFacts(
            self.trio_id, self.state, self.trainer_id,
            self.enrolment_opens, self.enrolment_closes, self.starts_at, self.ends_at,
        )  # fmt: skip


class RunSession(Base):
    """One dated session of a run; ``closed_at`` when its attendance list was closed."""

    __tablename__ = "run_sessions"
    __table_args__ = (
        UniqueConstraint("run_id", "starts_at"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ue: Mapped[Decimal] = mapped_column(Numeric(4, 1))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    @property
    def facts(self) -> SessionFacts:
        """The session as its rules see it."""
        return SessionFacts(self.starts_at, self.ends_at, self.closed_at)


class Enrolment(Base):
    """One person's place in a run. Waiting people move up in the order of ``waiting_since``."""

    __tablename__ = "enrolments"
    __table_args__ = (
        UniqueConstraint("run_id", "user_id"),
        Index("ix_enrolments_run_id_state", "run_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"), index=True)
    state: Mapped[EnrolmentState]
    enrolled_at: Mapped[datetime]
    waiting_since: Mapped[datetime | None]
    shares_with_employer: Mapped[bool] = mapped_column(default=False)
    """Whether the person lets the employer see: enrolled, attended, certificate. Never more."""
    attendance: Mapped[int | None]
    """Attended share of the time in per cent, once all lists are closed."""
    run: Mapped[Run] = relationship(lazy="raise")


class EnrolmentEvent(Base):
    """One change of an enrolment's state: who, when, why."""

    __tablename__ = "enrolment_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), index=True)
    before: Mapped[EnrolmentState | None]
    after: Mapped[EnrolmentState]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str | None] = mapped_column(String(200))
    at: Mapped[datetime]


class Attendance(Base):
    """The mark of one person in one session."""

    __tablename__ = "attendances"
    __table_args__ = (CheckConstraint("minutes_missed >= 0", name="missed_not_negative"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("run_sessions.id"), primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), primary_key=True, index=True)
    mark: Mapped[Mark]
    minutes_missed: Mapped[int] = mapped_column(default=0)
    marked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    marked_at: Mapped[datetime]
