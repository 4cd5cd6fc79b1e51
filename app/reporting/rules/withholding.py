"""Which cells of a table are withheld so that no small group can be worked out: the hypercube method, with guarantees.

The rules (German federal statistics; SDC Handbook; BA: at least three units behind a figure, dominance):

*Primary.* A cell is risky when its group has 1 to k-1 people, or, where it tells of companies, when fewer than three
companies are behind it or one company has more than 80 % of it. 0 is no group and is shown.

*Complementary.* Tables have totals, so a lonely withheld cell could be worked out by subtraction. For each risky cell
we look for a **shift**: a way to add people to this cell and to take them from or add them to other cells such that
every sum of every row, column and layer stays what it is. All cells of the shift are withheld. Whoever sees the rest
cannot tell the table from the shifted one. A shift is a product of one move per dimension, a move being "+1 here, -1
there" inside a sum, or "+1 here, +1 in the total". In two dimensions between four inner cells this is the rectangle
(+ - / - +) every statistics office knows; in three dimensions it is a cube.

What follows, for any table:

1. The shift of a risky cell is a vector that all published sums ignore, and it is not 0 in that cell. So the cell is
   not determined by any linear combination of what is shown.
2. Shifts are taken (several, if one is too narrow) until the risky cell would reach k people, each cell staying at 0
   or more. So a reader cannot even tell that the group is small, and no union of cells that can be computed has 1 to
   k-1 people: it would have at least k in the shifted table, and its sum is the same in both.

Among the possible shifts the cheapest is taken: first those that spare the cells of last resort, then those that are
wide enough alone, then by the price of the cells that would have to be withheld in addition.
"""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

Key = tuple[Hashable, ...]
Move = tuple[tuple[Hashable, int], ...]
Shift = tuple[tuple[Key, int], ...]

LAST_RESORT = 1e9
"""The price of a cell that is withheld only where nothing else helps."""

FEWEST_COMPANIES = 3
_WIDE = 10**9


@dataclass(frozen=True, slots=True)
class Axis:
    """One dimension of a table: its total, and the parts that add up to it.

    ``companion``: a part of another partition of the same total; it goes along when the total moves.
    """

    total: Hashable
    parts: tuple[Hashable, ...]
    companion: Hashable = None

    def moves(self, at: Hashable) -> Iterator[Move]:
        """All ways to add one at this coordinate and keep every sum of the dimension."""
        along: Move = () if self.companion is None else ((self.companion, 1),)
        if at == self.total:
            for part in self.parts:
                yield ((at, 1), (part, 1), *along)
            return
        for other in self.parts:
            if other != at:
                yield ((at, 1), (other, -1))
        yield ((at, 1), (self.total, 1), *along)


@dataclass(frozen=True, slots=True)
class Risk:
    """By how many people the reader must be kept uncertain: upwards, or in either direction."""

    margin: int
    either_way: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with its sums, as the reader knows it.

    ``prices``: what it costs to withhold a cell. ``known``: cells whose value follows from elsewhere (nothing took
    place), no shift may touch them. ``floors``: what a cell cannot fall below, if not 0, because another figure shows
    it. Coordinates without a cell are never published.
    """

    cells: Mapping[Key, int]
    axes: Sequence[Axis]
    prices: Mapping[Key, float]
    known: frozenset[Key] = frozenset()
    floors: Mapping[Key, int] = field(default_factory=dict)

    def shifts(self, key: Key) -> Iterator[Shift]:
        """All shifts that add one in this cell, as far as they stay among the cells that may change."""
        for moves in product(*(tuple(axis.moves(at)) for axis, at in zip(self.axes, key, strict=True))):
            shift: list[tuple[Key, int]] = [((), 1)]
            for move in moves:
                shift = [((*place, at), sign * step) for place, sign in shift for at, step in move]
            if self.known.isdisjoint(place for place, _step in shift):
                yield tuple((place, step) for place, step in shift if place in self.cells)

    def room(self, key: Key) -> int:
        """By how much a cell can fall."""
        return self.cells[key] - self.floors.get(key, 0)


def risk_of_people(people: int, *, smallest: int) -> Risk | None:
    """The risk of a group of people: too few."""
    return Risk(smallest - people) if 0 < people < smallest else None


def risk_of_companies(people: int, *, companies: int, largest: int, smallest: int) -> Risk | None:
    """The risk of a group of people that tells of companies: too few people, too few companies, or one that dominates.

    ``largest``: how many of the people belong to the company with the most. More than 80 % is dominance.
    """
    small = risk_of_people(people, smallest=smallest)
    if small or not people:
        return small
    if companies < FEWEST_COMPANIES or 5 * largest > 4 * people:
        return Risk(-(-people // 5), either_way=True)
    return None


def withheld(grid: Grid, risks: Mapping[Key, Risk], *, already: Collection[Key] = ()) -> frozenset[Key]:
    """The cells to withhold: those that are ``already``, the risky ones, and those that protect them."""
    held = {*already, *risks}
    order = {key: place for place, key in enumerate(grid.cells)}
    totals = [axis.total for axis in grid.axes]
    for key in sorted(risks, key=lambda key: (-_height(key, totals), -risks[key].margin, order[key])):
        shifts = tuple(grid.shifts(key))
        plans = [_plan(grid, shifts, risks[key].margin, held)]
        if risks[key].either_way:
            plans.append(_plan(grid, _downwards(shifts), risks[key].margin, held))
        found = [plan for plan in plans if plan is not None]
        if not found:  # nothing to hide behind: then the whole table
            return frozenset(grid.cells)
        held |= min(found, key=lambda plan: (sum(grid.prices[at] for at in plan), len(plan)))
    return frozenset(held)


def withheld_parts(counts: Mapping[int, int], *, smallest: int) -> frozenset[int]:
    """The parts of a shown sum: the small ones, and the next larger ones until they are ``smallest`` together."""
    held = {key for key, count in counts.items() if 0 < count < smallest}
    rest = sorted((key for key in counts if counts[key] >= smallest), key=lambda key: counts[key])
    while held and rest and (len(held) < 2 or sum(counts[key] for key in held) < smallest):
        held.add(rest.pop(0))
    return frozenset(held)


def _height(key: Key, totals: Sequence[Hashable]) -> int:
    """In how many dimensions the cell is a total: these need most cells, so they come first and others reuse them."""
    return sum(at == total for at, total in zip(key, totals, strict=True))


def _downwards(shifts: Sequence[Shift]) -> tuple[Shift, ...]:
    return tuple(tuple((at, -step) for at, step in shift) for shift in shifts)


def _plan(grid: Grid, shifts: Sequence[Shift], margin: int, held: Collection[Key]) -> set[Key] | None:
    """The cells to withhold in addition so that the cell may differ by ``margin``, or None where that cannot be."""
    added: set[Key] = set()
    taken: dict[Key, int] = {}
    while margin > 0:
        best: tuple[tuple[bool, bool, float, int], Shift] | None = None
        for shift in shifts:
            width = min((grid.room(at) - taken.get(at, 0) for at, step in shift if step < 0), default=_WIDE)
            if width < 1:
                continue
            price = sum(grid.prices[at] for at, _step in shift if at not in held and at not in added)
            rank = (price >= LAST_RESORT, width < margin, price, -width)
            if best is None or rank < best[0]:
                best = rank, shift
        if best is None:
            return None
        step = min(margin, -best[0][3])
        added.update(at for at, _sign in best[1] if at not in held)
        for at, sign in best[1]:
            taken[at] = taken.get(at, 0) - sign * step
        margin -= step
    return added
