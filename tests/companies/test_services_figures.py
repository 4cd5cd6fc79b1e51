from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.companies import queries, services
from app.companies.models import CompanyFiguresOfYear
from app.companies.rules import CompanyFigures, Related, Relation, SizeBasis, SizeClass
from app.companies.services import Statement
from app.kit import audit
from app.kit.errors import NotFound
from tests.companies.conftest import figures, keeper
from tests.conftest import rows
from tests.factories import NOON

DAY = date(2026, 3, 1)


def record(session, manager, trio, company, year, heads, basis=SizeBasis.CHECKED, **given):
    statement = Statement(figures(year, heads, **given), basis, DAY, "Folder K-17")
    return services.record_year(session, manager, trio.id, company.id, statement, now=NOON)


@pytest.fixture
def world(make):
    trio, manager = keeper(make)
    company = make.company(size_class=SizeClass.UNCHECKED, size_basis=None, sized_on=None, headcount=7)
    make.registered(trio, company, is_checked=False)
    return trio, manager, company


def test_figures_of_a_year_say_the_size_class(world, session):
    trio, manager, company = world
    assert record(session, manager, trio, company, 2025, "49.5", turnover=Decimal("9.9")) is SizeClass.SMALL
    assert (company.size_class, company.size_basis, company.size_year) == (SizeClass.SMALL, SizeBasis.CHECKED, 2025)
    assert company.sized_on == DAY
    assert company.headcount is None, "figures stay with the Trio that knows them"
    row = queries.find_figures(session, trio.id, company.id, 2025)
    assert row is not None
    session.expire_all()
    assert (row.headcount, row.turnover, row.evidence) == (Decimal("49.50"), Decimal("9.900"), "Folder K-17")
    assert (row.recorded_by, row.recorded_at) == (manager.user_id, NOON)
    assert queries.get_entry(session, manager, trio.id, company.id).entry.is_checked


def test_a_class_changes_after_two_years(world, session):
    trio, manager, company = world
    said = [
        record(session, manager, trio, company, year, heads) for year, heads in ((2023, 200), (2024, 260), (2025, 270))
    ]
    assert said == [SizeClass.MEDIUM, SizeClass.MEDIUM, SizeClass.LARGE]


def test_the_group_is_kept_number_by_number(world, session):
    trio, manager, company = world
    partner = Related(Decimal("33.33"), CompanyFigures(Decimal("60.5"), None, Decimal("1.001")), "Zulieferer Nord")
    record(session, manager, trio, company, 2025, 240, relation=Relation.PARTNER, related=(partner,))
    session.expire_all()
    row = session.scalars(select(CompanyFiguresOfYear)).one()
    assert row.facts.related == (partner,)
    assert row.facts.relation is Relation.PARTNER


def test_the_same_year_again_replaces_what_was_there(world, session):
    trio, manager, company = world
    record(session, manager, trio, company, 2025, 9)
    assert record(session, manager, trio, company, 2025, 60) is SizeClass.MEDIUM
    assert rows(session, CompanyFiguresOfYear) == 1
    audit.seal(session)
    entries = session.scalars(select(audit.Entry).order_by(audit.Entry.number)).all()
    assert [entry.action for entry in entries] == ["figures.recorded", "company.sized"] * 2
    assert (entries[2].old["headcount"], entries[2].new["headcount"]) == ("9.00", "60")
    assert "K-17" not in str([entry.new for entry in entries])


def test_without_head_count_there_is_no_class(world, session):
    trio, manager, company = world
    assert record(session, manager, trio, company, 2025, None) is SizeClass.UNCHECKED


def test_an_estimate_of_one_trio_does_not_push_aside_what_another_checked(world, make, session):
    trio, manager, company = world
    record(session, manager, trio, company, 2025, 9)
    other, colleague = keeper(make)
    make.registered(other, company)
    assert record(session, colleague, other, company, 2025, 400, SizeBasis.ESTIMATED) is SizeClass.MICRO
    assert record(session, colleague, other, company, 2026, 400, SizeBasis.ESTIMATED) is SizeClass.LARGE


def test_figures_are_taken_out_and_the_rest_decides(world, session):
    trio, manager, company = world
    record(session, manager, trio, company, 2024, 9)
    record(session, manager, trio, company, 2025, 400)
    record(session, manager, trio, company, 2026, 400)
    assert company.size_class is SizeClass.LARGE
    services.remove_year(session, manager, trio.id, company.id, 2026, now=NOON)
    assert (company.size_class, company.size_year) == (SizeClass.MICRO, 2025)
    services.remove_year(session, manager, trio.id, company.id, 2024, now=NOON)
    assert (company.size_class, company.size_year) == (SizeClass.LARGE, 2025)
    services.remove_year(session, manager, trio.id, company.id, 2025, now=NOON)
    assert (company.size_class, company.size_basis, company.sized_on) == (SizeClass.UNCHECKED, None, None)


def test_figures_that_are_not_there(world, session):
    trio, manager, company = world
    with pytest.raises(NotFound):
        services.remove_year(session, manager, trio.id, company.id, 2025, now=NOON)


def test_figures_of_a_company_of_another_register(world, make, session):
    _trio, manager, company = world
    other = make.trio()
    make.registered(other, company)
    make.figures(other, company, 2025)
    with pytest.raises(NotFound):
        record(session, manager, other, company, 2025, 9)
    with pytest.raises(NotFound):
        services.remove_year(session, manager, other.id, company.id, 2025, now=NOON)
