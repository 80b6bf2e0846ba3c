"""Loops over many people's places, compiled: sides and middles of k-means, silhouettes, who is between two groups.

Each gives the bits of the numpy way in `clusters` and `certificate`. Coordinates are whole numbers held as fractions,
so the sums of a cluster are exact however the work is shared out.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from madang.commons.opinions.logic import kernels

Array = NDArray[Any]


class Plane:
    """Points, prepared once for many questions."""

    def __init__(self, points: Array) -> None:
        self.x = np.ascontiguousarray(points[:, 0], np.float64)
        self.y = np.ascontiguousarray(points[:, 1], np.float64)

    def divided(self, centres: Array, rounds: int) -> tuple[Array, Array]:
        """Lloyd's method, as `clusters.cluster` describes it: labels and centres."""
        label = np.full(len(self.x), -1, np.int8)
        centres = np.ascontiguousarray(centres, np.float64)
        if len(self.x) < kernels.SHARED:
            return label, _loops().divide(self.x, self.y, centres, label, rounds)
        for _ in range(rounds):
            moved, sizes, sums = self._sides(centres, label)
            if not moved and sizes.all():
                break
            centres = sums[sizes > 0] / sizes[sizes > 0, None]
        return label, centres

    def own_squares(self, label: Array, centres: Array) -> Array:
        """The squared distance of each point to its own centre."""
        squares, run = np.empty(len(self.x)), _loops().squares
        centres = np.ascontiguousarray(centres, np.float64)
        kernels.in_parallel(
            len(self.x), lambda begin, end: run(self.x, self.y, label, centres, begin, end, squares)
        )
        return squares

    def silhouettes(self, label: Array, centres: Array, within: Array, sizes: Array) -> Array:
        """The silhouette of each point; `within`: mean squared distance of each cluster from its middle."""
        each, run = np.empty(len(self.x)), _loops().silhouettes
        centres = np.ascontiguousarray(centres, np.float64)
        kernels.in_parallel(
            len(self.x),
            lambda begin, end: run(self.x, self.y, label, centres, within, sizes, begin, end, each),
        )
        return each

    def _sides(self, centres: Array, label: Array) -> tuple[bool, Array, Array]:
        run, k = _loops().sides, len(centres)

        def part(begin: int, end: int) -> tuple[int, Array, Array]:
            sizes, sums = np.zeros(k, np.int64), np.zeros((k, 2))
            return run(self.x, self.y, centres, begin, end, label, sizes, sums), sizes, sums

        done = kernels.in_parallel(len(self.x), part)
        moved, sizes, sums = (sum(parts[1:], start=parts[0]) for parts in zip(*done, strict=True))
        return bool(moved), sizes, sums


def between(xy: Array, spread: Array, label: Array, centres: Array, unit: float) -> Array:
    """As `certificate.borderline_of`."""
    found, run = np.zeros(len(xy), np.bool_), _loops().between
    kernels.in_parallel(
        len(xy), lambda begin, end: run(xy, spread, label, centres, unit * unit, begin, end, found)
    )
    return found


def _loops() -> Any:
    from madang.commons.opinions.logic import loops_plane

    return loops_plane
