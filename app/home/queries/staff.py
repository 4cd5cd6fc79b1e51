"""What staff have to do, attendance lists and drafts, and the latest figures for who reads reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.home import rules
from app.kit.actors import Actor
from app.kit.clock import BERLIN
from app.kit.localised import Localised
from app.modules.models import Module, ModuleVersion
from app.reporting import queries as reporting
from app.reporting.rules import Line, may_read_reports
from app.runs.models import Enrolment, Run, RunSession
from app.runs.rules import SEATED, RunState, trios_planned_by
from app.trios.models import Trio

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class OpenList:
    """The attendance list of a session that begins today or has begun and is not closed; ``people`` have a seat."""

    run: Run
    session: RunSession
    title: Localised
    people: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A version of a module that waits for its release; ``published`` is the number of the one that is published."""

    code: str
    title: Localised
    number: int
    published: int | None
    imported_at: datetime
    trio: str


@dataclass(frozen=True, slots=True)
class Latest:
    """The figures of the running quarter, for a Trio or (None) for all of them. ``pending``: it does not count yet."""

    trio: str | None
    year: int
    line: Line
    pending: bool


@dataclass(frozen=True, slots=True)
class Todo:
    """What a staff member's page shows. None: this is not their job; an empty list: there is nothing to do."""

    lists: Sequence[OpenList] | None
    drafts: Sequence[Draft] | None
    latest: Latest | None


def get_todo(session: Session, actor: Actor, *, least: int, now: datetime) -> Todo:
    """What the actor has to do; at most eight queries, none for somebody without a role."""
    return Todo(
        lists=list_open_lists(session, actor, now=now) if rules.keeps_lists(actor) else None,
        drafts=list_drafts(session, actor) if rules.trios_with_drafts(actor) else None,
        latest=find_latest(session, actor, least=least, now=now),
    )


def list_open_lists(session: Session, actor: Actor, *, now: datetime) -> Sequence[OpenList]:
    """The attendance lists of the actor's runs that begin today or are not closed yet, oldest first; at most 20."""
    tomorrow = datetime.combine(now.astimezone(BERLIN).date() + timedelta(days=1), datetime.min.time(), BERLIN)
    people = (
        select(func.count())
        .where(Enrolment.run_id == Run.id, Enrolment.state.in_(SEATED))
        .correlate(Run)
        .scalar_subquery()
    )
    query = (
        select(Run, RunSession, ModuleVersion.title, people)
        .join(RunSession, RunSession.run_id == Run.id)
        .join(ModuleVersion, ModuleVersion.id == Run.version_id)
        .where(Run.state == RunState.PUBLISHED, RunSession.closed_at.is_(None), RunSession.starts_at < tomorrow)
        .order_by(RunSession.starts_at, RunSession.id)
        .limit(MOST_SHOWN)
    )
    trio_ids = trios_planned_by(actor)
    if trio_ids is not None:
        query = query.where(or_(Run.trio_id.in_(trio_ids), Run.trainer_id == actor.user_id))
    return [OpenList(*row) for row in session.execute(query)]


def list_drafts(session: Session, actor: Actor) -> Sequence[Draft]:
    """The drafts of the actor's Trios, the one that waits longest in front; at most 20; one query."""
    published = select(ModuleVersion.id, ModuleVersion.number).subquery()
    query = (
        select(
            Module.code, ModuleVersion.title, ModuleVersion.number, published.c.number,
            ModuleVersion.imported_at, Trio.name,
        )
        .join(ModuleVersion, ModuleVersion.id == Module.draft_id)
        .join(Trio, Trio.id == Module.trio_id)
        .outerjoin(published, published.c.id == Module.published_id)
        .where(Module.trio_id.in_(rules.trios_with_drafts(actor)))
        .order_by(ModuleVersion.imported_at, Module.code)
        .limit(MOST_SHOWN)
    )  # fmt: skip
    return [Draft(*row) for row in session.execute(query)]


def find_latest(session: Session, actor: Actor, *, least: int, now: datetime) -> Latest | None:
    """The running quarter in the report that opens first for the actor, or None for who reads none; six queries."""
    if not may_read_reports(actor):
        return None
    frame = reporting.get_frame(session, actor, now=now)
    report = reporting.get_report(session, frame, now=now, smallest=least)
    line = report.lines[-1]
    return Latest(frame.trio.name if frame.trio else None, report.year, line, line.period == report.pending)
