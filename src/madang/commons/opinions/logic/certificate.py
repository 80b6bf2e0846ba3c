"""How far the groups can be trusted.

Axes follow from the votes without doubt; groups do not. A method that is asked for groups always finds some, and two
divisions that are nearly equally good can put half of the people elsewhere. So groups are published with three tests:

- *starts*: from many beginnings, is there another division that is nearly as good and quite different?
- *resampling*: if other people of the same kind had come, would the same people be together?
- *one cloud*: is the division clearer than in a single cloud of people (an evenly filled rectangle of the same extent)?

and people whose own votes do not settle which of two groups they are in are named to neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from madang.commons.opinions.logic import draws, kernels_plane, steady
from madang.commons.opinions.logic.ballots import Ballots
from madang.commons.opinions.logic.clusters import (
    Clustering,
    agreement,
    best_of,
    blocks,
    distances,
    silhouette,
)
from madang.commons.opinions.logic.components import Components, components_of
from madang.commons.opinions.logic.projection import UNIT, Places, places_of
from madang.commons.opinions.logic.tables import tables_of

Array = NDArray[Any]

STABLE, FRAGILE, NO_GROUPS = "stable", "fragile", "no_groups"

SAME = 0.8  # two divisions with at least this adjusted Rand index count as the same
NEAR = 0.01  # a division with this share more inertia than the best is nearly as good
CLOUDS = 19  # clouds to be clearer than: 1 chance in 20 that one cloud passes
SAMPLE = 4_000  # people that are resampled; fewer people make a test harder to pass, never easier


@dataclass(frozen=True, slots=True)
class Certificate:
    """`verdict` and the tests it follows from; `reasons` are the keys of those that failed: `rival`, `resampling`,
    `cloud`, `few_people`, `no_variance`.

    `starts`, `reached`: beginnings tried, and how many led to the best division. `rival`: the lowest adjusted
    Rand index between the best division and one that is nearly as good; 1 if there is none.
    `resampled`: how often; `median`, `low`: of the adjusted Rand indices with the division of resampled people
    (`low`: a tenth are below). `silhouette` and the highest among `clouds` single clouds.
    """

    verdict: str
    reasons: tuple[str, ...]
    starts: int = 0
    reached: int = 0
    rival: float = 1.0
    resampled: int = 0
    median: float | None = None
    low: float | None = None
    silhouette: float = 0.0
    clouds: int = 0
    cloud_silhouette: float | None = None


def certify(
    ballots: Ballots,
    order: Array,
    points: Array,
    components: Components,
    best: Clustering,
    tried: list[Clustering],
    found: float,
    *,
    seed: int,
    resamples: int,
    most: int,
    zeroed: int,
    compiled: bool,
) -> Certificate:
    """The certificate of the division `best` of the people `order` of `ballots` (those who may be in a group, in an
    order that does not depend on who they are), who stand at `points`. `found` is its silhouette; `most` the number of groups that were allowed;
    `zeroed` as for places."""
    finest = min(one.inertia for one in tried)
    near = [one for one in tried if one.inertia <= finest * (1 + NEAR) and one.k == best.k]
    winner = min(near, key=lambda one: one.inertia)
    rival = min(agreement(winner.label, one.label) for one in near)
    reached = sum(one.inertia <= finest * (1 + 1e-9) for one in tried)
    indices = _resampled(
        ballots, order, components, best, seed=seed, times=resamples, zeroed=zeroed, compiled=compiled
    )
    cloud = _clearest_cloud(points, most, seed, compiled)
    median, low = (float(np.sort(indices)[int(share * (len(indices) - 1))]) for share in (0.5, 0.1))
    reasons = []
    if found <= cloud:
        reasons.append("cloud")
    if rival < SAME:
        reasons.append("rival")
    if median < SAME or low < SAME - 0.3:
        reasons.append("resampling")
    verdict = NO_GROUPS if "cloud" in reasons else FRAGILE if reasons else STABLE
    return Certificate(
        verdict, tuple(reasons), len(tried), reached, rival, len(indices), median, low, found, CLOUDS, cloud
    )


def borderline_of(places: Places, clustering: Clustering, *, compiled: bool = False) -> Array:
    """Who is less than one standard error from the line to another group, counting only the uncertainty from having
    voted on some statements and not on others; whoever has cast a single vote always is. True for those; label -1 is
    in no group and between none."""
    if compiled:
        return kernels_plane.between(
            places.xy, places.spread, clustering.label, clustering.centres, float(UNIT)
        )
    doubtful = np.zeros(len(clustering.label), bool)
    for block in blocks(len(doubtful)):
        squares = distances(places.xy[block], clustering.centres)
        label = clustering.label[block].astype(np.intp)
        own = np.maximum(label, 0)
        nearest = squares[np.arange(len(own)), own]
        # An uncertainty without end times a way of no length would be no number.
        endless = np.isinf(places.spread[block, 0])
        spread = np.where(endless[:, None], 0.0, places.spread[block])
        xx, xy, yy = (spread[:, at] * float(UNIT * UNIT) for at in range(3))
        for other in range(clustering.k):
            way = clustering.centres[other] - clustering.centres[own]
            # Both sides times 2·|way|: distance to the line = (d_other² - d_own²) / 2|way|.
            margin = squares[:, other] - nearest
            ahead, up = way[:, 0], way[:, 1]
            sideways = xx * (ahead * ahead) + xy * (2.0 * ahead * up) + yy * (up * up)
            near = endless | (margin * margin < 4.0 * np.maximum(sideways, 0.0))
            doubtful[block] |= (label >= 0) & (own != other) & near
    return doubtful


def _resampled(
    ballots: Ballots,
    order: Array,
    components: Components,
    best: Clustering,
    *,
    seed: int,
    times: int,
    zeroed: int,
    compiled: bool,
) -> Array:
    """Adjusted Rand indices between the division and that of as many people drawn with repetition.

    Each time everything is done anew from the drawn people's votes: tables, axes, places, groups. Both
    divisions are compared on all people, the drawn one by its nearest middle.
    """
    label = best.label
    if len(order) > SAMPLE:
        chosen = np.sort(draws.below(len(order), seed, 11, SAMPLE))
        order, label = order[chosen], label[chosen]
    ballots = ballots.rows(order)
    indices = np.zeros(times)
    for at in range(times):
        often = np.bincount(
            draws.below(ballots.people, seed, 100 + at, ballots.people), minlength=ballots.people
        )
        axes = components_of(
            tables_of(ballots, times=often, compiled=compiled),
            start=components.loadings,
            close=1e-4,
            compiled=compiled,
        )
        xy = places_of(ballots, axes, zeroed=zeroed, compiled=compiled).xy
        drawn = np.repeat(xy, often, axis=0)
        division, _ = best_of(drawn, best.k, starts=5, seed=seed + 1 + at, compiled=compiled)
        indices[at] = agreement(label, distances(xy, division.centres).argmin(axis=1))
    return indices


def _clearest_cloud(points: Array, most: int, seed: int, compiled: bool) -> float:
    """The best silhouette that k-means finds in single clouds with the extent of `points`: a rectangle along their main
    axes, evenly filled. Of clouds without groups it is the one that is easiest to take for groups, which is why the gap
    statistic compares with it as well (Tibshirani, Walther and Hastie 2001)."""
    count = min(len(points), SAMPLE)
    real = points.T.astype(np.float64)
    real -= (steady.total(real) / len(points))[:, None]
    values, ways = steady.eigen(np.stack([steady.total(real * real[axis]) for axis in (0, 1)]) / len(points))
    half = np.sqrt(3.0 * np.maximum(values, 0.0))
    return max(_cloud(ways, half, count, most, seed, at, compiled) for at in range(CLOUDS))


def _cloud(ways: Array, half: Array, count: int, most: int, seed: int, at: int, compiled: bool) -> float:
    filled = [(2.0 * draws.shares(seed, 10_000 + 2 * at + axis, count) - 1.0) * half[axis] for axis in (0, 1)]
    drawn = np.rint(ways[0] * filled[0][:, None] + ways[1] * filled[1][:, None]).astype(np.int64)
    divisions = [
        best_of(drawn, k, starts=3, seed=seed + at, compiled=compiled)[0] for k in range(2, most + 1)
    ]
    return max(silhouette(drawn, division, compiled=compiled) for division in divisions)
