from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.companies import rules
from app.companies.rules import SME, CompanyFigures, SizeClass


@pytest.mark.parametrize(
    "headcount,turnover,balance,size",
    [
        (None, None, None, SizeClass.UNCHECKED),
        (None, "1", "1", SizeClass.UNCHECKED),
        (0, None, None, SizeClass.MICRO),
        (9, None, None, SizeClass.MICRO),
        (10, None, None, SizeClass.SMALL),
        (49, None, None, SizeClass.SMALL),
        (50, None, None, SizeClass.MEDIUM),
        (249, None, None, SizeClass.MEDIUM),
        (250, None, None, SizeClass.LARGE),
        (9, "2", "2", SizeClass.MICRO),
        (9, "2.001", "2", SizeClass.MICRO),
        (9, "2", "2.001", SizeClass.MICRO),
        (9, "2.001", "2.001", SizeClass.SMALL),
        (9, "2.001", None, SizeClass.SMALL),
        (9, None, "2.001", SizeClass.SMALL),
        (49, "10", "11", SizeClass.SMALL),
        (49, "11", "11", SizeClass.MEDIUM),
        (249, "50", "44", SizeClass.MEDIUM),
        (249, "51", "43", SizeClass.MEDIUM),
        (249, "50.001", "43.001", SizeClass.LARGE),
        (9, "60", "60", SizeClass.LARGE),
        (250, "1", "1", SizeClass.LARGE),
    ],
)
def test_the_size_class_by_head_count_and_money(headcount, turnover, balance, size):
    """2003/361/EC, Annex, Article 2: head count AND (turnover OR balance sheet total)."""
    figures = CompanyFigures(headcount, *(Decimal(value) if value else None for value in (turnover, balance)))
    assert rules.size_class(figures) is size


ORDER = [SizeClass.MICRO, SizeClass.SMALL, SizeClass.MEDIUM, SizeClass.LARGE]
money = st.one_of(st.none(), st.decimals(0, 200, places=3))


@given(st.integers(0, 400), money, money, st.integers(0, 400))
def test_a_company_does_not_become_smaller_by_growing(heads, turnover, balance, more):
    before = rules.size_class(CompanyFigures(heads, turnover, balance))
    after = rules.size_class(CompanyFigures(heads + more, turnover, balance))
    assert ORDER.index(after) >= ORDER.index(before)


def test_small_and_medium_sized_enterprises():
    assert sorted(SME) == ["medium", "micro", "small"]


def test_every_size_has_a_name():
    assert set(rules.SIZE_NAMES) == set(SizeClass)
