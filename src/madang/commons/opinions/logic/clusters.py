"""k-means in the plane, and how well its clusters are apart. Points are whole numbers, so sums are exact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from madang.commons.opinions.logic import draws, kernels_plane, steady

Array = NDArray[Any]

_SAMPLE = 5_000  # points on which starts are compared; the best one then runs on all


@dataclass(frozen=True, slots=True, eq=False)
class Clustering:
    """`label` of each point, from 0, largest cluster first; `centres` in the unit of the points; `inertia` is the
    sum of squared distances to the own centre."""

    label: Array
    centres: Array
    inertia: float

    @property
    def k(self) -> int:
        return len(self.centres)


def starts_of(points: Array, k: int, count: int, seed: int) -> list[Array]:
    """Places to begin k-means at. The first is the farthest-point start: the point farthest from the middle, then
    always the one farthest from those taken. The others are drawn with k-means++, from the seed."""
    real = points.astype(np.float64)
    middle = steady.total(np.ascontiguousarray(real.T)) / max(1, len(real))
    begun = [_spread_out(real, middle, k)]
    for at in range(1, count):
        lots = draws.shares(seed, 1000 * k + at, k)
        chosen = [real[int(lots[0] * len(real))]]
        near = _squares(real, chosen[0])
        for lot in lots[1:]:
            chances = np.cumsum(near)
            chosen.append(real[min(int(np.searchsorted(chances, lot * chances[-1], "right")), len(real) - 1)])
            near = np.minimum(near, _squares(real, chosen[-1]))
        begun.append(np.stack(chosen))
    return begun


def cluster(points: Array, centres: Array, *, rounds: int = 100, compiled: bool = False) -> Clustering:
    """Lloyd's method from the given centres; stops when nobody changes sides. A cluster that runs empty is dropped."""
    if compiled:
        plane = kernels_plane.Plane(points)
        label, centres = plane.divided(centres, rounds)
    else:
        label, centres = _divided(points, centres, rounds)
    order = np.lexsort((centres[:, 1], centres[:, 0], -np.bincount(label, minlength=len(centres))))
    number = np.empty(len(order), np.int8)
    number[order] = np.arange(len(order))
    label, centres = number[label], centres[order]
    squares = plane.own_squares(label, centres) if compiled else _own_squares(points, label, centres)
    return Clustering(label, centres, float(steady.total(squares)))


def _divided(points: Array, centres: Array, rounds: int) -> tuple[Array, Array]:
    label = np.full(len(points), -1, np.int8)
    for _ in range(rounds):
        fresh, sizes, sums = _assign(points, centres)
        moved = not np.array_equal(fresh, label)
        label = fresh
        if not moved and sizes.all():
            break
        centres = sums[sizes > 0] / sizes[sizes > 0, None]
    return label, centres


def best_of(
    points: Array, k: int, *, starts: int, seed: int, compiled: bool = False
) -> tuple[Clustering, list[Clustering]]:
    """The clustering with the least inertia of several starts, and all of them (on a sample, if there are many
    points)."""
    sample = points
    if len(points) > _SAMPLE:
        sample = points[np.sort(draws.below(len(points), seed, 7, _SAMPLE))]
    tried = [cluster(sample, centres, compiled=compiled) for centres in starts_of(sample, k, starts, seed)]
    best = min(tried, key=lambda found: (-found.k, found.inertia))
    if sample is not points:
        best = cluster(points, best.centres, compiled=compiled)
    return best, tried


def silhouette(points: Array, clustering: Clustering, *, compiled: bool = False) -> float:
    """The mean silhouette with squared distances, exact: the mean squared distance from x to a cluster with middle c
    is |x - c|² + the mean squared distance of its members from c, so nobody is left out and nothing is sampled.

    From -1 to 1; 0 for fewer than two clusters. Somebody alone in a cluster counts 0.
    """
    if clustering.k < 2:
        return 0.0
    own, k = clustering.label, clustering.k
    sizes = np.bincount(own, minlength=k)
    if compiled:
        plane = kernels_plane.Plane(points)
        within = np.bincount(own, plane.own_squares(own, clustering.centres), k) / sizes
        each = plane.silhouettes(own, clustering.centres, within, sizes)
        return float(steady.total(each)) / max(1, len(points))
    within = np.bincount(own, _own_squares(points, own, clustering.centres), k) / sizes
    each = np.zeros(len(points))
    for block in blocks(len(points)):
        mine, rows = own[block].astype(np.intp), np.arange(len(own[block]))
        squares = distances(points[block], clustering.centres) + within
        inside = squares[rows, mine] * sizes[mine] / np.maximum(sizes[mine] - 1, 1)
        squares[rows, mine] = np.inf
        outside = squares.min(axis=1)
        larger = np.maximum(inside, outside)
        counted = (sizes[mine] > 1) & (larger > 0)
        each[block] = np.where(counted, (outside - inside) / np.where(larger > 0, larger, 1.0), 0.0)
    return float(steady.total(each)) / max(1, len(points))


def blocks(count: int) -> list[slice]:
    """Slices of at most 65,536, so that steps in between need little memory."""
    return [slice(at, min(at + (1 << 16), count)) for at in range(0, count, 1 << 16)]


def distances(points: Array, centres: Array) -> Array:
    """Squared distances, points × centres."""
    return np.stack([_squares(points, centre) for centre in centres], axis=1)


def _own_squares(points: Array, label: Array, centres: Array) -> Array:
    across, up = points[:, 0] - centres[label, 0], points[:, 1] - centres[label, 1]
    return across * across + up * up


def _squares(points: Array, centre: Array) -> Array:
    across, up = points[:, 0] - centre[0], points[:, 1] - centre[1]
    return across * across + up * up


def _spread_out(points: Array, middle: Array, k: int) -> Array:
    near = _squares(points, middle)
    chosen = []
    for _ in range(k):
        chosen.append(points[int(near.argmax())])
        fresh = _squares(points, chosen[-1])
        near = fresh if len(chosen) == 1 else np.minimum(near, fresh)
    return np.stack(chosen)


def _assign(points: Array, centres: Array) -> tuple[Array, Array, Array]:
    """The nearest centre of each point (the first of equally near ones), sizes and sums of the clusters."""
    label = distances(points, centres).argmin(axis=1).astype(np.int8)
    sizes = np.bincount(label, minlength=len(centres))
    # Whole numbers below 2⁵³ stay exact as fractions.
    sums = np.stack([np.bincount(label, points[:, axis], len(centres)) for axis in (0, 1)], axis=1)
    return label, sizes, sums


def agreement(one: Array, other: Array) -> float:
    """The adjusted Rand index of two labellings of the same people: 1 the same groups, 0 no more than by chance
    (Hubert and Arabie 1985). 1 where both put everybody together, or everybody apart."""
    if len(one) != len(other):
        raise ValueError("two labellings of different people cannot be compared")
    first, second = np.unique(one, return_inverse=True)[1], np.unique(other, return_inverse=True)[1]
    table = np.zeros((int(first.max(initial=-1)) + 1, int(second.max(initial=-1)) + 1), np.int64)
    np.add.at(table, (first, second), 1)
    together = _pairs(table)
    rows, columns, everybody = _pairs(table.sum(1)), _pairs(table.sum(0)), _pairs(np.array([len(one)]))
    if rows == columns == together:
        return 1.0
    # (together - expected) / (mean - expected), with both sides times 2·everybody, so that it is exact until here.
    return 2 * (together * everybody - rows * columns) / ((rows + columns) * everybody - 2 * rows * columns)


def _pairs(counts: Array) -> int:
    return sum(int(count) * (int(count) - 1) // 2 for count in counts.ravel())
