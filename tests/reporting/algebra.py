"""What can be worked out from a table with withheld cells: exact and independent of how it was protected."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from app.reporting.rules.withholding import Key

Equation = Mapping[Key, int]
"""A sum of cells with signs that is known to be zero: parts 1, their total -1."""


def determined(equations: Sequence[Equation], unknown: Sequence[Key]) -> set[Key]:
    """The unknown cells whose value follows, by linear algebra, from all the others."""
    rows = _reduced([[Fraction(equation.get(cell, 0)) for cell in unknown] for equation in equations])
    alone = (row for row in rows if sum(value != 0 for value in row) == 1)
    return {unknown[next(at for at, value in enumerate(row) if value)] for row in alone}


def can_reach(
    equations: Sequence[Equation],
    values: Mapping[Key, int],
    unknown: Sequence[Key],
    cell: Key,
    goal: int,
) -> bool:
    """Whether an unknown cell could be ``goal`` or more: the sums hold, the others are as shown, none is below 0.

    ``values`` must satisfy the equations. A simplex on the directions in which the unknown cells can go together.
    """
    rows = _reduced([[Fraction(equation.get(one, 0)) for one in unknown] for equation in equations])
    directions = _null_space(rows, len(unknown))
    columns = [*directions, *([-value for value in direction] for direction in directions)]
    # maximise gains · z, where for every unknown cell:  -(sum of z · column) + slack = value
    table = [[-column[at] for column in columns] for at in range(len(unknown))]
    limits = [Fraction(values[one]) for one in unknown]
    gains = [column[unknown.index(cell)] for column in columns]
    return _simplex_reaches(table, limits, gains, Fraction(goal - values[cell]))


def _reduced(rows: list[list[Fraction]]) -> list[list[Fraction]]:
    """The reduced row echelon form, without empty rows."""
    done: list[list[Fraction]] = []
    for at in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in rows if row[at] != 0), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        pivot = [value / pivot[at] for value in pivot]
        rows = [_minus(row, pivot, row[at]) for row in rows]
        done = [*(_minus(row, pivot, row[at]) for row in done), pivot]
    return done


def _minus(row: list[Fraction], other: list[Fraction], times: Fraction) -> list[Fraction]:
    return [value - times * more for value, more in zip(row, other, strict=True)] if times else row


def _null_space(rows: list[list[Fraction]], width: int) -> list[list[Fraction]]:
    pivots = [next(at for at, value in enumerate(row) if value) for row in rows]
    basis = []
    for free in (at for at in range(width) if at not in pivots):
        direction = [Fraction(0)] * width
        direction[free] = Fraction(1)
        for pivot, row in zip(pivots, rows, strict=True):
            direction[pivot] = -row[free]
        basis.append(direction)
    return basis


def _simplex_reaches(
    table: list[list[Fraction]], limits: list[Fraction], gains: list[Fraction], wanted: Fraction
) -> bool:
    """Whether ``gains · z`` reaches it, with ``table · z <= limits``, z >= 0, all limits >= 0 (Bland's rule)."""
    size, width = len(table), len(gains)
    rows = [[*row, *(Fraction(at == own) for own in range(size)), limit] for at, (row, limit) in
            enumerate(zip(table, limits, strict=True))]  # fmt: skip
    goal = [*(-gain for gain in gains), *([Fraction(0)] * (size + 1))]
    basis = [width + at for at in range(size)]
    while goal[-1] < wanted:
        enter = next((at for at, value in enumerate(goal[:-1]) if value < 0), None)
        if enter is None:
            return False
        choices = [(row[-1] / row[enter], basis[at], at) for at, row in enumerate(rows) if row[enter] > 0]
        if not choices:
            return True  # without limit
        leave = min(choices)[2]
        pivot = [value / rows[leave][enter] for value in rows[leave]]
        rows = [pivot if at == leave else _minus(row, pivot, row[enter]) for at, row in enumerate(rows)]
        goal = _minus(goal, pivot, goal[enter])
        basis[leave] = enter
    return True
