"""People's places in runs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.kit.errors import NotFound
from app.kit.localised import Localised
from app.kit.text import _
from app.modules.models import Module, ModuleVersion
from app.runs.models import Enrolment, EnrolmentEvent, Run
from app.runs.rules import SEATED, EnrolmentState, Places, RunState


@dataclass(frozen=True, slots=True)
class MyEnrolment:
    """An enrolment of a person with the run and the module it is for."""

    enrolment: Enrolment
    run: Run
    title: Localised
    module_code: str
    module_slug: str


@dataclass(frozen=True, slots=True)
class CompanyChoice:
    """For which company a person enrolled last, and what they let it see."""

    company_id: int | None
    name: str
    shares_with_employer: bool


def find_enrolment(session: Session, run_id: int, user_id: int | None) -> Enrolment | None:
    """The person's enrolment in the run, or None; nobody (None) has none."""
    if user_id is None:
        return None
    return session.scalar(select(Enrolment).where(Enrolment.run_id == run_id, Enrolment.user_id == user_id))


def get_enrolment(session: Session, enrolment_id: int, *, lock: bool = False) -> Enrolment:
    """The enrolment, or NotFound. With ``lock``, nobody else can change its state meanwhile."""
    enrolment = session.get(Enrolment, enrolment_id, with_for_update=lock or None)
    if enrolment is None:
        raise NotFound(_("There is no such enrolment."))
    return enrolment


def count_places(session: Session, run: Run) -> Places:
    """How many seats are taken, and how many people wait."""
    counts = dict.fromkeys(EnrolmentState, 0)
    query = select(Enrolment.state, func.count()).where(Enrolment.run_id == run.id).group_by(Enrolment.state)
    counts |= dict(session.execute(query).all())
    return Places(run.seats, sum(counts[state] for state in SEATED), counts[EnrolmentState.WAITING])


def list_waiting(session: Session, run_id: int) -> Sequence[Enrolment]:
    """Who waits for a seat, oldest first."""
    query = select(Enrolment).where(Enrolment.run_id == run_id, Enrolment.state == EnrolmentState.WAITING)
    return session.scalars(query.order_by(Enrolment.waiting_since, Enrolment.id)).all()


def count_ahead(session: Session, enrolment: Enrolment) -> int:
    """How many people get a seat before this waiting one."""
    query = select(func.count()).where(
        Enrolment.run_id == enrolment.run_id,
        Enrolment.state == EnrolmentState.WAITING,
        or_(
            Enrolment.waiting_since < enrolment.waiting_since,
            (Enrolment.waiting_since == enrolment.waiting_since) & (Enrolment.id < enrolment.id),
        ),
    )
    return session.scalar(query) or 0


def list_to_cancel(session: Session, run_id: int) -> Sequence[Enrolment]:
    """Who must be told when the run is cancelled: everybody with a seat or on the waiting list."""
    states = (EnrolmentState.CONFIRMED, EnrolmentState.WAITING)
    query = select(Enrolment).where(Enrolment.run_id == run_id, Enrolment.state.in_(states))
    return session.scalars(query.order_by(Enrolment.id)).all()


def list_events(session: Session, enrolment_id: int) -> Sequence[EnrolmentEvent]:
    """What happened to an enrolment, first thing first."""
    query = select(EnrolmentEvent).where(EnrolmentEvent.enrolment_id == enrolment_id)
    return session.scalars(query.order_by(EnrolmentEvent.id)).all()


def list_enrolments_of(session: Session, user_id: int) -> list[MyEnrolment]:
    """All enrolments of a person with run and module, the latest run first; one query."""
    query = (
        select(Enrolment, Run, ModuleVersion.title, Module.code, Module.slug)
        .join(Run, Run.id == Enrolment.run_id)
        .join(ModuleVersion, ModuleVersion.id == Run.version_id)
        .join(Module, Module.id == Run.module_id)
        .where(Enrolment.user_id == user_id)
        .order_by(Run.starts_at.desc(), Enrolment.id)
    )
    return [MyEnrolment(*row) for row in session.execute(query)]


def list_coming_enrolments(session: Session, user_id: int, *, now: datetime) -> Sequence[int]:
    """The runs that have not begun in which the person has a seat or waits for one, in the order in which to lock."""
    query = select(Enrolment.run_id).join(Run, Run.id == Enrolment.run_id).where(
        Enrolment.user_id == user_id, Enrolment.state.in_((EnrolmentState.CONFIRMED, EnrolmentState.WAITING)),
        Run.state == RunState.PUBLISHED, Run.starts_at > now,
    )  # fmt: skip
    return session.scalars(query.order_by(Enrolment.run_id)).all()


def list_states(session: Session, user_id: int | None, run_ids: Iterable[int]) -> dict[int, EnrolmentState]:
    """By run: where the person's enrolment stands; runs without one are left out."""
    if user_id is None:
        return {}
    query = select(Enrolment.run_id, Enrolment.state).where(
        Enrolment.user_id == user_id, Enrolment.run_id.in_(set(run_ids))
    )
    return dict(session.execute(query).all())


def find_company_choice(session: Session, user_id: int | None) -> CompanyChoice | None:
    """What the person answered last when asked for their company, or None if they never enrolled."""
    query = (
        select(Enrolment.company_id, func.coalesce(Company.name, ""), Enrolment.shares_with_employer)
        .outerjoin(Company, Company.id == Enrolment.company_id)
        .where(Enrolment.user_id == user_id)
        .order_by(Enrolment.enrolled_at.desc(), Enrolment.id.desc())
        .limit(1)
    )
    row = session.execute(query).first()
    return None if row is None else CompanyChoice(*row)
