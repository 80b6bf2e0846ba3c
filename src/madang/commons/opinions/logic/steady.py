"""Linear algebra whose last bit is the same on every machine.

The usual libraries choose their kernels by the processor they find, so their sums run in another order from one
machine to the next and differ in the last bits; a group can hang on such a bit. Here only operations are used
that IEEE 754 defines to the last bit (+, -, ×, ÷, √ of single elements), in a fixed order: sums are made by halving.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from madang.commons.opinions.logic import kernels_axes

Floats = NDArray[np.float64]

_ROWS = 1 << 20  # elements of a matrix that are multiplied at once, so that a product needs little memory


def total(values: Floats) -> Floats:
    """The sum over the last axis, made by adding its second half to its first until one is left."""
    size = values.shape[-1]
    if size == 0:
        return np.zeros(values.shape[:-1])
    while size > 1:
        half = size // 2
        folded = values[..., :half] + values[..., half : 2 * half]
        if size % 2:
            folded[..., 0] += values[..., size - 1]
        values, size = folded, half
    return values[..., 0]


def times(matrix: Floats, vector: Floats) -> Floats:
    """`matrix @ vector`."""
    step = max(1, _ROWS // max(1, matrix.shape[1]))
    parts = [total(matrix[at : at + step] * vector) for at in range(0, len(matrix), step)]
    return np.concatenate(parts) if parts else np.zeros(0)


def combined(weights: Floats, rows: Floats) -> Floats:
    """`weights @ rows`: one vector from several."""
    return total(np.ascontiguousarray((weights[:, None] * rows).T))


def length(vector: Floats) -> float:
    return float(np.sqrt(total(vector * vector)))


def eigen(matrix: Floats) -> tuple[Floats, Floats]:
    """All eigenvalues, largest first, and the eigenvectors as rows, of a small symmetric matrix.

    Jacobi's method; the pairs of one round touch different rows and are turned at once. It cannot fail: a
    matrix that is diagonal already, zero or with equal eigenvalues keeps the axes it has.
    """
    size = len(matrix)
    if size < 2:
        return matrix.diagonal().copy(), np.eye(size)
    even = size + size % 2
    work = np.zeros((even, even))
    work[:size, :size] = matrix
    turned = np.eye(even)
    scale = length(work.ravel())
    ring = np.arange(even)
    for _ in range(40):
        off = work - np.diag(work.diagonal())
        if length(off.ravel()) <= 1e-17 * scale:
            break
        for _ in range(even - 1):
            first, second = ring[: even // 2], ring[: even // 2 - 1 : -1]
            _turn(work, turned, first, second)
            ring = np.concatenate((ring[:1], ring[-1:], ring[1:-1]))
    values = work.diagonal()[:size].copy()
    order = np.argsort(-values, kind="stable")
    return values[order], np.ascontiguousarray(turned[order, :size])


def _turn(work: Floats, turned: Floats, first: NDArray[np.intp], second: NDArray[np.intp]) -> None:
    across = work[first, second]
    active = np.abs(across) > 1e-300
    if not active.any():
        return
    first, second, across = first[active], second[active], across[active]
    slope = (work[second, second] - work[first, first]) / (2.0 * across)
    # Where the slope is so steep that its square overflows, the tangent is 0 in every digit anyway.
    slope = np.clip(slope, -1e150, 1e150)
    tangent = np.where(slope < 0, -1.0, 1.0) / (np.abs(slope) + np.sqrt(slope * slope + 1.0))
    cosine = 1.0 / np.sqrt(tangent * tangent + 1.0)
    sine = tangent * cosine
    for target in (work, turned):
        one, two = target[first], target[second]
        target[first] = cosine[:, None] * one - sine[:, None] * two
        target[second] = sine[:, None] * one + cosine[:, None] * two
    one, two = work[:, first], work[:, second]
    work[:, first] = cosine * one - sine * two
    work[:, second] = sine * one + cosine * two
    work[first, second] = 0.0
    work[second, first] = 0.0


def leading(
    matrix: Floats, start: Floats, *, wanted: int, depth: int, close: float, compiled: bool = False
) -> tuple[Floats, Floats, float]:
    """The `wanted` largest eigenvalues of a symmetric matrix, their vectors as rows, and the largest |Cx - λx| / λ₁.

    A block Krylov method with restarts; one eigenvalue more than `wanted` is returned, less exactly, to judge the
    gap below. The block (`start`, as rows) makes equal eigenvalues visible, up to as many as it has rows. It
    stops when the residual is at most `close`, or gets no better because the last digits are reached. `compiled` changes
    the speed alone.
    """
    if len(matrix) <= 32:
        values, vectors = eigen(matrix)
        return values[: wanted + 1], vectors[:wanted], 0.0
    if compiled:
        return kernels_axes.leading(matrix, start, wanted, depth, close)
    block, best, stale = start, np.inf, 0
    for _ in range(1000):
        basis, images = _krylov(matrix, block, depth)
        small = np.stack([total(images * row) for row in basis])
        values, turned = eigen((small + small.T) / 2.0)
        if not values[0] > 0:
            return np.zeros(wanted + 1), basis[:wanted], 0.0
        block = np.stack([combined(turned[at], basis) for at in range(min(len(start), len(values)))])
        moved = [combined(turned[at], images) for at in range(wanted)]
        residual = max(length(moved[at] - values[at] * block[at]) for at in range(wanted)) / float(values[0])
        # A residual this small that hardly falls any more is rounding.
        stale = stale + 1 if residual < 1e-8 and residual > 0.5 * best else 0
        best = min(best, residual)
        if residual <= close or stale >= 3:
            break
    return values[: wanted + 1], block[:wanted], residual


def _krylov(matrix: Floats, block: Floats, depth: int) -> tuple[Floats, Floats]:
    """An orthonormal basis of block, C·block, C²·block … and its image under C, both as rows."""
    size = len(matrix)
    room = min(size, len(block) * depth)
    basis, images = np.zeros((room, size)), np.zeros((room, size))
    waiting, filled, taken = [row.copy() for row in block], 0, 0
    while filled < room:
        if waiting:
            fresh = waiting.pop(0)
        elif taken < filled:
            fresh = images[taken].copy()
            taken += 1
        else:
            break
        before = length(fresh)
        if before <= 0.0:
            continue
        fresh = fresh / before
        left = 1.0
        for _ in range(2):  # twice is enough for a basis that is orthogonal to the last digits
            if filled:
                fresh = fresh - combined(total(basis[:filled] * fresh), basis[:filled])
            left = length(fresh)
            if left <= 1e-10:
                break
            fresh = fresh / left
        if left <= 1e-10:
            continue
        basis[filled] = fresh
        images[filled] = times(matrix, fresh)
        filled += 1
    return basis[:filled], images[:filled]
