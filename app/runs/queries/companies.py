"""How many people of a company took part in the runs of a Trio."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.companies.queries import get_entry, resolved
from app.kit.actors import Actor
from app.kit.clock import BERLIN
from app.runs.models import Enrolment, Run
from app.runs.rules import TOOK_PART, RunState


@dataclass(frozen=True, slots=True)
class YearOfCompany:
    """People of a company who took part in finished runs that ended in a year; None: fewer than may be told."""

    year: int
    people: int | None


def list_years_of_company(
    session: Session, actor: Actor, trio_id: int, company_id: int, *, smallest: int
) -> list[YearOfCompany]:
    """By year, the latest first, without a sum: nobody can work out a withheld number. NotFound as ``get_entry``."""
    company = get_entry(session, actor, trio_id, company_id).company
    query = (
        select(Enrolment.user_id, func.max(Run.ends_at))
        .join(Run, Run.id == Enrolment.run_id)
        .where(
            Run.trio_id == trio_id,
            Run.state == RunState.FINISHED,
            Enrolment.company_id.in_(resolved([company.id])),
            Enrolment.state.in_(TOOK_PART),
        )
    )
    people: dict[int, set[int]] = {}
    runs = query.group_by(Enrolment.user_id, Run.id)
    for user_id, ended in session.execute(runs):
        people.setdefault(ended.astimezone(BERLIN).year, set()).add(user_id)
    return [
        YearOfCompany(year, len(ids) if len(ids) >= smallest else None) for year, ids in sorted(people.items())[::-1]
    ]
