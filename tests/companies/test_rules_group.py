"""The size class over the years: 2003/361/EC, Annex, Articles 3, 4 and 6."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.companies import rules
from app.companies.rules import CompanyFigures, Related, Relation, SizeClass, Why, YearFigures

D = Decimal
MICRO, SMALL, MEDIUM, LARGE, UNCHECKED = SizeClass


def year(number, heads, *related, **given):
    own = CompanyFigures(None if heads is None else D(heads), given.pop("turnover", None), given.pop("balance", None))
    return YearFigures(number, own, related=related, **{"relation": Relation.AUTONOMOUS} | given)


def other(share, heads, turnover=None, balance=None):
    return Related(D(share), CompanyFigures(None if heads is None else D(heads), turnover, balance))


# ---- the figures of a group


@pytest.mark.parametrize(
    "share,counted",
    [("24.99", "200"), ("25", "225"), ("50", "250"), ("50.01", "300"), ("100", "300")],
)
def test_partners_count_by_share_and_linked_companies_in_full(share, counted):
    assert rules.total_of(year(2025, 200, other(share, 100))).headcount == D(counted)


def test_the_example_of_the_page():
    figures = year(2024, 240, other(50, 60), relation=Relation.PARTNER)
    assert (rules.total_of(figures).headcount, rules.class_of_year(figures)) == (D(270), LARGE)


def test_money_adds_up_like_people_and_one_unknown_part_makes_it_unknown():
    figures = year(2025, 10, other(50, 10, D(4), None), turnover=D(1), balance=D(2))
    assert rules.total_of(figures) == CompanyFigures(D(15), D(3), None)


@pytest.mark.parametrize("relation", [Relation.PARTNER, Relation.LINKED])
def test_a_group_of_which_nothing_is_known_gives_no_class(relation):
    assert rules.class_of_year(year(2025, 9, relation=relation)) is UNCHECKED
    assert rules.class_of_year(year(2025, 250, relation=relation)) is LARGE


def test_a_related_company_without_head_count_gives_no_class_but_of_a_large_one():
    assert rules.class_of_year(year(2025, 9, other(60, None))) is UNCHECKED
    assert rules.class_of_year(year(2025, 300, other(60, None))) is LARGE
    assert rules.class_of_year(year(2025, None, other(60, 9))) is UNCHECKED


def test_an_unknown_relation_counts_the_company_alone():
    assert rules.class_of_year(year(2025, 9, relation=Relation.UNKNOWN)) is MICRO


heads = st.integers(0, 600)


@given(heads, st.decimals(0, 100, places=1), heads)
def test_nobody_becomes_smaller_by_its_group(own, share, theirs):
    alone = rules.class_of_year(year(2025, own))
    grouped = rules.class_of_year(year(2025, own, Related(share, CompanyFigures(D(theirs)))))
    assert list(SizeClass).index(grouped) >= list(SizeClass).index(alone)


# ---- public owners


@pytest.mark.parametrize(
    "share,exempt,owned",
    [("24.99", False, False), ("25", False, True), ("100", False, True), ("50", True, False), ("50.01", True, True)],
)
def test_from_a_quarter_in_public_hands_it_is_no_sme(share, exempt, owned):
    figures = year(2025, 5, public_share=D(share), is_exempt=exempt)
    assert rules.is_publicly_owned(figures) is owned
    assert rules.class_of_year(figures) is (LARGE if owned else MICRO)


# ---- two years


def holds(*figures):
    return [(step.holds, step.why) for step in rules.history(figures)]


def test_one_year_changes_nothing_a_second_one_does():
    assert holds(year(2023, 200), year(2024, 260), year(2025, 270)) == [
        (MEDIUM, Why.FIRST),
        (MEDIUM, Why.ONE_YEAR),
        (LARGE, Why.TWO_YEARS),
    ]


def test_it_is_the_same_on_the_way_down():
    assert holds(year(2023, 60), year(2024, 40), year(2025, 30))[1:] == [(MEDIUM, Why.ONE_YEAR), (SMALL, Why.TWO_YEARS)]


def test_back_in_the_second_year_it_stays():
    assert holds(year(2023, 200), year(2024, 260), year(2025, 240))[-1] == (MEDIUM, Why.BACK)
    assert holds(year(2023, 200), year(2024, 210))[-1] == (MEDIUM, Why.SAME)


def test_two_years_on_different_sides_change_nothing():
    assert holds(year(2023, 100), year(2024, 300), year(2025, 20))[-1] == (MEDIUM, Why.ONE_YEAR)
    assert holds(year(2023, 100), year(2024, 20), year(2025, 300))[-1] == (MEDIUM, Why.ONE_YEAR)


@pytest.mark.parametrize("second,third,held", [(60, 300, MEDIUM), (300, 60, MEDIUM), (300, 300, LARGE)])
def test_it_moves_no_further_than_both_years_say(second, third, held):
    assert holds(year(2023, 20), year(2024, second), year(2025, third))[-1] == (held, Why.TWO_YEARS)


@pytest.mark.parametrize("second,third,held", [(60, 5, MEDIUM), (5, 60, MEDIUM), (5, 5, MICRO)])
def test_down_no_further_either(second, third, held):
    assert holds(year(2023, 300), year(2024, second), year(2025, third))[-1] == (held, Why.TWO_YEARS)


def test_after_a_year_without_figures_the_next_counts_by_itself():
    assert holds(year(2020, 200), year(2022, 260))[-1] == (LARGE, Why.GAP)
    assert holds(year(2020, 200), year(2021, None), year(2022, 260))[1:] == [(MEDIUM, Why.MISSING), (LARGE, Why.GAP)]


def test_without_any_figures_nothing_holds():
    assert holds(year(2020, None), year(2021, 5)) == [(UNCHECKED, Why.MISSING), (MICRO, Why.FIRST)]
    assert holds() == []


def test_new_owners_count_at_once():
    assert holds(year(2023, 200), year(2024, 260, is_new_owner=True))[-1] == (LARGE, Why.OWNER)


def test_a_public_owner_counts_at_once_and_so_does_his_leaving():
    assert holds(year(2023, 5), year(2024, 5, public_share=D(30)), year(2025, 5)) == [
        (MICRO, Why.FIRST),
        (LARGE, Why.PUBLIC),
        (MICRO, Why.OWNER),
    ]


def test_years_may_come_in_any_order():
    assert [step.year for step in rules.history([year(2025, 5), year(2023, 5), year(2024, 5)])] == [2023, 2024, 2025]


sizes = st.lists(st.integers(0, 400), min_size=1, max_size=8)


@given(sizes)
def test_what_holds_was_computed_in_this_or_the_year_before_or_held_then(numbers):
    steps = rules.history(year(2000 + at, number) for at, number in enumerate(numbers))
    for before, step in pairwise(steps):
        assert step.holds in {before.holds, before.computed, step.computed}
        if step.computed is before.holds or before.computed is before.holds:
            assert step.holds is before.holds


@given(sizes)
def test_a_class_that_is_computed_twice_in_a_row_holds(numbers):
    steps = rules.history(year(2000 + at, number) for at, number in enumerate(numbers))
    for before, step in pairwise(steps):
        if step.computed is before.computed:
            assert step.holds is step.computed
