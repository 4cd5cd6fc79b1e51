"""Figures of companies by year, and the size class that follows from them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.companies import queries, rules
from app.companies.models import Company, CompanyFiguresOfYear
from app.companies.rules import Related, SizeBasis, SizeClass, YearFigures
from app.kit import audit
from app.kit.actors import Actor
from app.kit.errors import NotFound
from app.kit.text import _


@dataclass(frozen=True, slots=True)
class Statement:
    """Figures of one year and how we know them: on what basis, of which day, and what shows it."""

    figures: YearFigures
    basis: SizeBasis
    stated_on: date
    evidence: str = ""


def record_year(
    session: Session, actor: Actor, trio_id: int, company_id: int, statement: Statement, *, now: datetime
) -> SizeClass:
    """Keep the figures of a year, instead of those the Trio had of it. The size class that holds now.

    All Trios see the class, its basis and its day; the figures stay with this one. Raises NotFound.
    """
    found = queries.get_entry(session, actor, trio_id, company_id, lock=True)
    company, figures = found.company, statement.figures
    row = queries.find_figures(session, trio_id, company.id, figures.year)
    old = None if row is None else _recorded(row)
    if row is None:
        row = CompanyFiguresOfYear(trio_id=trio_id, company_id=company.id, year=figures.year)
        session.add(row)
    _fill(row, statement)
    row.recorded_by, row.recorded_at = actor.user_id, now
    found.entry.is_checked = True
    session.flush()
    audit.record(
        session, actor, "figures.recorded", "company", company.id, trio_id=trio_id, old=old, new=_recorded(row), at=now
    )
    _decide(session, actor, company, trio_id, now=now)
    return company.size_class


def remove_year(session: Session, actor: Actor, trio_id: int, company_id: int, year: int, *, now: datetime) -> None:
    """Take the figures of a year out again. Raises NotFound."""
    found = queries.get_entry(session, actor, trio_id, company_id, lock=True)
    company = found.company
    row = queries.find_figures(session, trio_id, company.id, year)
    if row is None:
        raise NotFound(_("There are no figures of this year."))
    old, decided = _recorded(row), company.size_year == year
    session.delete(row)
    session.flush()
    audit.record(session, actor, "figures.removed", "company", company.id, trio_id=trio_id, old=old, at=now)
    if decided:
        company.size_year = None
        company.size_class, company.size_basis, company.sized_on = SizeClass.UNCHECKED, None, None
    _decide(session, actor, company, trio_id, now=now)


def _decide(session: Session, actor: Actor, company: Company, trio_id: int, *, now: datetime) -> None:
    """Let the newest figures of the Trio say the size class, unless better-founded ones said it before."""
    rows = queries.list_figures(session, trio_id, company.id)
    if not rows:
        return
    newest = rows[0]
    if not rules.outweighs(newest.basis, newest.year, company.size_basis, company.size_year):
        return
    holds = rules.history(row.facts for row in rows)[-1].holds
    old = {"size": company.size_class, "year": company.size_year}
    company.size_class, company.size_basis = holds, newest.basis
    company.size_year, company.sized_on = newest.year, newest.stated_on
    company.headcount = company.turnover = company.balance = None
    session.flush()
    new = {"size": company.size_class, "year": company.size_year}
    audit.record(session, actor, "company.sized", "company", company.id, trio_id=trio_id, old=old, new=new, at=now)


def _fill(row: CompanyFiguresOfYear, statement: Statement) -> None:
    figures = statement.figures
    row.headcount = None if figures.own.headcount is None else Decimal(figures.own.headcount)
    row.turnover, row.balance = figures.own.turnover, figures.own.balance
    row.relation, row.related = figures.relation, [_told(one) for one in figures.related]
    row.public_share, row.is_exempt, row.is_new_owner = figures.public_share, figures.is_exempt, figures.is_new_owner
    row.basis, row.stated_on, row.evidence = statement.basis, statement.stated_on, statement.evidence


def _told(one: Related) -> dict[str, Any]:
    """A related company as the database keeps it: numbers as text, so that none is rounded."""
    figures = {"headcount": one.figures.headcount, "turnover": one.figures.turnover, "balance": one.figures.balance}
    told = {name: None if value is None else str(value) for name, value in figures.items()}
    return told | {"name": one.name, "share": str(one.share)}


def _recorded(row: CompanyFiguresOfYear) -> dict[str, object]:
    return {
        "year": row.year,
        "headcount": row.headcount,
        "turnover": row.turnover,
        "balance": row.balance,
        "relation": row.relation,
        "basis": row.basis,
        "on": row.stated_on,
    }
