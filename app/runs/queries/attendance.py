"""Attendance lists: who is on them, what is noted, what is still to do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.companies.models import Company
from app.runs.models import Attendance, Enrolment, RunSession
from app.runs.rules import SEATED, Mark


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person on the list of one session; ``mark`` is None as long as nothing is noted."""

    enrolment_id: int
    name: str
    company: str | None
    mark: Mark | None
    minutes_missed: int | None


@dataclass(frozen=True, slots=True)
class Participant:
    """One person of a run, whatever became of their enrolment."""

    enrolment: Enrolment
    name: str
    company: str | None


@dataclass(frozen=True, slots=True)
class SessionMark:
    """One session of a run and what is noted in it for one person."""

    session: RunSession
    mark: Mark | None
    minutes_missed: int


def list_roster(session: Session, run_session: RunSession) -> list[RosterRow]:
    """Everybody with a seat, by name, with their mark in this session; one query."""
    noted = and_(Attendance.enrolment_id == Enrolment.id, Attendance.session_id == run_session.id)
    query = (
        select(Enrolment.id, User.name, Company.name, Attendance.mark, Attendance.minutes_missed)
        .join(User, User.id == Enrolment.user_id)
        .outerjoin(Company, Company.id == Enrolment.company_id)
        .outerjoin(Attendance, noted)
        .where(Enrolment.run_id == run_session.run_id, Enrolment.state.in_(SEATED))
        .order_by(func.lower(User.name), Enrolment.id)
    )
    return [RosterRow(*row) for row in session.execute(query)]


def list_participants(session: Session, run_id: int) -> list[Participant]:
    """Everybody who ever enrolled in the run, by name; one query."""
    query = (
        select(Enrolment, User.name, Company.name)
        .join(User, User.id == Enrolment.user_id)
        .outerjoin(Company, Company.id == Enrolment.company_id)
        .where(Enrolment.run_id == run_id)
        .order_by(func.lower(User.name), Enrolment.id)
    )
    return [Participant(*row) for row in session.execute(query)]


def attendance_of(session: Session, enrolment_id: int) -> list[SessionMark]:
    """The sessions of the enrolment's run, first one first, each with the person's mark; one query."""
    noted = and_(Attendance.session_id == RunSession.id, Attendance.enrolment_id == enrolment_id)
    query = (
        select(RunSession, Attendance.mark, func.coalesce(Attendance.minutes_missed, 0))
        .join(Enrolment, Enrolment.run_id == RunSession.run_id)
        .outerjoin(Attendance, noted)
        .where(Enrolment.id == enrolment_id)
        .order_by(RunSession.starts_at)
    )
    return [SessionMark(*row) for row in session.execute(query)]


def count_unmarked(session: Session, run_session: RunSession) -> int:
    """How many people with a seat have no mark in this session yet."""
    noted = select(Attendance.enrolment_id).where(Attendance.session_id == run_session.id)
    query = select(func.count()).where(
        Enrolment.run_id == run_session.run_id, Enrolment.state.in_(SEATED), Enrolment.id.not_in(noted)
    )
    return session.scalar(query) or 0


def list_seated(session: Session, run_id: int) -> dict[int, Enrolment]:
    """The enrolments of the run that hold a seat, by id."""
    query = select(Enrolment).where(Enrolment.run_id == run_id, Enrolment.state.in_(SEATED))
    return {enrolment.id: enrolment for enrolment in session.scalars(query)}


def list_marks(session: Session, session_ids: Iterable[int]) -> dict[tuple[int, int], Attendance]:
    """What is noted in these sessions, by session and enrolment; one query."""
    query = select(Attendance).where(Attendance.session_id.in_(set(session_ids)))
    return {(noted.session_id, noted.enrolment_id): noted for noted in session.scalars(query)}


def list_due_sessions(session: Session, run_ids: Iterable[int], *, now: datetime) -> dict[int, Sequence[RunSession]]:
    """By run: its sessions that have begun and whose list is still open, oldest first; one query."""
    due: dict[int, list[RunSession]] = {}
    query = select(RunSession).where(
        RunSession.run_id.in_(set(run_ids)), RunSession.starts_at <= now, RunSession.closed_at.is_(None)
    )
    for found in session.scalars(query.order_by(RunSession.starts_at)):
        due.setdefault(found.run_id, []).append(found)
    return dict(due)
