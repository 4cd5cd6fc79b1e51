from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kit import database
from app.trios import queries, services
from app.trios.models import Company
from app.trios.rules import CompanyFigures, SizeBasis, SizeClass


def count(session):
    return session.scalar(select(func.count()).select_from(Company))


def test_a_company_nobody_knows_is_registered_unchecked(session):
    company = session.get_one(Company, services.register_company(session, name="  Zellwerk   GmbH ", city="Kamenz"))
    assert (company.name, company.name_key, company.city) == ("Zellwerk GmbH", "zellwerk gmbh", "Kamenz")
    assert (company.size_class, company.size_basis, company.headcount) == (SizeClass.UNCHECKED, None, None)


@pytest.mark.parametrize("spelling", ["Zellwerk GmbH", "zellwerk  gmbh", "ZELLWERK GMBH"])
def test_a_company_that_is_known_is_not_registered_again(make, session, spelling):
    company = make.company(name="Zellwerk GmbH", city="Kamenz")
    assert services.register_company(session, name=spelling) == company.id
    assert services.register_company(session, name=spelling, city="Kamenz") == company.id
    assert (count(session), company.name, company.size_class) == (1, "Zellwerk GmbH", SizeClass.SMALL)


def test_registered_by_somebody_else_in_the_same_moment(make, session, monkeypatch):
    company = make.company(name="Zellwerk", city="")
    real = queries.find_company
    looks = iter([None])
    monkeypatch.setattr(queries, "find_company", lambda *given, **named: next(looks, real(*given, **named)))
    assert services.register_company(session, name="Zellwerk") == company.id


def test_four_threads_register_one_company(own_engine):
    start = Barrier(4)

    def register(_n):
        with Session(own_engine) as session:
            start.wait()
            database.begin_writing(session)
            company_id = services.register_company(session, name="Zellwerk")
            session.commit()
            return company_id

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(register, range(4)))) == 1
    with Session(own_engine) as session:
        assert count(session) == 1


def test_figures_are_kept_with_the_class_they_give(make, session):
    company = make.company(size_class=SizeClass.UNCHECKED, size_basis=None, sized_on=None)
    figures = CompanyFigures(49, Decimal("11.5"), Decimal("9.999"))
    services.record_figures(session, company, figures, basis=SizeBasis.CHECKED, on=date(2026, 3, 1))
    session.expire_all()
    assert (company.headcount, company.turnover, company.balance) == (49, Decimal("11.500"), Decimal("9.999"))
    assert (company.size_class, company.size_basis, company.sized_on) == (
        SizeClass.SMALL,
        SizeBasis.CHECKED,
        date(2026, 3, 1),
    )


def test_figures_without_money(make, session):
    company = make.company()
    services.record_figures(session, company, CompanyFigures(None), basis=SizeBasis.ESTIMATED, on=date(2026, 3, 1))
    assert (company.turnover, company.balance, company.size_class) == (None, None, SizeClass.UNCHECKED)
