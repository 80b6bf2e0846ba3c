"""What the groups say: which statements stand for a group, which unite, which divide.

The tests are those that pol.is uses: shares with one agree and one disagree added (Laplace), one-sided z-tests at
90 %. They rank statements; they are no proof, since many are tested and the groups come from the same votes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from madang.commons.opinions.logic import kernels
from madang.commons.opinions.logic.ballots import AGREE, DISAGREE, Ballots
from madang.commons.opinions.logic.tables import Tables

Array = NDArray[Any]

Z90 = 1.2815515655446004  # one-sided 90 %
Z99 = 2.3263478740408408  # one-sided 99 %
PER_GROUP = 5
LISTED = 10


@dataclass(frozen=True, slots=True)
class Representative:
    """A statement that a group answers otherwise than the others. `vote`: 1 it agrees more, -1 it disagrees more.

    `count` of `seen` in the group voted so; `share` with one of each added; `others` the same share outside;
    `z` for the difference, `z_half` for the share being above one half. `significant`: both above 1.28.
    """

    statement: int
    vote: int
    count: int
    seen: int
    share: float
    others: float
    z: float
    z_half: float
    significant: bool


@dataclass(frozen=True, slots=True)
class Common:
    """A statement on which every group leans one way. `vote`: which; `together`: Π over groups of the share of the
    group that votes so; `least`: the smallest of these shares; `share`: of everybody."""

    statement: int
    vote: int
    together: float
    least: float
    share: float


@dataclass(frozen=True, slots=True)
class Dividing:
    """A statement on which two groups are far apart: agreeing share highest in group `most`, lowest in `least`."""

    statement: int
    most: int
    least: int
    highest: float
    lowest: float
    z: float


def counts_of(ballots: Ballots, label: Array, k: int, *, compiled: bool = False) -> Array:
    """How many of each group disagreed, passed and agreed: groups × statements × 3. Label -1 is in no group."""
    if compiled:
        return kernels.count_answers(ballots, label.astype(np.int8), k)
    owner = label[ballots.owners()].astype(np.int64)
    cell = (owner * ballots.statements + ballots.statement) * 3 + ballots.value + 1
    flat = np.bincount(cell[owner >= 0], minlength=k * ballots.statements * 3)
    return flat.reshape(k, ballots.statements, 3)


def answers_of(tables: Tables) -> Array:
    """How many disagreed, passed and agreed with each statement: statements × 3. The tables know."""
    n, total, square = (
        table.diagonal().astype(np.int64) for table in (tables.both, tables.left, tables.product)
    )
    return np.stack([(square - total) // 2, n - square, (square + total) // 2], axis=1)


def representative_of(counts: Array) -> list[tuple[Representative, ...]]:
    """Up to five statements for each group, those it agrees with first."""
    seen, whole = counts.sum(axis=2), counts.sum(axis=(0, 2))
    found: dict[tuple[int, int], list[Representative]] = {}
    metric: dict[tuple[int, int, int], float] = {}
    for vote in (AGREE, DISAGREE):
        cast = counts[:, :, vote + 1]
        all_cast = cast.sum(axis=0)
        for group in range(len(counts)):
            inside, outside = cast[group], all_cast - cast[group]
            n, m = seen[group], whole - seen[group]
            share, others = (inside + 1) / (n + 2), (outside + 1) / (m + 2)
            z, half = _z_two(inside, n, outside, m), _z_half(inside, n)
            rank = share / others * z * share * half
            rows = [
                Representative(
                    at, vote, int(inside[at]), int(n[at]), float(share[at]), float(others[at]), float(z[at]),
                    float(half[at]), bool(z[at] > Z90 and half[at] > Z90),
                )
                for at in np.argsort(-rank, kind="stable")
                if n[at] and z[at] > 0
            ]  # fmt: skip
            found[group, vote] = rows
            metric.update({(group, vote, row.statement): float(rank[row.statement]) for row in rows})
    chosen = []
    for group in range(len(counts)):
        both = found[group, AGREE] + found[group, DISAGREE]
        both.sort(
            key=lambda row: (not row.significant, -metric[group, row.vote, row.statement], row.statement)
        )
        strong = [row for row in both if row.significant][:PER_GROUP] or both[:1]
        strong.sort(key=lambda row: -row.vote)
        chosen.append(tuple(strong))
    return chosen


def common_of(counts: Array) -> list[Common]:
    """The statements that unite the groups (or, with one group, everybody): in each of them most vote the same way, and
    over all this is significant. Sorted by the product of the shares, which one group that stands aside makes small."""
    seen, found = counts.sum(axis=2), []
    for vote in (AGREE, DISAGREE):
        cast = counts[:, :, vote + 1]
        shares = (cast + 1) / (seen + 2)
        together, least = shares[0].copy(), shares.min(axis=0)
        for row in shares[1:]:
            together *= row
        everybody, n = cast.sum(axis=0), seen.sum(axis=0)
        half = _z_half(everybody, n)
        for at in np.flatnonzero((least > 0.5) & (half > Z90)):
            share = (everybody[at] + 1) / (n[at] + 2)
            found.append(Common(int(at), vote, float(together[at]), float(least[at]), float(share)))
    return sorted(found, key=lambda row: (-row.together, row.statement))[:LISTED]


def dividing_of(counts: Array) -> list[Dividing]:
    """The statements with the widest distance between two groups, if it is significant (z > 2.33)."""
    if len(counts) < 2:
        return []
    seen, cast, found = counts.sum(axis=2), counts[:, :, AGREE + 1], []
    shares = (cast + 1) / (seen + 2)
    most, least = shares.argmax(axis=0), shares.argmin(axis=0)
    at = np.arange(shares.shape[1])
    z = _z_two(cast[most, at], seen[most, at], cast[least, at], seen[least, at])
    for one in np.flatnonzero((z > Z99) & (most != least)):
        high, low = shares[most[one], one], shares[least[one], one]
        found.append(
            Dividing(int(one), int(most[one]), int(least[one]), float(high), float(low), float(z[one]))
        )
    return sorted(found, key=lambda row: (row.lowest - row.highest, row.statement))[:LISTED]


def _z_half(count: Array, n: Array) -> Array:
    """z of a share against one half, with one added to both numbers."""
    return 2.0 * np.sqrt(n + 1.0) * ((count + 1.0) / (n + 1.0) - 0.5)


def _z_two(count: Array, n: Array, other: Array, m: Array) -> Array:
    """z of the difference of two shares, with one added to all four numbers; 0 where nobody differs."""
    one, two = (count + 1.0) / (n + 1.0), (other + 1.0) / (m + 1.0)
    pooled = (count + other + 2.0) / (n + m + 2.0)
    error = np.sqrt(np.maximum(pooled * (1.0 - pooled), 0.0) * (1.0 / (n + 1.0) + 1.0 / (m + 1.0)))
    return np.where(error > 0, (one - two) / np.where(error > 0, error, 1.0), 0.0)
