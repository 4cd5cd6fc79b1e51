"""Searching and browsing courses, in a fixed number of queries, however many there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from app.catalogue import rules
from app.catalogue.rules import Dated, Entry, Facet, Relief, Wanted
from app.competences.models import ProcessStep
from app.competences.rules import Stage
from app.kit.localised import Localised
from app.kit.paging import Page
from app.modules.models import Lesson, Module, ModuleStep, ModuleVersion
from app.modules.rules import Units
from app.runs import rules as run_rules
from app.runs.models import Enrolment, Run
from app.runs.rules import SEATED, EnrolmentState, Places, RunFormat, RunState, Standing
from app.trios.models import Organisation, Trio


@dataclass(frozen=True, slots=True)
class NextRun:
    """The next run of a module, with what it offers now."""

    run: Run
    provider: str
    places: Places
    standing: Standing


@dataclass(frozen=True, slots=True)
class Hit:
    """One course found, and its next run if there is one."""

    entry: Entry
    next: NextRun | None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of courses; ``choices``: how many there would be by facet and value; ``relief`` where there are none."""

    page: Page[Hit]
    choices: Mapping[Facet, Mapping[str, int]]
    trios: Mapping[str, str]
    """Names of the Trios by their address."""
    relief: Relief | None


def browse(session: Session, wanted: Wanted, *, language: str, now: datetime, page: int = 1, size: int = 20) -> Found:
    """The courses wanted, page by page; a page beyond the end gives the last one. At most six queries."""
    entries = list_entries(session, with_texts=bool(wanted.words), now=now)
    found = rules.select(entries, wanted, language=language)
    number = min(max(page, 1), max(1, -(-len(found) // size)))
    shown = found[(number - 1) * size : number * size]
    dates = {entry.code: rules.next_date(entry, wanted) for entry in shown}
    coming = _next_runs(session, [date.run_id for date in dates.values() if date], now=now)
    hits = [Hit(entry, coming.get(date.run_id) if (date := dates[entry.code]) else None) for entry in shown]
    relief = None if found else rules.best_relief(entries, wanted)
    names = {entry.trio: entry.trio_name for entry in entries}
    return Found(Page(hits, number, size, len(found)), rules.count_choices(entries, wanted), names, relief)


def list_entries(session: Session, *, with_texts: bool, now: datetime) -> list[Entry]:
    """All published modules as the rules see them; three queries, or four with the texts to search in."""
    stages, dates = _stages(session), _list_dates(session, now=now)
    lessons = _lesson_titles(session) if with_texts else {}
    query = (
        select(
            ModuleVersion.module_id, ModuleVersion.id, Module.code, Module.slug, ModuleVersion.title,
            ModuleVersion.summary, ModuleVersion.languages, ModuleVersion.dqr, ModuleVersion.hv_level,
            ModuleVersion.ue_presence, ModuleVersion.ue_online, ModuleVersion.ue_self_study,
            ModuleVersion.ue_practice, ModuleVersion.workplace_hours, Trio.slug.label("trio"), Trio.name,
        )
        .join(Module, Module.published_id == ModuleVersion.id)
        .join(Trio, Trio.id == Module.trio_id)
        .order_by(Module.code)
    )  # fmt: skip
    return [
        _entry(row, stages.get(row.id, ()), dates.get(row.module_id, ()), lessons.get(row.id, ()))
        for row in session.execute(query)
    ]


def count_by_stage(session: Session) -> dict[Stage, int]:
    """How many published modules belong to each stage of the value chain, 0 included; one query."""
    query = (
        select(ProcessStep.stage, func.count(Module.id.distinct()).label("number"))
        .join(ModuleStep, ModuleStep.step_code == ProcessStep.code)
        .join(Module, Module.published_id == ModuleStep.version_id)
        .group_by(ProcessStep.stage)
    )
    counts = {row.stage: row.number for row in session.execute(query)}
    return {stage: counts.get(stage, 0) for stage in Stage}


def count_modules(session: Session) -> int:
    """How many modules are published."""
    return session.scalar(select(func.count()).select_from(Module).where(Module.published_id.is_not(None))) or 0


def _lesson_titles(session: Session) -> dict[int, list[Localised]]:
    query = select(Lesson.version_id, Lesson.title).join(Module, Module.published_id == Lesson.version_id)
    titles: dict[int, list[Localised]] = {}
    for version_id, title in session.execute(query):
        titles.setdefault(version_id, []).append(title)
    return titles


def _list_dates(session: Session, *, now: datetime) -> dict[int, list[Dated]]:
    """By module: the runs that people can still enrol in, soonest first; one query."""
    query = (
        select(Run.module_id, Run.id, Run.format, Run.city, Run.starts_at)
        .where(Run.state == RunState.PUBLISHED, Run.enrolment_closes > now)
        .order_by(Run.starts_at, Run.id)
    )
    dates: dict[int, list[Dated]] = {}
    for module_id, run_id, kind, city, starts_at in session.execute(query):
        place = rules.ONLINE if kind is RunFormat.ONLINE else city
        dates.setdefault(module_id, []).append(Dated(run_id, place, starts_at))
    return dates


def _next_runs(session: Session, run_ids: Sequence[int], *, now: datetime) -> dict[int, NextRun]:
    """Runs by id, with provider and places; two queries."""
    counted = (
        select(Enrolment.run_id, Enrolment.state, func.count())
        .where(Enrolment.run_id.in_(run_ids))
        .group_by(Enrolment.run_id, Enrolment.state)
    )
    taken, waiting = dict.fromkeys(run_ids, 0), dict.fromkeys(run_ids, 0)
    for run_id, state, number in session.execute(counted):
        taken[run_id] += number if state in SEATED else 0
        waiting[run_id] += number if state is EnrolmentState.WAITING else 0
    query = (
        select(Run, Organisation.name).join(Organisation, Organisation.id == Run.provider_id).where(Run.id.in_(run_ids))
    )
    found = {}
    for run, provider in session.execute(query):
        places = Places(run.seats, taken[run.id], waiting[run.id])
        found[run.id] = NextRun(run, provider, places, run_rules.standing(run.facts, places, now=now))
    return found


def _stages(session: Session) -> dict[int, list[Stage]]:
    """By version: the stages of the value chain that it is about, in the order of the chain; one query."""
    query = (
        select(ModuleStep.version_id, ProcessStep.stage)
        .join(ProcessStep, ProcessStep.code == ModuleStep.step_code)
        .join(Module, Module.published_id == ModuleStep.version_id)
        .distinct()
    )
    found: dict[int, set[str]] = {}
    for version_id, stage in session.execute(query):
        found.setdefault(version_id, set()).add(stage)
    return {version_id: [stage for stage in Stage if stage in own] for version_id, own in found.items()}


def _entry(row: Row[Any], stages: Sequence[Stage], dates: Sequence[Dated], lessons: Sequence[Localised]) -> Entry:
    units = Units(row.ue_presence, row.ue_online, row.ue_self_study, row.ue_practice, row.workplace_hours)
    spoken = (row.title, row.summary, *lessons)
    return Entry(
        row.code, row.slug, row.title, row.summary, row.languages, row.dqr, row.hv_level, units, row.trio, row.name,
        stages, dates, texts=[row.code, *(text for texts in spoken for text in texts.values())],
    )  # fmt: skip
