"""Everybody's place on the map, from the statements they voted on alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from madang.commons.opinions.logic import kernels
from madang.commons.opinions.logic.ballots import Ballots
from madang.commons.opinions.logic.clusters import blocks
from madang.commons.opinions.logic.components import Components

Array = NDArray[Any]

# Places are whole millionths. What follows (groups, certificate) starts from these published numbers.
UNIT = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """`xy`: places in millionths, people × 2. `spread`: the uncertainty of a place that comes from the person having
    voted on some statements only, as variances and covariance (xx, xy, yy) in squared units of the map; infinite
    below two votes, 0 for those who voted on everything. `unrounded`: the places before they became millionths, for
    whoever compares them with another computation.
    """

    xy: Array
    spread: Array
    unrounded: Array | None = None

    @property
    def real(self) -> Array:
        return self.xy / UNIT


def places_of(
    ballots: Ballots, components: Components, *, zeroed: int = 0, compiled: bool | None = None
) -> Places:
    """Places as pol.is draws them: Σ over seen statements of (vote - mean)·loading, times √(statements / votes cast).

    The root makes up for what a person has not seen, so that few votes do not pull towards the middle. `zeroed`: so many
    statements were left out and count, as in pol.is, as statements on which everybody passed.
    """
    size = ballots.statements + zeroed
    shift = np.array([-1.0, 0.0, 1.0])[:, None] - components.means
    step = np.stack([shift * components.loadings[:, 0], shift * components.loadings[:, 1]])
    parts = np.stack([step[0], step[1], step[0] * step[0], step[0] * step[1], step[1] * step[1]])
    if kernels.worth(ballots) if compiled is None else compiled:
        sums = kernels.add_parts(ballots, np.ascontiguousarray(parts.transpose(1, 2, 0)))
    else:
        owner, kind = ballots.owners(), ballots.value.astype(np.intp) + 1
        sums = np.stack(
            [np.bincount(owner, part[kind, ballots.statement], ballots.people) for part in parts], axis=1
        )
    cast_by = ballots.counts()
    exact, spread = np.zeros((ballots.people, 2)), np.zeros((ballots.people, 3))
    for block in blocks(ballots.people):
        votes = cast_by[block].astype(np.float64) + zeroed
        cast, sums_here = np.maximum(votes, 1.0), sums[block]
        a, b = sums_here[:, 0], sums_here[:, 1]
        exact[block] = sums_here[:, :2] * np.sqrt(size / cast)[:, None]
        square = np.stack([a * a, a * b, b * b], axis=1)
        # The variance of a sum of votes drawn without repetition from all statements.
        unseen = (1.0 - votes / max(size, 1)) * (cast / np.maximum(cast - 1.0, 1.0)) * (size / cast)
        spread[block] = (sums_here[:, 2:] - square / cast[:, None]) * unseen[:, None]
        spread[block][(votes < 2) & (votes < size)] = np.inf
    return Places(np.rint(exact * UNIT).astype(np.int32), spread, exact)
