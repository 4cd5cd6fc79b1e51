"""What a company sees of its people: who agreed, and of them: enrolled, attended, certificate.

What it must not see is never read: no score, answer, percentage or time of learning, and nobody who did not agree.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.companies.models import Company
from app.companies.queries import resolved
from app.credentials.models import Certificate
from app.home import rules
from app.kit.actors import Actor, Role
from app.kit.localised import Localised
from app.kit.paging import Page
from app.modules.models import ModuleVersion
from app.runs.models import Enrolment, Run
from app.runs.rules import SEATED, TOOK_PART, EnrolmentState

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Colleague:
    """One participation that its person agreed to show. ``attended`` is None as long as the run is not closed."""

    name: str
    company: str
    run_id: int
    title: Localised
    starts_at: datetime
    attended: bool | None
    certified: bool


@dataclass(frozen=True, slots=True)
class Colleagues:
    """A page of participations, and how many more people take part without showing it: None below ``least``."""

    page: Page[Colleague]
    companies: list[str]
    hidden: int | None
    least: int


def get_colleagues(session: Session, actor: Actor, *, least: int, page: int = 1, size: int = PAGE_SIZE) -> Colleagues:
    """What the actor's companies see of their people, the latest run first; four queries. Empty for everybody else."""
    company_ids = actor.companies_as(Role.HR_CONTACT)
    shown = (
        Enrolment.company_id.in_(resolved(company_ids)),
        Enrolment.state.in_(SEATED),
        Enrolment.shares_with_employer,
    )
    total = session.scalar(select(func.count()).select_from(Enrolment).where(*shown)) or 0
    number = min(max(page, 1), max(1, -(-total // size)))
    attended = case(
        (Enrolment.state.in_(TOOK_PART), True), (Enrolment.state == EnrolmentState.NO_SHOW, False), else_=None
    )
    certified = Certificate.id.is_not(None) & Certificate.revoked_at.is_(None)
    query = (
        select(User.name, Company.name, Run.id, ModuleVersion.title, Run.starts_at, attended, certified)
        .select_from(Enrolment)
        .join(User, User.id == Enrolment.user_id)
        .join(Company, Company.id == Enrolment.company_id)
        .join(Run, Run.id == Enrolment.run_id)
        .join(ModuleVersion, ModuleVersion.id == Run.version_id)
        .outerjoin(Certificate, Certificate.enrolment_id == Enrolment.id)
        .where(*shown)
        .order_by(Run.starts_at.desc(), func.lower(User.name), Enrolment.id)
        .limit(size)
        .offset((number - 1) * size)
    )
    people = [Colleague(*row) for row in session.execute(query)]
    own = Company.id.in_(resolved(company_ids)) & Company.merged_into_id.is_(None)
    names = session.scalars(select(Company.name).where(own).order_by(Company.name)).all()
    hidden = rules.enough(_count_hidden(session, actor), least=least)
    return Colleagues(Page(people, number, size, total), list(names), hidden, least)


def _count_hidden(session: Session, actor: Actor) -> int:
    """How many people of the actor's companies take part and show none of it."""
    own = (
        Enrolment.company_id.in_(resolved(actor.companies_as(Role.HR_CONTACT))),
        Enrolment.state.in_(SEATED),
    )
    showing = select(Enrolment.user_id).where(*own, Enrolment.shares_with_employer)
    query = select(func.count(Enrolment.user_id.distinct())).where(*own, Enrolment.user_id.not_in(showing))
    return session.scalar(query) or 0
