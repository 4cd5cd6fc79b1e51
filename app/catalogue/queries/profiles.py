"""Published profiles, and how far the published modules cover them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue import rules
from app.catalogue.rules import Coverage
from app.competences import queries as competences
from app.competences.models import Competence, ProcessStep
from app.kit.localised import Localised
from app.modules.models import Module, ModuleCompetence, ModuleVersion
from app.profiles import queries as profiles
from app.profiles.queries import Published
from app.trios import queries as trios
from app.trios.models import Trio


@dataclass(frozen=True, slots=True)
class Teaching:
    """A published module that leads to a competence, and the level it reaches."""

    code: str
    slug: str
    title: Localised
    level: int


@dataclass(frozen=True, slots=True)
class Need:
    """A competence that a profile asks for, the modules that teach it, and how far they cover it."""

    competence: Competence
    level: int
    teaching: Sequence[Teaching]
    coverage: Coverage
    reached: int


@dataclass(frozen=True, slots=True)
class Covered:
    """A published profile with its competences and how they are covered."""

    published: Published
    needs: Sequence[Need]
    steps: Sequence[ProcessStep]

    @property
    def full(self) -> int:
        """How many competences are covered up to their target level."""
        return sum(need.coverage is Coverage.FULL for need in self.needs)

    @property
    def open(self) -> int:
        """How many competences no module teaches."""
        return sum(need.coverage is Coverage.OPEN for need in self.needs)


def get_profile(session: Session, code: str) -> tuple[Covered, Trio]:
    """The published profile with this code, how it is covered, and its Trio; or NotFound. Eight queries."""
    published = profiles.get_profile(session, code)
    return _cover(session, [published])[0], trios.get_trio(session, published.profile.trio_id)


def list_profiles(session: Session) -> list[Covered]:
    """All published profiles by code and how they are covered; seven queries."""
    return _cover(session, profiles.list_published(session))


def _cover(session: Session, found: Sequence[Published]) -> list[Covered]:
    ids = {competence_id for published in found for competence_id in published.levels}
    known = competences.list_competences(session, ids)
    steps = {step.code: step for step in competences.list_steps(session, {c for one in found for c in one.step_codes})}
    teaching = _list_teaching(session, ids)
    return [
        Covered(
            published,
            sorted(
                (_need(known[ident], level, teaching.get(ident, ())) for ident, level in published.levels.items()),
                key=lambda need: need.competence.code,
            ),
            [steps[code] for code in published.step_codes],
        )
        for published in found
    ]


def _need(competence: Competence, level: int, teaching: Sequence[Teaching]) -> Need:
    return Need(competence, level, teaching, *rules.coverage(level, [module.level for module in teaching]))


def _list_teaching(session: Session, competence_ids: Iterable[int]) -> dict[int, list[Teaching]]:
    """By competence: the published modules that lead to it, the highest level first."""
    query = (
        select(ModuleCompetence.competence_id, Module.code, Module.slug, ModuleVersion.title, ModuleCompetence.level)
        .join(Module, Module.published_id == ModuleCompetence.version_id)
        .join(ModuleVersion, ModuleVersion.id == Module.published_id)
        .where(ModuleCompetence.competence_id.in_(set(competence_ids)))
        .order_by(ModuleCompetence.level.desc(), Module.code)
    )
    found: dict[int, list[Teaching]] = {}
    for competence_id, code, slug, title, level in session.execute(query):
        found.setdefault(competence_id, []).append(Teaching(code, slug, title, level))
    return found
