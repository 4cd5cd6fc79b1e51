from datetime import date
from decimal import Decimal

import pytest

from app.companies import rules
from app.companies.rules import CompanyFigures, SizeBasis, SizeClass, StaffClass


@pytest.mark.parametrize(
    "heads,step",
    [
        (None, StaffClass.UNKNOWN),
        (0, StaffClass.UNDER_50),
        (Decimal("49.9"), StaffClass.UNDER_50),
        (50, StaffClass.UNDER_500),
        (Decimal("499.5"), StaffClass.UNDER_500),
        (500, StaffClass.FROM_500),
    ],
)
def test_the_steps_of_sgb_iii(heads, step):
    """§ 82 SGB III as of 1 April 2024: 50 and 500, of the company alone."""
    assert rules.staff_class(heads) is step


def test_parts_of_jobs_count():
    assert rules.size_class(CompanyFigures(Decimal("9.99"))) is SizeClass.MICRO
    assert rules.size_class(CompanyFigures(Decimal(10))) is SizeClass.SMALL


def test_the_ceilings_of_a_day():
    assert rules.thresholds_on(date(2026, 1, 1)) is rules.THRESHOLDS[0]
    assert rules.thresholds_on(date(1999, 1, 1)) is rules.THRESHOLDS[0]


def test_new_ceilings_hold_from_their_day_on(monkeypatch):
    """A later recommendation is one more entry; older years keep theirs."""
    old = rules.THRESHOLDS[0]
    doubled = tuple(type(one)(one.size, one.heads * 2, one.turnover * 2, one.balance * 2) for one in old.ceilings)
    new = rules.Thresholds(date(2030, 1, 1), "later", doubled)
    monkeypatch.setattr("app.companies.rules.size.THRESHOLDS", (old, new))
    figures = CompanyFigures(15)
    assert rules.size_class(figures, on=date(2029, 12, 31)) is SizeClass.SMALL
    assert rules.size_class(figures, on=date(2030, 1, 1)) is SizeClass.MICRO
    assert rules.size_class(figures) is SizeClass.MICRO


@pytest.mark.parametrize(
    "basis,year,known,known_year,wins",
    [
        (SizeBasis.ESTIMATED, 2020, None, None, True),
        (SizeBasis.ESTIMATED, 2020, SizeBasis.CHECKED, None, True),
        (SizeBasis.ESTIMATED, 2025, SizeBasis.CHECKED, 2024, True),
        (SizeBasis.CHECKED, 2023, SizeBasis.ESTIMATED, 2024, False),
        (SizeBasis.CHECKED, 2024, SizeBasis.SELF_DECLARED, 2024, True),
        (SizeBasis.CHECKED, 2024, SizeBasis.CHECKED, 2024, True),
        (SizeBasis.SELF_DECLARED, 2024, SizeBasis.CHECKED, 2024, False),
    ],
)
def test_whose_figures_decide(basis, year, known, known_year, wins):
    assert rules.outweighs(basis, year, known, known_year) is wins
