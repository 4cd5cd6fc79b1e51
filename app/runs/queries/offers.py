"""Runs as lists and pages show them: with module, provider and places, in a fixed number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import Session

from app.kit.actors import Actor
from app.kit.errors import NotFound
from app.kit.localised import Localised
from app.kit.paging import Page, page_of
from app.kit.text import _
from app.modules.models import Module, ModuleVersion
from app.runs import rules
from app.runs.models import Enrolment, Run
from app.runs.rules import SEATED, EnrolmentState, Places, RunState
from app.trios.models import Organisation


@dataclass(frozen=True, slots=True)
class Offer:
    """A run with what people need to know of it: texts of the version it teaches, the provider's name, its places."""

    run: Run
    title: Localised
    summary: Localised
    module_code: str
    module_slug: str
    provider: str
    phone: str | None
    places: Places


@dataclass(frozen=True, slots=True)
class Requirement:
    """A module to do first; ``title`` is empty where no such module is published here."""

    code: str
    slug: str
    title: Localised


def get_offer(session: Session, actor: Actor, run_id: int) -> Offer:
    """The run, or NotFound; a run that is not published is there only for the people who plan in its Trio."""
    offer = _offers(session, [run_id]).get(run_id)
    if offer is None or not rules.may_see_run(actor, offer.run.facts):
        raise NotFound(_("There is no such run."))
    return offer


def list_upcoming(
    session: Session,
    *,
    now: datetime,
    module_id: int | None = None,
    module_slug: str | None = None,
    city: str | None = None,
    language: str | None = None,
    page: int = 1,
    size: int = 20,
) -> Page[Offer]:
    """Published runs that have not begun, soonest first; three queries."""
    wanted = ((Run.module_id, module_id), (Run.city, city), (Run.language, language))
    conditions: list[ColumnElement[bool]] = [column == value for column, value in wanted if value is not None]
    if module_slug is not None:
        conditions.append(Run.module_id.in_(select(Module.id).where(Module.slug == module_slug)))
    return _page(session, _coming(now, *conditions), page=page, size=size)


def list_runs_of_module(session: Session, module_id: int, *, now: datetime, most: int = 20) -> list[Offer]:
    """The next published runs of a module that have not begun, soonest first; two queries."""
    ids = session.scalars(_coming(now, Run.module_id == module_id).limit(most)).all()
    return _in_order(session, ids)


def list_next_offers(session: Session, module_ids: Iterable[int], *, now: datetime) -> dict[int, Offer]:
    """By module: its next run that people can still enrol in; two queries, however many modules."""
    place = func.row_number().over(partition_by=Run.module_id, order_by=(Run.starts_at, Run.id))
    ranked = (
        select(Run.id, place.label("place"))
        .where(Run.module_id.in_(set(module_ids)), Run.state == RunState.PUBLISHED, Run.enrolment_closes > now)
        .subquery()
    )
    ids = session.scalars(select(ranked.c.id).where(ranked.c.place == 1)).all()
    return {offer.run.module_id: offer for offer in _offers(session, ids).values()}


def list_runs_to_teach(
    session: Session, actor: Actor, *, now: datetime, past: bool = False, page: int = 1, size: int = 20
) -> Page[Offer]:
    """The runs whose attendance the actor keeps: to come and running, soonest first, or the past, latest first."""
    trio_ids = rules.trios_planned_by(actor)
    mine = true() if trio_ids is None else or_(Run.trio_id.in_(trio_ids), Run.trainer_id == actor.user_id)
    done = or_(Run.ends_at <= now, Run.state.in_((RunState.FINISHED, RunState.CANCELLED)))
    query = select(Run.id).where(mine, done if past else ~done)
    order = (Run.starts_at.desc(), Run.id.desc()) if past else (Run.starts_at, Run.id)
    return _page(session, query.order_by(*order), page=page, size=size)


def list_requirements(session: Session, version_id: int) -> list[Requirement]:
    """The modules that the version asks for, in its order."""
    codes = session.scalar(select(ModuleVersion.requires).where(ModuleVersion.id == version_id)) or []
    if not codes:
        return []
    rows = session.execute(
        select(Module.code, Module.slug, ModuleVersion.title)
        .join(ModuleVersion, ModuleVersion.id == Module.published_id)
        .where(Module.code.in_(codes))
    )
    known = {code: Requirement(code, slug, title) for code, slug, title in rows}
    return [known.get(code, Requirement(code, "", {})) for code in codes]


def _coming(now: datetime, *conditions: ColumnElement[bool]) -> Select[int]:
    return (
        select(Run.id)
        .where(Run.state == RunState.PUBLISHED, Run.starts_at > now, *conditions)
        .order_by(Run.starts_at, Run.id)
    )


def _page(session: Session, ids: Select[int], *, page: int, size: int) -> Page[Offer]:
    found: Page[int] = page_of(session, ids, number=page, size=size)
    return Page(_in_order(session, found.items), found.number, found.size, found.total)


def _in_order(session: Session, run_ids: Sequence[int]) -> list[Offer]:
    offers = _offers(session, run_ids)
    return [offers[run_id] for run_id in run_ids]


def _offers(session: Session, run_ids: Sequence[int]) -> dict[int, Offer]:
    """Offers by the run's id, in one query; the counts come from the index on run and state."""
    query = (
        select(
            Run, ModuleVersion.title, ModuleVersion.summary, Module.code, Module.slug, Organisation.name,
            Organisation.phone, _count(SEATED), _count({EnrolmentState.WAITING}),
        )
        .join(ModuleVersion, ModuleVersion.id == Run.version_id)
        .join(Module, Module.id == Run.module_id)
        .join(Organisation, Organisation.id == Run.provider_id)
        .where(Run.id.in_(run_ids))
    )  # fmt: skip
    return {
        run.id: Offer(run, title, summary, code, slug, provider, phone, Places(run.seats, taken, waiting))
        for run, title, summary, code, slug, provider, phone, taken, waiting in session.execute(query)
    }


def _count(states: Iterable[EnrolmentState]) -> Any:
    return (
        select(func.count())
        .where(Enrolment.run_id == Run.id, Enrolment.state.in_(states))
        .correlate(Run)
        .scalar_subquery()
    )
