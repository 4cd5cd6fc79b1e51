"""Counting: one aggregating statement per table, on SQLite and PostgreSQL alike, whatever the number of rows.

Every participation is spread over the cells it belongs to, its Trio and all Trios, its quarter and the year, by joining
it with a relation of two rows for each of the two dimensions. So distinct people of a year are counted as such.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, Subquery, and_, case, func, literal, select, true, union_all
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.companies.rules import SME, SizeClass
from app.reporting.rules import ALL, NO_COMPANY, YEAR, Activity, Companies, Group, Quarter
from app.runs.models import Enrolment, Run
from app.runs.rules import TOOK_PART, EnrolmentState, RunState


def counted(since: datetime, until: datetime) -> ColumnElement[bool]:
    """Whether a Run with an Enrolment is a participation: the run is finished, ended in this span, attendance > 0."""
    return and_(
        Run.state == RunState.FINISHED,
        Run.ends_at >= since,
        Run.ends_at < until,
        Enrolment.state.in_(TOOK_PART),
    )


def count_people(session: Session, *, since: datetime, until: datetime) -> int:
    """Distinct people in all Trios in a span of time."""
    query = select(func.count(Enrolment.user_id.distinct())).join(Run, Run.id == Enrolment.run_id)
    return session.scalar(query.where(counted(since, until))) or 0


def count_activity(session: Session, quarters: Sequence[Quarter]) -> dict[tuple[int, int], Activity]:
    """By scope and period: what took place in these quarters of a year."""
    cells = _spread(_participations(quarters))
    done = cells.c.completed == 1
    query = select(
        cells.c.scope,
        cells.c.period,
        func.count(cells.c.run_id.distinct()),
        func.count(),
        func.count(cells.c.user_id.distinct()),
        func.sum(cells.c.completed),
        func.count(case((done, cells.c.user_id)).distinct()),
        func.count(case((~done, cells.c.user_id)).distinct()),
    ).group_by(cells.c.scope, cells.c.period)
    return {(scope, period): Activity(*map(int, row)) for scope, period, *row in session.execute(query)}


def count_companies(session: Session, quarters: Sequence[Quarter]) -> dict[tuple[int, int, str], Companies]:
    """By scope, period and kind (SME, large, unchecked): distinct companies with a participation, and their people."""
    cells = _spread(_participations(quarters))
    kind = case(
        (Company.size_class.in_(SME), literal("sme")),
        (Company.size_class == SizeClass.LARGE, literal("large")),
        else_=literal("unchecked"),
    ).label("kind")
    query = (
        select(
            cells.c.scope,
            cells.c.period,
            kind,
            func.count(cells.c.company_id.distinct()),
            func.count(cells.c.user_id.distinct()),
        )
        .join(Company, Company.id == cells.c.company_id)
        .group_by(cells.c.scope, cells.c.period, "kind")
    )
    return {(scope, period, of): Companies(*row) for scope, period, of, *row in session.execute(query)}


def count_sizes(session: Session, quarters: Sequence[Quarter]) -> dict[tuple[int, int, str], Group]:
    """By scope, period and size class of the company of a person's last participation: people and companies."""
    firms = _people_by_company(_spread(_participations(quarters)))
    query = _grouped(firms, firms.c.scope, firms.c.period, Company.size_class).outerjoin(
        Company, Company.id == firms.c.company_id
    )
    return {
        (scope, period, size.value if size else NO_COMPANY): Group(*map(int, row))
        for scope, period, size, *row in session.execute(query)
    }


def count_regions(session: Session, quarters: Sequence[Quarter]) -> dict[tuple[int, str], Group]:
    """By scope and NUTS 3 region of the company of a person's last participation: people and companies of the year."""
    firms = _people_by_company(_spread(_participations(quarters), by_quarter=False))
    query = _grouped(firms, firms.c.scope, Company.nuts3).outerjoin(Company, Company.id == firms.c.company_id)
    return {(scope, code or ""): Group(*map(int, row)) for scope, code, *row in session.execute(query)}


def count_people_by_quarter(session: Session, quarters: Sequence[Quarter]) -> Mapping[Quarter, int]:
    """Distinct people in all Trios by quarter; 0 where there was nobody. The quarters follow each other."""
    order = dict(enumerate(quarters))
    place = _place(quarters, {quarter: at for at, quarter in order.items()}).label("counted_in")
    query = (
        select(place, func.count(Enrolment.user_id.distinct()))
        .join(Run, Run.id == Enrolment.run_id)
        .where(counted(quarters[0].starts_at, quarters[-1].ends_at))
        .group_by("counted_in")
    )
    found: dict[Quarter, int] = {order[at]: people for at, people in session.execute(query)}
    return {quarter: found.get(quarter, 0) for quarter in quarters}


def count_all(session: Session, *, since: datetime, until: datetime) -> tuple[int, int, int, int]:
    """Runs, distinct people, distinct companies, and how many of these are SMEs, in all Trios in a span of time."""
    sme = case((Company.size_class.in_(SME), Company.id))
    query = (
        select(
            func.count(Run.id.distinct()),
            func.count(Enrolment.user_id.distinct()),
            func.count(Company.id.distinct()),
            func.count(sme.distinct()),
        )
        .select_from(Enrolment)
        .join(Run, Run.id == Enrolment.run_id)
        .outerjoin(Company, Company.id == Enrolment.company_id)
        .where(counted(since, until))
    )
    runs, people, companies, smes = session.execute(query).one()
    return runs, people, companies, smes


def _participations(quarters: Sequence[Quarter]) -> CTE:
    """One row per participation in these quarters of a year, with the number of its quarter."""
    completed = case((Enrolment.state == EnrolmentState.COMPLETED, 1), else_=0)
    quarter = _place(quarters, {quarter: quarter.number for quarter in quarters})
    return (
        select(
            Enrolment.id, Enrolment.user_id, Enrolment.company_id, Enrolment.run_id, Run.trio_id, Run.ends_at,
            completed.label("completed"), quarter.label("quarter"),
        )
        .join(Run, Run.id == Enrolment.run_id)
        .where(counted(quarters[0].starts_at, quarters[-1].ends_at))
        .cte("participations")
    )  # fmt: skip


def _place(quarters: Sequence[Quarter], values: Mapping[Quarter, int]) -> ColumnElement[int]:
    """The value of the quarter in which a run ended."""
    return case(*((Run.ends_at < quarter.ends_at, values[quarter]) for quarter in quarters))


def _spread(rows: CTE, *, by_quarter: bool = True) -> Subquery:
    """The participations, once for each cell (scope and period) to which they belong."""
    own_trio, own_quarter = _both("own_trio"), _both("own_quarter")
    query = select(
        case((own_trio.c.it == 1, rows.c.trio_id), else_=ALL).label("scope"),
        case((own_quarter.c.it == 1, rows.c.quarter), else_=YEAR).label("period"),
        rows.c.id, rows.c.user_id, rows.c.company_id, rows.c.run_id, rows.c.ends_at, rows.c.completed,
    )  # fmt: skip
    which = true() if by_quarter else own_quarter.c.it == 0
    return query.select_from(rows.join(own_trio, true()).join(own_quarter, which)).subquery("cells")


def _both(name: str) -> Subquery:
    return union_all(select(literal(0).label("it")), select(literal(1).label("it"))).subquery(name)


def _people_by_company(cells: Subquery) -> Subquery:
    """By scope, period and company: how many people took part, each counted at their last company in the period."""
    latest = func.row_number().over(
        partition_by=(cells.c.scope, cells.c.period, cells.c.user_id),
        order_by=(cells.c.ends_at.desc(), cells.c.id.desc()),
    )
    ranked = select(cells.c.scope, cells.c.period, cells.c.company_id, latest.label("rank")).subquery("ranked")
    return (
        select(ranked.c.scope, ranked.c.period, ranked.c.company_id, func.count().label("people"))
        .where(ranked.c.rank == 1)
        .group_by(ranked.c.scope, ranked.c.period, ranked.c.company_id)
        .subquery("firms")
    )


def _grouped(firms: Subquery, *groups: Any) -> Select[Any]:
    """By group: people, companies, and the people of the company that sent most."""
    largest = func.max(case((firms.c.company_id.is_not(None), firms.c.people), else_=0))
    return (
        select(*groups, func.sum(firms.c.people), func.count(firms.c.company_id), largest)
        .select_from(firms)
        .group_by(*groups)
    )
