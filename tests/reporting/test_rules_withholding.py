"""The method of withholding on small tables, one case at a time."""

import pytest

from app.reporting import rules
from app.reporting.rules import LAST_RESORT, Axis, Grid, Risk, withheld
from app.reporting.rules.withholding import Key

SMALLEST = 5


@pytest.mark.parametrize(
    "people, companies, largest, risk",
    [
        (0, 0, 0, None),
        (1, 1, 1, Risk(4)),
        (4, 4, 1, Risk(1)),
        (5, 2, 3, Risk(1, either_way=True)),
        (5, 3, 4, None),  # exactly 80 % is not yet more
        (10, 4, 9, Risk(2, either_way=True)),
        (50, 9, 12, None),
    ],
)
def test_the_risk_of_a_group_of_companies(people, companies, largest, risk):
    assert rules.risk_of_companies(people, companies=companies, largest=largest, smallest=SMALLEST) == risk


def square(values, prices=None, **more):
    """A table of two rows and columns with totals."""
    a, b, c, d = values
    cells: dict[Key, int] = {
        ("r1", "c1"): a, ("r1", "c2"): b, ("r1", "sum"): a + b,
        ("r2", "c1"): c, ("r2", "c2"): d, ("r2", "sum"): c + d,
        ("sum", "c1"): a + c, ("sum", "c2"): b + d, ("sum", "sum"): a + b + c + d,
    }  # fmt: skip
    axes = (Axis("sum", ("r1", "r2")), Axis("sum", ("c1", "c2")))
    costs = {key: LAST_RESORT if "sum" in key else 1.0 for key in cells} | (prices or {})
    return Grid(cells, axes, costs, **more)


INNER = {("r1", "c1"), ("r1", "c2"), ("r2", "c1"), ("r2", "c2")}


def test_a_small_cell_hides_in_a_rectangle():
    assert withheld(square((3, 9, 8, 20)), {("r1", "c1"): Risk(2)}) == INNER


def test_totals_help_where_the_other_cells_cannot_give():
    held = withheld(square((3, 0, 8, 20)), {("r1", "c1"): Risk(2)})
    assert held == {("r1", "c1"), ("r1", "sum"), ("r2", "c1"), ("r2", "sum")}


def test_a_total_that_is_small_takes_a_part_with_it():
    held = withheld(square((3, 0, 8, 20)), {("r1", "sum"): Risk(2)})
    assert ("r1", "sum") in held
    assert len(held) == 4


def test_a_large_cell_may_also_fall():
    held = withheld(square((40, 0, 0, 30)), {("r1", "c1"): Risk(8, either_way=True)})
    assert held == INNER


def test_several_shifts_where_one_is_too_narrow():
    axis = Axis("sum", ("a", "b", "c", "d"))
    cells: dict[Key, int] = {("a",): 1, ("b",): 2, ("c",): 2, ("d",): 9, ("sum",): 14}
    prices: dict[Key, float] = {("a",): 1.0, ("b",): 1.0, ("c",): 1.0, ("d",): LAST_RESORT, ("sum",): LAST_RESORT}
    assert withheld(Grid(cells, (axis,), prices), {("a",): Risk(4)}) == {("a",), ("b",), ("c",)}


def test_what_another_figure_shows_cannot_fall_below_it():
    grid = square((3, 9, 8, 20), floors={("r1", "c2"): 9})
    assert withheld(grid, {("r1", "c1"): Risk(2)}) != INNER


def test_known_cells_hide_nothing_and_without_any_other_the_whole_table_is_withheld():
    grid = square((3, 9, 8, 20))
    known = frozenset(grid.cells) - {("r1", "c1")}
    assert withheld(square((3, 9, 8, 20), known=known), {("r1", "c1"): Risk(2)}) == set(grid.cells)


def test_the_companion_goes_along_when_a_total_moves():
    assert list(Axis("sum", ("a", "b"), companion="x").moves("a")) == [
        (("a", 1), ("b", -1)),
        (("a", 1), ("sum", 1), ("x", 1)),
    ]
