"""Nothing that is hidden can be worked out: checked against every table that somebody could believe in."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from madang.kernel.logic.suppress import Cell, edges_of, hidden, row_sums, width

sizes = st.tuples(st.integers(1, 4), st.integers(1, 4))
flat = sizes.flatmap(
    lambda size: st.lists(
        st.lists(st.sampled_from([0, 0, 1, 1, 2, 3, 4, 6, 7, 20, 90]), min_size=size[1], max_size=size[1]),
        min_size=size[0],
        max_size=size[0],
    )
)
tops = st.lists(st.booleans(), min_size=4, max_size=4)


def table(rows: list[list[int]]) -> dict[Cell, int]:
    return {(f"r{i}", f"c{j}"): value for i, row in enumerate(rows) for j, value in enumerate(row)}


def with_sums(rows: list[list[int]], grouped: list[bool]) -> tuple[dict[Cell, int], dict[str, str | None]]:
    """Some rows under one heading that sums them up."""
    cells = table(rows)
    parents: dict[str, str | None] = {f"r{i}": "group" if grouped[i] else None for i in range(len(rows))}
    if "group" in parents.values():
        parents["group"] = None
        for j in range(len(rows[0])):
            cells["group", f"c{j}"] = sum(row[j] for i, row in enumerate(rows) if grouped[i])
    return cells, parents


def believable(
    cells: dict[Cell, int], parents: dict[str, str | None], away: set[Cell], *, parts: bool, least: int
) -> Iterator[tuple[Cell, float, float]]:
    """The least and the most that each hidden cell could be, by linear programming over all that is published."""
    names = list(cells)
    rows, columns = (list(dict.fromkeys(cell[at] for cell in names)) for at in (0, 1))
    sums = []
    for row in rows:
        sums.append([float(cell[0] == row) for cell in names])
    if parts:
        for column in columns:
            sums.append([float(cell[1] == column and parents[cell[0]] is None) for cell in names])
            for heading in {parent for parent in parents.values() if parent}:
                sums.append(
                    [
                        float(cell[1] == column) * ((parents[cell[0]] == heading) - (cell[0] == heading))
                        for cell in names
                    ]
                )
    known = np.array(sums) @ np.array([cells[name] for name in names])
    rare = {row for row in rows if sum(cells[row, column] for column in columns) < least}
    bounds = [
        (int(name[0] not in rare), None) if name in away else (cells[name], cells[name]) for name in names
    ]
    for cell in sorted(away):
        aim = np.array([float(name == cell) for name in names])
        ends = [
            sign * linprog(sign * aim, A_eq=np.array(sums), b_eq=known, bounds=bounds, method="highs").fun
            if not (sign == -1 and linprog(-aim, A_eq=np.array(sums), b_eq=known, bounds=bounds).status == 3)
            else np.inf
            for sign in (1, -1)
        ]
        yield cell, *ends


@settings(max_examples=120)
@given(flat, tops, st.booleans(), st.sampled_from([3, 5]))
def test_nothing_can_be_subtracted_out(
    rows: list[list[int]], grouped: list[bool], parts: bool, least: int
) -> None:
    cells, parents = with_sums(rows, grouped)
    away = hidden(cells, parents, parts=parts, least=least)
    if away is None:
        return
    assert {cell for cell, value in cells.items() if 0 < value < least} <= away
    sums = row_sums(cells)
    assert all(cells[cell] or 0 < sums[cell[0]] < least for cell in away)
    for cell, low, high in believable(cells, parents, away, parts=parts, least=least):
        if 0 < cells[cell] < least:
            assert round(min(high, 1e6) - low) >= min(least - 1, sums[cell[0]]), (cell, low, high)


@settings(max_examples=120)
@given(flat, tops, st.booleans())
def test_the_flow_is_what_the_program_finds(rows: list[list[int]], grouped: list[bool], parts: bool) -> None:
    cells, parents = with_sums(rows, grouped)
    away = {cell for cell, value in cells.items() if 0 < value < 7}
    edges = edges_of(cells, parents, parts=parts, least=1)
    for cell, low, high in believable(cells, parents, away, parts=parts, least=1):
        assert width(edges, away, cell) == round(high - low)


def test_one_small_cell_takes_three_others_with_it() -> None:
    rows = [[2, 50, 60], [40, 30, 70], [80, 90, 20]]
    away = hidden(table(rows), dict.fromkeys(["r0", "r1", "r2"]), parts=True)
    assert away is not None
    assert ("r0", "c0") in away
    assert 4 <= len(away) <= 6
    assert away == hidden(table(rows), dict.fromkeys(["r0", "r1", "r2"]), parts=True)


def test_nothing_small_nothing_hidden() -> None:
    rows = [[5, 50], [0, 30]]
    assert hidden(table(rows), dict.fromkeys(["r0", "r1"]), parts=True) == set()


def test_a_row_alone_has_nobody_to_hide_behind() -> None:
    assert hidden({("r", "c"): 3}, {"r": None}, parts=True) is None


def test_a_rare_code_is_hidden_with_its_empty_cells() -> None:
    """One person of two groups gave it: shown zeros would say which group she belongs to."""
    rows = [[1, 0], [50, 40]]
    assert hidden(table(rows), dict.fromkeys(["r0", "r1"]), parts=True) == set(table(rows))


def test_no_limit_below_one() -> None:
    with pytest.raises(ValueError, match="nobody"):
        hidden({}, {}, parts=True, least=0)
