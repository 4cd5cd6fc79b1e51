"""Single runs and their sessions, and what a plan can choose from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.kit.actors import Actor
from app.kit.errors import NotFound
from app.kit.localised import Localised
from app.kit.text import _
from app.modules.models import Module, ModuleShare, ModuleVersion
from app.runs import rules
from app.runs.models import Run, RunSession
from app.runs.rules import RunState
from app.trios.models import Organisation, Partnership, Trio
from app.trios.rules import OrganisationKind


@dataclass(frozen=True, slots=True)
class ModuleChoice:
    """A published module that somebody may plan runs of in a Trio; ``version_id`` is what the run would pin."""

    module_id: int
    version_id: int
    trio_id: int
    code: str
    title: Localised


@dataclass(frozen=True, slots=True)
class ProviderChoice:
    """An education provider of a Trio."""

    organisation_id: int
    trio_id: int
    name: str
    city: str
    trio: str


def get_run(session: Session, run_id: int, *, lock: bool = False) -> Run:
    """The run, or NotFound. With ``lock``, nobody else can change its places meanwhile."""
    run = session.get(Run, run_id, with_for_update=lock or None)
    if run is None:
        raise NotFound(_("There is no such run."))
    return run


def get_session(session: Session, run_id: int, session_id: int, *, lock: bool = False) -> RunSession:
    """A session of this run, or NotFound. With ``lock``, nobody else can write its list meanwhile."""
    found = session.get(RunSession, session_id, with_for_update=lock or None)
    if found is None or found.run_id != run_id:
        raise NotFound(_("There is no such session."))
    return found


def find_same_run(session: Session, run: Run) -> Run | None:
    """The run that its trainer has published already: of the same module, at the same time and place; or None."""
    query = select(Run).where(
        Run.trainer_id == run.trainer_id,
        Run.module_id == run.module_id,
        Run.state == RunState.PUBLISHED,
        Run.starts_at == run.starts_at,
        Run.ends_at == run.ends_at,
        Run.city == run.city,
        Run.place == run.place,
    )
    return session.scalars(query.order_by(Run.id).limit(1)).first()


def list_sessions(session: Session, run_id: int) -> Sequence[RunSession]:
    """The sessions of a run, first one first."""
    return session.scalars(select(RunSession).where(RunSession.run_id == run_id).order_by(RunSession.starts_at)).all()


def title_of(session: Session, run: Run) -> Localised:
    """The title of the module in the version that the run teaches."""
    return session.scalars(select(ModuleVersion.title).where(ModuleVersion.id == run.version_id)).one()


def list_module_choices(session: Session, actor: Actor) -> list[ModuleChoice]:
    """What the actor may plan runs of, by code: once for its own Trio, once for each it is shared with; two queries."""
    own = (
        select(Module.id, ModuleVersion.id, Module.trio_id, Module.code, ModuleVersion.title)
        .join(ModuleVersion, ModuleVersion.id == Module.published_id)
        .order_by(Module.code)
    )
    shared = (
        select(Module.id, ModuleVersion.id, ModuleShare.trio_id, Module.code, ModuleVersion.title)
        .join(ModuleVersion, ModuleVersion.id == Module.published_id)
        .join(ModuleShare, ModuleShare.module_id == Module.id)
        .where(ModuleShare.revoked_at.is_(None))
        .order_by(ModuleShare.id)
    )
    trio_ids = rules.trios_planned_by(actor)
    if trio_ids is not None:
        own = own.where(Module.trio_id.in_(trio_ids))
        shared = shared.where(ModuleShare.trio_id.in_(trio_ids))
    choices = [ModuleChoice(*row) for query in (own, shared) for row in session.execute(query)]
    return sorted(choices, key=lambda choice: choice.code)


def list_provider_choices(session: Session, actor: Actor, *, on: date) -> list[ProviderChoice]:
    """The education providers that take part, on a day, in the Trios in which the actor may plan runs, by name."""
    query = (
        select(Organisation.id, Trio.id, Organisation.name, Organisation.city, Trio.name)
        .join(Partnership, Partnership.organisation_id == Organisation.id)
        .join(Trio, Trio.id == Partnership.trio_id)
        .where(
            Partnership.kind == OrganisationKind.PROVIDER,
            Partnership.starts_on <= on,
            or_(Partnership.ends_on.is_(None), Partnership.ends_on >= on),
        )
        .order_by(Organisation.name, Trio.name)
    )
    trio_ids = rules.trios_planned_by(actor)
    if trio_ids is not None:
        query = query.where(Trio.id.in_(trio_ids))
    return [ProviderChoice(*row) for row in session.execute(query)]
