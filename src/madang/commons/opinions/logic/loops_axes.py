"""The loops of `kernels_axes`. Imported when they are first needed, because that loads the compiler."""

from __future__ import annotations

import numpy as np

from madang.commons.opinions.logic import kernels

jit = kernels.compiler()


@jit
def fold(line, size):  # type: ignore[no-untyped-def]
    """The sum by halving, in place."""
    if size == 0:
        return 0.0
    while size > 1:
        half = size // 2
        for at in range(half):
            line[at] += line[half + at]
        if size % 2:
            line[0] += line[size - 1]
        size = half
    return line[0]


@jit
def product(one, other, line):  # type: ignore[no-untyped-def]
    for at in range(len(one)):
        line[at] = one[at] * other[at]
    return fold(line, len(one))


@jit
def combined(weights, rows):  # type: ignore[no-untyped-def]
    parts = np.empty((len(weights), rows.shape[1]))
    for row in range(len(weights)):
        for at in range(rows.shape[1]):
            parts[row, at] = weights[row] * rows[row, at]
    size = len(weights)
    while size > 1:
        half = size // 2
        for row in range(half):
            for at in range(rows.shape[1]):
                parts[row, at] += parts[half + row, at]
        if size % 2:
            for at in range(rows.shape[1]):
                parts[0, at] += parts[size - 1, at]
        size = half
    return parts[0]


@jit
def turn(work, turned, first, second):  # type: ignore[no-untyped-def]
    pairs = len(first)
    cosine, sine = np.ones(pairs), np.zeros(pairs)
    active = np.zeros(pairs, np.bool_)
    for at in range(pairs):
        across = work[first[at], second[at]]
        if abs(across) > 1e-300:
            active[at] = True
            slope = (work[second[at], second[at]] - work[first[at], first[at]]) / (2.0 * across)
            slope = min(max(slope, -1e150), 1e150)
            tangent = (-1.0 if slope < 0 else 1.0) / (abs(slope) + np.sqrt(slope * slope + 1.0))
            cosine[at] = 1.0 / np.sqrt(tangent * tangent + 1.0)
            sine[at] = tangent * cosine[at]
    for at in range(pairs):
        if active[at]:
            for target in (work, turned):
                for cell in range(work.shape[1]):
                    one, two = target[first[at], cell], target[second[at], cell]
                    target[first[at], cell] = cosine[at] * one - sine[at] * two
                    target[second[at], cell] = sine[at] * one + cosine[at] * two
    for at in range(pairs):
        if active[at]:
            for cell in range(len(work)):
                one, two = work[cell, first[at]], work[cell, second[at]]
                work[cell, first[at]] = cosine[at] * one - sine[at] * two
                work[cell, second[at]] = sine[at] * one + cosine[at] * two
    for at in range(pairs):
        if active[at]:
            work[first[at], second[at]] = 0.0
            work[second[at], first[at]] = 0.0


@jit
def eigen(matrix):  # type: ignore[no-untyped-def]
    size = len(matrix)
    if size < 2:
        return np.diag(matrix).copy(), np.eye(size)
    even = size + size % 2
    work, turned = np.zeros((even, even)), np.eye(even)
    work[:size, :size] = matrix
    line = np.empty(even * even)
    scale = np.sqrt(product(work.ravel(), work.ravel(), line))
    ring, fresh = np.arange(even), np.empty(even, np.int64)
    first, second = np.empty(even // 2, np.int64), np.empty(even // 2, np.int64)
    for _ in range(40):
        off = work.copy()
        for at in range(even):
            off[at, at] -= work[at, at]
        if np.sqrt(product(off.ravel(), off.ravel(), line)) <= 1e-17 * scale:
            break
        for _step in range(even - 1):
            for at in range(even // 2):
                first[at], second[at] = ring[at], ring[even - 1 - at]
            turn(work, turned, first, second)
            fresh[0], fresh[1] = ring[0], ring[even - 1]
            for at in range(2, even):
                fresh[at] = ring[at - 1]
            ring[:] = fresh
    values = np.empty(size)
    for at in range(size):
        values[at] = work[at, at]
    order = np.argsort(-values, kind="mergesort")
    vectors = np.empty((size, size))
    for at in range(size):
        vectors[at] = turned[order[at], :size]
    return values[order], vectors


@jit
def krylov(matrix, block, depth):  # type: ignore[no-untyped-def]
    size = len(matrix)
    room = min(size, len(block) * depth)
    basis, images = np.zeros((room, size)), np.zeros((room, size))
    line = np.empty(size)
    waited = filled = taken = 0
    while filled < room:
        if waited < len(block):
            fresh = block[waited].copy()
            waited += 1
        elif taken < filled:
            fresh = images[taken].copy()
            taken += 1
        else:
            break
        before = np.sqrt(product(fresh, fresh, line))
        if before <= 0.0:
            continue
        fresh = fresh / before
        left = 1.0
        for _ in range(2):
            if filled:
                weights = np.empty(filled)
                for row in range(filled):
                    weights[row] = product(basis[row], fresh, line)
                fresh = fresh - combined(weights, basis[:filled])
            left = np.sqrt(product(fresh, fresh, line))
            if left <= 1e-10:
                break
            fresh = fresh / left
        if left <= 1e-10:
            continue
        basis[filled] = fresh
        for row in range(size):
            images[filled, row] = product(matrix[row], fresh, line)
        filled += 1
    return basis[:filled], images[:filled]


@jit
def search(matrix, start, wanted, depth, close):  # type: ignore[no-untyped-def]
    block, best, stale, residual = start, np.inf, 0, 0.0
    values = np.zeros(wanted + 1)
    line = np.empty(len(matrix))
    for _ in range(1000):
        basis, images = krylov(matrix, block, depth)
        filled = len(basis)
        small = np.empty((filled, filled))
        for one in range(filled):
            for other in range(filled):
                small[one, other] = product(images[other], basis[one], line)
        values, turned = eigen((small + small.T) / 2.0)
        if not values[0] > 0:
            return np.zeros(wanted + 1), basis[:wanted].copy(), 0.0
        block = np.empty((min(len(start), len(values)), len(matrix)))
        for at in range(len(block)):
            block[at] = combined(turned[at], basis)
        residual = 0.0
        for at in range(wanted):
            moved = combined(turned[at], images) - values[at] * block[at]
            residual = max(residual, np.sqrt(product(moved, moved, line)))
        residual /= values[0]
        stale = stale + 1 if residual < 1e-8 and residual > 0.5 * best else 0
        best = min(best, residual)
        if residual <= close or stale >= 3:
            break
    return values[: wanted + 1].copy(), block[:wanted].copy(), residual
