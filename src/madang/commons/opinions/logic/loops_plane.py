"""The loops of `kernels_plane`. Imported when they are first needed, because that loads the compiler."""

from __future__ import annotations

import numpy as np

from madang.commons.opinions.logic import kernels

jit = kernels.compiler()


@jit
def sides(x, y, centres, begin, end, label, sizes, sums):  # type: ignore[no-untyped-def]
    moved, k = 0, len(centres)
    for at in range(begin, end):
        best, closest = 0, np.inf
        for one in range(k):
            across, up = x[at] - centres[one, 0], y[at] - centres[one, 1]
            square = across * across + up * up
            if square < closest:
                best, closest = one, square
        moved += best != label[at]
        label[at] = best
        sizes[best] += 1
        sums[best, 0] += x[at]
        sums[best, 1] += y[at]
    return moved


@jit
def divide(x, y, centres, label, rounds):  # type: ignore[no-untyped-def]
    for _ in range(rounds):
        k = len(centres)
        sizes, sums = np.zeros(k, np.int64), np.zeros((k, 2))
        moved = sides(x, y, centres, 0, len(x), label, sizes, sums)
        left = 0
        for one in range(k):
            left += sizes[one] > 0
        if moved == 0 and left == k:
            break
        fresh, at = np.empty((left, 2)), 0
        for one in range(k):
            if sizes[one] > 0:
                fresh[at, 0], fresh[at, 1] = sums[one, 0] / sizes[one], sums[one, 1] / sizes[one]
                at += 1
        centres = fresh
    return centres


@jit
def squares(x, y, label, centres, begin, end, out):  # type: ignore[no-untyped-def]
    for at in range(begin, end):
        across, up = x[at] - centres[label[at], 0], y[at] - centres[label[at], 1]
        out[at] = across * across + up * up


@jit
def silhouettes(x, y, label, centres, within, sizes, begin, end, each):  # type: ignore[no-untyped-def]
    for at in range(begin, end):
        own, inside, outside = label[at], 0.0, np.inf
        for one in range(len(centres)):
            across, up = x[at] - centres[one, 0], y[at] - centres[one, 1]
            square = across * across + up * up + within[one]
            if one == own:
                inside = square * sizes[one] / max(sizes[one] - 1, 1)
            else:
                outside = min(outside, square)
        larger = max(inside, outside)
        each[at] = (outside - inside) / larger if sizes[own] > 1 and larger > 0 else 0.0


@jit
def between(xy, spread, label, centres, square_unit, begin, end, found):  # type: ignore[no-untyped-def]
    for at in range(begin, end):
        own = label[at]
        if own < 0:
            continue
        across, up = xy[at, 0] - centres[own, 0], xy[at, 1] - centres[own, 1]
        nearest = across * across + up * up
        xx, mixed, yy = spread[at, 0], spread[at, 1], spread[at, 2]
        endless = np.isinf(xx)
        for other in range(len(centres)):
            if other == own:
                continue
            if endless:
                found[at] = True
                break
            across, up = xy[at, 0] - centres[other, 0], xy[at, 1] - centres[other, 1]
            margin = across * across + up * up - nearest
            ahead, up = centres[other, 0] - centres[own, 0], centres[other, 1] - centres[own, 1]
            sideways = xx * square_unit * (ahead * ahead)
            sideways += mixed * square_unit * (2.0 * ahead * up)
            sideways += yy * square_unit * (up * up)
            if margin * margin < 4.0 * max(sideways, 0.0):
                found[at] = True
                break
