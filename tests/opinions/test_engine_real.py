"""Against independent computations: a dense decomposition of the five real conversations, and pairs counted by hand."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.commons.opinions.logic import steady
from madang.commons.opinions.logic.ballots import Ballots, ballots_of
from madang.commons.opinions.logic.clusters import Clustering, agreement, distances, silhouette
from madang.commons.opinions.logic.components import components_of
from madang.commons.opinions.logic.polis_files import read_folder
from madang.commons.opinions.logic.projection import UNIT, places_of
from madang.commons.opinions.logic.tables import tables_of

CONVERSATIONS = [
    "austria-climate", "brexit-consensus", "football-concussions", "scoop-hivemind.biodiversity", "scoop-hivemind.ubi"
]  # fmt: skip


def ballots_in(folder: Path) -> Ballots:
    made = read_folder(folder)
    person = {name: at for at, name in enumerate(made.people)}
    statement = {name: at for at, name in enumerate(made.statements)}
    who, what, how = zip(*((person[p], statement[s], v) for p, s, v in made.votes), strict=True)
    return ballots_of(who, what, how, people=len(person), statements=len(statement))


@pytest.mark.realdata
@pytest.mark.parametrize("name", CONVERSATIONS)
def test_axes_and_places_are_those_of_a_dense_decomposition(name: str, shared_data: Path) -> None:
    ballots = ballots_in(shared_data / "polis" / name)
    axes = components_of(tables_of(ballots, compiled=False))
    matrix = np.full((ballots.people, ballots.statements), np.nan)
    matrix[ballots.owners(), ballots.statement] = ballots.value
    seen = ~np.isnan(matrix)
    mean = np.where(seen, matrix, 0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    centred = np.where(seen, matrix - mean, 0.0)
    _, lengths, dense = np.linalg.svd(centred, full_matrices=False)
    signs = np.sign((dense[:2] * axes.loadings.T).sum(axis=1))
    expected = dense[:2].T * signs
    assert np.abs(axes.loadings - expected).max() < 1e-9
    voters = int(seen.any(axis=1).sum())
    assert np.allclose(axes.eigenvalues, lengths[:3] ** 2 / (voters - 1), rtol=1e-9, atol=0)
    scale = np.sqrt(ballots.statements / np.maximum(seen.sum(axis=1), 1))
    places = places_of(ballots, axes, compiled=False)
    assert np.abs(places.xy - centred @ expected * scale[:, None] * UNIT).max() < 0.51


@pytest.mark.realdata
def test_the_compiled_way_gives_the_same_bits(shared_data: Path) -> None:
    ballots = ballots_in(shared_data / "polis" / "scoop-hivemind.biodiversity")
    tables = tables_of(ballots, compiled=True)
    assert tables == tables_of(ballots, compiled=False)
    axes = components_of(tables)
    one, other = places_of(ballots, axes, compiled=True), places_of(ballots, axes, compiled=False)
    assert np.array_equal(one.xy, other.xy)
    assert np.array_equal(one.spread, other.spread)


labels = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=25)


@given(labels)
def test_agreement_is_the_adjusted_rand_index(pairs: list[tuple[int, int]]) -> None:
    """By counting pairs of people: Hubert and Arabie's index is Cohen's kappa of "are these two together"."""
    one, other = (np.array(column) for column in zip(*pairs, strict=True))
    a = b = c = d = 0
    for i, j in combinations(range(len(pairs)), 2):
        together, also = one[i] == one[j], other[i] == other[j]
        a, b, c, d = a + (together and also), b + (together and not also), c + (also and not together), d + (
            not together and not also
        )  # fmt: skip
    below = (a + b) * (b + d) + (a + c) * (c + d)
    expected = 1.0 if below == 0 else 2 * (a * d - b * c) / below
    assert agreement(one, other) == pytest.approx(expected, abs=1e-12)
    assert agreement(one, one) == 1.0


points = st.lists(
    st.tuples(st.integers(-9, 9), st.integers(-9, 9), st.integers(0, 2)), min_size=3, max_size=20
)


@given(points)
def test_the_silhouette_is_that_of_all_pairs(drawn: list[tuple[int, int, int]]) -> None:
    rows = np.array(drawn)
    xy, label = rows[:, :2], np.unique(rows[:, 2], return_inverse=True)[1].astype(np.int8)
    k = int(label.max()) + 1
    centres = np.stack([xy[label == g].mean(axis=0) for g in range(k)])
    squares = ((xy[:, None] - xy[None]) ** 2).sum(axis=2).astype(float)
    each = []
    for i in range(len(xy)):
        own = (label == label[i]) & (np.arange(len(xy)) != i)
        if k < 2 or not own.any():
            each.append(0.0)
            continue
        inside = squares[i, own].mean()
        outside = min(squares[i, label == g].mean() for g in range(k) if g != label[i])
        larger = max(inside, outside)
        each.append((outside - inside) / larger if larger else 0.0)
    made = Clustering(label, centres, float(distances(xy, centres)[np.arange(len(xy)), label].sum()))
    assert silhouette(xy, made) == pytest.approx(np.mean(each) if k > 1 else 0.0, abs=1e-9)


@given(st.integers(0, 1000), st.integers(1, 60), st.integers(0, 3))
def test_eigenvectors_of_small_and_of_flawed_matrices(seed: int, size: int, rank: int) -> None:
    lot = np.random.default_rng(seed)
    rows = lot.normal(size=(size, rank or size))
    matrix = rows @ rows.T
    matrix = (matrix + matrix.T) / 2
    values, vectors, _ = steady.leading(
        matrix, lot.random((4, size)) - 0.5, wanted=min(2, size), depth=8, close=1e-13
    )
    dense = np.linalg.eigvalsh(matrix)[::-1]
    assert np.allclose(values, dense[: len(values)], atol=1e-9 * max(1.0, dense[0]))
    for value, vector in zip(values, vectors, strict=False):
        assert np.abs(matrix @ vector - value * vector).max() < 1e-7 * max(1.0, dense[0])


def test_the_sum_by_halving_is_a_sum() -> None:
    for size in (0, 1, 2, 3, 7, 8, 1000, 1001):
        assert steady.total(np.arange(size, dtype=float)) == size * (size - 1) / 2
