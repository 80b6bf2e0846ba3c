"""Which cells of a table across groups of people must not be shown, so that nobody is recognised by what she said.

A cell is small when fewer than `least` people stand in it, but at least one. Hiding the small ones is not enough: sums
are published, and what is hidden alone in its row can be subtracted out. So more cells are hidden until each small one
could be any of at least `least` numbers for somebody who knows every sum, every cell that is shown, and that hidden cells
are not empty. A row whose sum is small itself is hidden whole, empty cells too; each of its cells could then be anything up
to that sum.

The table is a network: each cell is a flow from its row to its column. What somebody can still believe of a hidden cell is
how far its flow can be changed while every sum stays, which is a largest flow (Cox 1980; Fischetti and Salazar 1999 use
the same idea). Ford and Fulkerson find it exactly, in whole numbers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LEAST = 5

Cell = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Edge:
    """A cell as a flow from one node to another; its size is `value`. Whoever sees that it is hidden knows that it is
    at least `floor`."""

    cell: Cell
    start: str
    end: str
    value: int
    floor: int = 1


def hidden(
    cells: Mapping[Cell, int],
    parents: Mapping[str, str | None],
    *,
    parts: bool,
    least: int = LEAST,
) -> set[Cell] | None:
    """The cells to hide; None when no choice protects enough and the table must not be shown at all.

    `cells[row, column]` are counts; `parents[row]` is the row that sums `row` up, or None for rows at the top. `parts`:
    the rows of one parent, and the rows at the top, sum to the whole (one code an answer); otherwise only sums over the
    columns are known. Sums over columns are taken to be published for every row, and sums over the rows at the top for
    every column. Deterministic."""
    if least < 1:
        raise ValueError("a cell of nobody tells nothing")
    sums = row_sums(cells)
    edges = edges_of(cells, parents, parts=parts, least=least)
    small = sorted(edge.cell for edge in edges if 0 < edge.value < least)
    away = {edge.cell for edge in edges if 0 < edge.value < least or (edge.floor == 0 < sums[edge.cell[0]])}
    everything = away | {edge.cell for edge in edges if edge.value}

    def weak(gone: set[Cell]) -> list[Cell]:
        return [
            cell for cell in small if width(edges, gone, cell, enough=least) < needed(sums[cell[0]], least)
        ]

    # Whatever is hidden besides only adds to what a cell could be: if all of it does not protect, nothing does.
    if weak(everything):
        return None
    while still := weak(away):
        more = _partner(edges, away, still[0], least)
        away = everything if more is None else away | {more}
    return away


def needed(row_sum: int, least: int) -> int:
    """How many numbers more than one a small cell must be able to be."""
    return min(least - 1, row_sum)


def row_sums(cells: Mapping[Cell, int]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for (row, _), value in cells.items():
        sums[row] = sums.get(row, 0) + value
    return sums


def edges_of(
    cells: Mapping[Cell, int], parents: Mapping[str, str | None], *, parts: bool, least: int
) -> list[Edge]:
    """The network. Where rows are parts, a row's flow ends at its parent's cell, and that cell's flow at the column;
    otherwise at one place where nothing has to balance, for each row by itself."""
    with_children = {parent for parent in parents.values() if parent}
    sums = row_sums(cells)
    edges = []
    for (row, column), value in cells.items():
        parent = parents[row]
        floor = int(sums[row] >= least)
        if not parts:
            edges.append(Edge((row, column), f"row {row}", "anywhere", value, floor))
            continue
        start = f"cell {row} {column}" if row in with_children else f"row {row}"
        end = f"cell {parent} {column}" if parent else f"column {column}"
        edges.append(Edge((row, column), start, end, value, floor))
    return edges


_ENDLESS = 1 << 20


def width(edges: Sequence[Edge], away: set[Cell], cell: Cell, *, enough: int = _ENDLESS) -> int:
    """How many numbers more than one a hidden cell could be; counting stops at `enough` to each side."""
    return _room(edges, away, cell, enough, up=True) + _room(edges, away, cell, enough, up=False)


def _room(edges: Sequence[Edge], away: set[Cell], cell: Cell, enough: int, *, up: bool) -> int:
    """By how much the flow of a hidden cell can grow (`up`) or shrink while all sums and shown cells stay and no
    hidden cell falls below its floor: the largest flow around, from one end of the cell to the other, over the other hidden ones."""
    own = next(edge for edge in edges if edge.cell == cell)
    free = [edge for edge in edges if edge.cell in away and edge.cell != cell]
    # Along an edge the flow can always grow; against it, it can shrink to the floor.
    left: dict[tuple[int, bool], int] = {}
    ways: dict[str, list[tuple[int, bool, str]]] = {}
    for at, edge in enumerate(free):
        left[at, True], left[at, False] = _ENDLESS, edge.value - edge.floor
        ways.setdefault(edge.start, []).append((at, True, edge.end))
        ways.setdefault(edge.end, []).append((at, False, edge.start))
    source, sink = (own.end, own.start) if up else (own.start, own.end)
    limit = enough if up else min(enough, own.value - own.floor)
    total = 0
    while total < limit:
        path = _path(ways, left, source, sink)
        if path is None:
            break
        amount = min(limit - total, *(left[at, along] for at, along in path))
        for at, along in path:
            left[at, along] -= amount
            left[at, not along] += amount
        total += amount
    return total


def _path(
    ways: Mapping[str, Sequence[tuple[int, bool, str]]],
    left: Mapping[tuple[int, bool], int],
    source: str,
    sink: str,
) -> list[tuple[int, bool]] | None:
    came: dict[str, tuple[str, int, bool] | None] = {source: None}
    queue = deque([source])
    while queue:
        here = queue.popleft()
        if here == sink:
            path = []
            while (step := came[here]) is not None:
                here, at, along = step
                path.append((at, along))
            return path
        for at, along, there in ways.get(here, ()):
            if there not in came and left[at, along] > 0:
                came[there] = (here, at, along)
                queue.append(there)
    return None


def _partner(edges: Sequence[Edge], away: set[Cell], weak: Cell, least: int) -> Cell | None:
    """The next cell to hide for a weak one: of those on a shortest way around it, the smallest that protects; never an
    empty one. None when nothing is left that could help."""
    open_cells = [edge for edge in edges if edge.cell not in away and edge.value]
    best: tuple[int, int, Cell] | None = None
    now = width(edges, away, weak, enough=least)
    for edge in open_cells:
        gain = min(width(edges, away | {edge.cell}, weak, enough=least), least - 1) - now
        choice = (-gain, edge.value, edge.cell)
        if gain > 0 and (best is None or choice < best):
            best = choice
    if best:
        return best[2]
    # No single one helps: one that lies on a way around, were everything hidden.
    own = next(edge for edge in edges if edge.cell == weak)
    everything = [edge for edge in edges if edge.value and edge.cell != weak]
    cost = sorted(everything, key=lambda edge: (edge.cell not in away, edge.value, edge.cell))
    ways: dict[str, list[tuple[int, bool, str]]] = {}
    for edge in cost:
        at = edges.index(edge)
        ways.setdefault(edge.start, []).append((at, True, edge.end))
        if edge.value > edge.floor:
            ways.setdefault(edge.end, []).append((at, False, edge.start))
    full = {(at, along): 1 for at in range(len(edges)) for along in (True, False)}
    for source, sink in ((own.end, own.start), (own.start, own.end)):
        for at, _ in _path(ways, full, source, sink) or ():
            if edges[at].cell not in away:
                return edges[at].cell
    return min((edge.cell for edge in open_cells if edge.value >= least), default=None)
