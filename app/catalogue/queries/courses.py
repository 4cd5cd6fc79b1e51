"""One course with all that its page says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from app.competences import queries as competences
from app.competences.models import Competence, ProcessStep
from app.kit.errors import NotFound
from app.kit.localised import Localised
from app.kit.text import _
from app.modules import queries as modules
from app.modules.models import Lesson, Module, ModuleCompetence, ModuleVersion
from app.profiles.models import Profile, ProfileCompetence, ProfileVersion
from app.runs import queries as runs
from app.runs import rules as run_rules
from app.runs.queries import Offer, Requirement
from app.runs.rules import Standing
from app.trios.models import Trio


@dataclass(frozen=True, slots=True)
class Reached:
    """A competence that a module leads to, and the level 1–4 that it reaches."""

    code: str
    name: Localised
    level: int


@dataclass(frozen=True, slots=True)
class ProfileName:
    """A profile by its name."""

    code: str
    title: Localised


@dataclass(frozen=True, slots=True)
class Course:
    """A published module with all that its page says. ``runs``: the next ones, with what each offers now."""

    module: Module
    version: ModuleVersion
    trio: Trio
    lessons: Sequence[Lesson]
    competences: Sequence[Reached]
    steps: Sequence[ProcessStep]
    requirements: Sequence[Requirement]
    profiles: Sequence[ProfileName]
    runs: Sequence[tuple[Offer, Standing]]


def get_course(session: Session, key: str, *, now: datetime) -> Course:
    """The published module with this code or address (slug), or NotFound; at most ten queries."""
    row = session.execute(
        select(Module, ModuleVersion, Trio)
        .join(ModuleVersion, ModuleVersion.id == Module.published_id)
        .join(Trio, Trio.id == Module.trio_id)
        .where(or_(Module.code == key, Module.slug == key))
        .options(selectinload(ModuleVersion.steps))
    ).first()
    if row is None:
        raise NotFound(_("There is no such course, or not any more."))
    module, version, trio = row
    reached = _list_reached(session, version.id)
    offers = runs.list_runs_of_module(session, module.id, now=now)
    return Course(
        module,
        version,
        trio,
        lessons=modules.list_outline(session, version.id),
        competences=[one for _id, one in reached],
        steps=competences.list_steps(session, [step.step_code for step in version.steps]),
        requirements=runs.list_requirements(session, version.id),
        profiles=_list_profiles_with(session, [competence_id for competence_id, _one in reached]),
        runs=[(offer, run_rules.standing(offer.run.facts, offer.places, now=now)) for offer in offers],
    )


def _list_reached(session: Session, version_id: int) -> list[tuple[int, Reached]]:
    query = (
        select(Competence.id, Competence.code, Competence.name, ModuleCompetence.level)
        .join(ModuleCompetence, ModuleCompetence.competence_id == Competence.id)
        .where(ModuleCompetence.version_id == version_id)
        .order_by(Competence.code)
    )
    return [(ident, Reached(code, name, level)) for ident, code, name, level in session.execute(query)]


def _list_profiles_with(session: Session, competence_ids: Iterable[int]) -> list[ProfileName]:
    """The published profiles that ask for one of the competences, by code."""
    asking = select(ProfileCompetence.version_id).where(ProfileCompetence.competence_id.in_(set(competence_ids)))
    query = (
        select(Profile.code, ProfileVersion.title)
        .join(ProfileVersion, ProfileVersion.id == Profile.published_id)
        .where(ProfileVersion.id.in_(asking))
        .order_by(Profile.code)
    )
    return [ProfileName(code, title) for code, title in session.execute(query)]
