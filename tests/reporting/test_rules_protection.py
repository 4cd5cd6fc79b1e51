"""No withheld number can be worked out: proved by linear algebra and linear programming, not by the method itself."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reporting.rules import FEWEST_COMPANIES, YEAR, Counts, withheld_figures, withheld_runs
from app.reporting.rules.figures import COMPLETED, OPEN, TOTAL, UNCHECKED
from tests.reporting.algebra import can_reach, determined
from tests.reporting.worlds import Company, Participation, counted, sums, tables

SMALLEST = 5
COMPANIES = (
    None,
    Company("A", "micro", "DED2C"),
    Company("B", "small", "DED2C"),
    Company("C", "small", "DED43"),
    Company("D", "medium", "DED2C"),
    Company("E", "large", "DE11D"),
    Company("F", "large", "DED43"),
    Company("G", "unchecked", "DE11D"),
    Company("H", "medium", "DED43"),
)


def blocks(trios, quarters, most):
    """Worlds as lists of: Trio, quarter, company, how many people, whether they completed."""
    block = st.tuples(
        st.integers(1, trios), st.integers(1, quarters), st.sampled_from(COMPANIES), st.integers(1, 9), st.booleans()
    )
    return st.lists(block, min_size=1, max_size=most)


large, small = blocks(3, 4, 14), blocks(2, 2, 7)


def world(found, *, people=10**6, quarters=(1, 2, 3, 4)) -> Counts:
    """A world of such blocks; with few ``people`` the same ones come again and again."""
    rows: list[Participation] = []
    for trio, quarter, company, number, completed in found:
        for _ in range(number):
            rows.append(Participation(trio, quarter, len(rows) % people, company, completed))
    return counted(rows, quarters)


def held_of(counts, table):
    cells = tables(counts)[table]
    held = getattr(withheld_figures(counts, smallest=SMALLEST), table)
    assert held <= cells.keys()
    return cells, sorted(held, key=repr)


@pytest.mark.parametrize("table", ["people", "participations", "companies"])
@given(found=large, people=st.sampled_from([10**6, 30, 7]))
@settings(max_examples=40, deadline=None)
def test_no_withheld_number_follows_from_the_shown_ones(table, found, people):
    counts = world(found, people=people)
    _cells, held = held_of(counts, table)
    assert determined(list(sums(counts, table)), held) == set()


@pytest.mark.parametrize("table", ["people", "participations"])
@given(found=small)
@settings(max_examples=15, deadline=None)
def test_nobody_can_tell_that_a_withheld_group_is_small(table, found):
    """So no set of cells that can be computed has 1 to 4 people either: it would have 5 or more in another world."""
    counts = world(found, quarters=(1, 2))
    cells, held = held_of(counts, table)
    for cell in held:
        if 0 < cells[cell] < SMALLEST:
            assert can_reach(list(sums(counts, table)), cells, held, cell, SMALLEST), cell


@given(found=large)
@settings(max_examples=15, deadline=None)
def test_every_small_group_is_withheld_and_zero_is_shown_where_nothing_took_place(found):
    counts = world(found)
    for table, cells in tables(counts).items():
        held = getattr(withheld_figures(counts, smallest=SMALLEST), table)
        fewest, exempt = (FEWEST_COMPANIES, UNCHECKED) if table == "companies" else (SMALLEST, None)
        assert {cell for cell, number in cells.items() if 0 < number < fewest and cell[2] != exempt} <= held
        quiet = {(scope, period) for scope, period in counts.cells() if (scope, period) not in counts.activity}
        assert not any((scope, period) in quiet for scope, period, _group in held)


@given(found=large, people=st.sampled_from([10**6, 30, 7]))
@settings(max_examples=25, deadline=None)
def test_participations_are_withheld_with_the_people_they_are_of(found, people):
    held = withheld_figures(world(found, people=people), smallest=SMALLEST)
    assert {cell for cell in held.people if cell[2] == TOTAL} <= held.participations


def many(trio, quarter, companies, each, *, completed=True, start=0):
    people = iter(range(start, 10**6))
    return [
        Participation(trio, quarter, next(people), company, completed) for company in companies for _ in range(each)
    ]


SMALL_ONES = [Company(name, "small", "DED2C") for name in "abcdefgh"]
LARGE_ONES = [Company(name, "large", "DED43") for name in "stuvwxyz"]


def test_a_large_world_withholds_nothing():
    rows = [
        row
        for trio in (1, 2)
        for quarter in (1, 2)
        for row in many(trio, quarter, [*SMALL_ONES, *LARGE_ONES], 4, start=1000 * trio + 100 * quarter)
    ]
    held = withheld_figures(counted(rows, (1, 2)), smallest=SMALLEST)
    assert (held.people, held.participations, held.companies) == (frozenset(),) * 3


def test_nothing_at_all():
    held = withheld_figures(Counts((1,)), smallest=SMALLEST)
    assert (held.people, held.participations, held.companies) == (frozenset(),) * 3


def test_one_company_alone_in_its_region_is_withheld_however_many_people_it_sends():
    alone = Company("Alone", "large", "DE300")
    rows = many(1, 1, [*SMALL_ONES, *LARGE_ONES], 6) + many(1, 1, [alone], 40, start=5000)
    held = withheld_figures(counted(rows, (1,)), smallest=SMALLEST).people
    assert (1, YEAR, "nuts3:DE300") in held
    assert (1, YEAR, TOTAL) not in held


def test_a_company_with_more_than_four_fifths_of_a_class_is_withheld():
    rows = (
        many(1, 1, SMALL_ONES, 6)
        + many(1, 1, LARGE_ONES[1:4], 1, start=500)
        + many(1, 1, LARGE_ONES[:1], 13, start=900)
    )
    held = withheld_figures(counted(rows, (1,)), smallest=SMALLEST).people
    assert (1, YEAR, "large") in held
    rows += many(1, 1, LARGE_ONES[4:5], 1, start=1500)
    held = withheld_figures(counted(rows, (1,)), smallest=SMALLEST).people
    assert (1, YEAR, "large") not in held


def test_few_who_did_not_complete_are_not_to_be_worked_out_either():
    rows = many(1, 1, SMALL_ONES, 3) + many(1, 1, SMALL_ONES[:1], 2, completed=False, start=900)
    held = withheld_figures(counted(rows, (1,)), smallest=SMALLEST).participations
    assert (1, 1, OPEN) in held
    assert (1, 1, COMPLETED) in held or (1, 1, TOTAL) in held


@pytest.mark.parametrize(
    "people, sum_withheld, held",
    [
        ({1: 12, 2: 10}, False, set()),
        ({1: 12, 2: 10, 3: 4}, False, {2, 3}),
        ({1: 12, 2: 3, 3: 4}, False, {2, 3}),
        ({1: 12, 2: 2, 3: 2}, False, {1, 2, 3}),
        ({1: 3}, True, {1}),
        ({1: 12, 2: 10}, True, {1, 2}),
        ({}, False, set()),
    ],
)
def test_runs_of_a_quarter(people, sum_withheld, held):
    assert withheld_runs(people, sum_withheld=sum_withheld, smallest=SMALLEST) == held
