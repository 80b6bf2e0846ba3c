"""The two axes along which votes differ most: the principal components, from the tables alone.

A vote that was not cast counts as the mean of its statement, so it adds nothing after the mean is taken off; that is
why the covariance follows from the tables: Σ(v_j-μ_j)(v_k-μ_k) = Σv_j·v_k - μ_k·Σv_j - μ_j·Σv_k + μ_j·μ_k·n_jk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from madang.commons.opinions.logic import draws, steady
from madang.commons.opinions.logic.tables import Tables

Array = NDArray[Any]

# λ₁/λ₂ (or λ₂/λ₃) nearer to 1 than this: a few votes more could turn the axes (or tilt the plane).
NARROW = 1.05
# An eigenvalue this much smaller than the first is rounding, and its axis is none.
NOTHING = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """`loadings[j]` are the shares of statement j in the two axes; both columns have length 1, or 0 if there is none.

    `eigenvalues`: λ₁ ≥ λ₂ ≥ λ₃, variances of votes along the axes. `variance`: of all statements together.
    `axes`: `clear`; `turning` where λ₁ ≈ λ₂, so that the axes may turn in their plane while the plane holds;
    `loose` where λ₂ ≈ λ₃, so that the second axis may be another one; `line` and `point` where there is one axis
    or none. `residual`: the largest |Cx - λx| / λ₁ left. A statement without votes, or left out, has loading 0.
    """

    means: Array
    loadings: Array
    eigenvalues: tuple[float, float, float]
    variance: float
    axes: str
    residual: float

    @property
    def gaps(self) -> tuple[float | None, float | None]:
        """λ₁/λ₂ and λ₂/λ₃; None where the divisor is 0."""
        one, two, three = self.eigenvalues
        return (one / two if two > 0 else None, two / three if three > 0 else None)

    @property
    def explained(self) -> tuple[float, float]:
        """The share of the whole variance that each axis shows."""
        if not self.variance > 0:
            return (0.0, 0.0)
        return (self.eigenvalues[0] / self.variance, self.eigenvalues[1] / self.variance)


def covariance(tables: Tables) -> tuple[Array, Array]:
    """The covariances of the statements, with votes not cast at the mean, and the means (0 where n = 0)."""
    voted = tables.both.diagonal()
    means = tables.left.diagonal() / np.maximum(voted, 1)
    matrix = tables.left * means
    matrix = matrix + matrix.T
    np.subtract(tables.product, matrix, out=matrix)
    matrix += means[:, None] * means * tables.both
    matrix /= max(1, tables.people - 1)
    return matrix, means


def components_of(
    tables: Tables, *, start: Array | None = None, close: float = 1e-13, compiled: bool = False
) -> Components:
    """The axes. `start` (statements × 2) are axes to begin the search at; they change its length, not its goal, and
    `compiled` changes its speed alone."""
    matrix, means = covariance(tables)
    size = len(matrix)
    alive = np.flatnonzero(matrix.diagonal() > 0)
    loadings = np.zeros((size, 2))
    values = np.zeros(3)
    residual = 0.0
    if len(alive):
        block = draws.shares(1, 0, 4 * size).reshape(4, size) - 0.5
        if start is not None:
            block[:2] = start.T
        found, vectors, residual = steady.leading(
            matrix if len(alive) == size else matrix[np.ix_(alive, alive)],
            np.ascontiguousarray(block[:, alive]),
            wanted=2,
            depth=8 if start is None else 4,
            close=close,
            compiled=compiled,
        )
        values[: len(found)] = np.maximum(found, 0.0)
        for axis, vector in enumerate(vectors):
            if values[axis] > NOTHING * values[0]:
                loadings[alive, axis] = _signed(vector)
            else:
                values[axis:] = 0.0
    one, two, three = (float(value) for value in values)
    axes = (
        "point" if one == 0
        else "line" if two == 0
        else "turning" if one < NARROW * two
        else "loose" if two < NARROW * three
        else "clear"
    )  # fmt: skip
    return Components(
        means, loadings, (one, two, three), float(steady.total(matrix.diagonal().copy())), axes, residual
    )


def _signed(vector: Array) -> Array:
    """Of the two directions of an axis the one in which its largest loading is positive; of nearly equal ones, the
    first counts."""
    size = np.abs(vector)
    largest = int(np.argmax(size >= size.max() * (1 - 1e-9)))
    return -vector if vector[largest] < 0 else vector
