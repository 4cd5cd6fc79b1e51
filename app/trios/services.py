"""Registering companies."""

from datetime import date
from decimal import Decimal

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.trios import queries, rules
from app.trios.models import Company
from app.trios.rules import CompanyFigures, SizeBasis


def register_company(session: Session, *, name: str, city: str = "") -> int:
    """The id of the company with this name; a new one, still unchecked, when nobody knows it."""
    known = queries.find_company(session, name=name, city=city)
    if known is not None:
        return known.id
    company = Company(name=" ".join(name.split()), name_key=queries.company_key(name), city=city)
    try:
        with session.begin_nested():
            session.add(company)
    except IntegrityError:  # registered by somebody else in this very moment
        known = queries.find_company(session, name=name, city=city)
        if known is None:  # pragma: no cover (then the conflict was another one)
            raise
        return known.id
    return company.id


def record_figures(session: Session, company: Company, figures: CompanyFigures, *, basis: SizeBasis, on: date) -> None:
    """Keep the figures of a company and the size class they give, with basis and date."""
    company.headcount = figures.headcount
    company.turnover = Decimal(figures.turnover) if figures.turnover is not None else None
    company.balance = Decimal(figures.balance) if figures.balance is not None else None
    company.size_class = rules.size_class(figures)
    company.size_basis, company.sized_on = basis, on
    session.flush()
