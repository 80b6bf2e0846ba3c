"""From votes to a map: the one function that others call, and the map it makes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from madang.commons.opinions.logic import kernels
from madang.commons.opinions.logic.ballots import Ballots, ballots_of
from madang.commons.opinions.logic.certificate import NO_GROUPS, Certificate, borderline_of, certify
from madang.commons.opinions.logic.clusters import Clustering, best_of, silhouette
from madang.commons.opinions.logic.components import Components, components_of
from madang.commons.opinions.logic.meaning import (
    Common,
    Dividing,
    Representative,
    answers_of,
    common_of,
    counts_of,
    dividing_of,
    representative_of,
)
from madang.commons.opinions.logic.projection import UNIT, Places, places_of
from madang.commons.opinions.logic.tables import Tables, tables_of

Array = NDArray[Any]

ZEROED, ABSENT = "zeroed", "absent"
NAMED, BORDERLINE, FEW_VOTES, UNGROUPED = "named", "borderline", "few_votes", "no_groups"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a map is made with; published beside it.

    `min_votes`: so many votes are needed to be counted into groups (all, where there are fewer statements). `floor`:
    if fewer people than this reach it, those with the most votes come in until there are so many.
    `most_groups`: k is chosen from 2 to this. `starts`: of k-means, for each k. `resamples`: of the certificate. `left_out`: how
    excluded statements count. `zeroed`, as in pol.is: as if everybody had passed on them, so that they divide nobody;
    votes on them count towards `min_votes`. `absent`: as if they had never been there.
    """

    seed: int = 1
    min_votes: int = 7
    floor: int = 15
    most_groups: int = 5
    starts: int = 20
    resamples: int = 30
    left_out: str = ZEROED


@dataclass(frozen=True, slots=True)
class Group:
    """`size`: who is nearest to its middle; `named`: those of them who are not borderline; `centre` on the map."""

    index: int
    size: int
    named: int
    centre: tuple[float, float]
    representative: tuple[Representative, ...]


@dataclass(frozen=True, slots=True, eq=False)
class OpinionMap:
    """A map. People and statements are the numbers that the votes came with.

    `tables` count all people and all statements, left out or not; the rest is made from the
    statements in `included`: those that have votes and were not excluded.
    `entitled[i]`: whether person i has cast enough votes; `order`: those, in the order in which groups are computed, which follows from votes alone.
    `label[i]`: the group of person i, -1 if none is named; `standing[i]`: why (`named`, `borderline`, `few_votes`,
    `no_groups`). `nearest[i]`: the group before borderline people are taken out and whatever the verdict, -1 only for
    `few_votes`; for comparisons, not for showing. `borderline[i]`: between two of these. `counts[g, j]`: how many of those nearest to group g disagreed,
    passed, agreed with statement j; `answers[j]`: the same for everybody.
    `silhouettes`: by number of groups. `groups` is empty if the certificate says `no_groups`.
    """

    settings: Settings
    tables: Tables
    included: Array
    components: Components
    places: Places
    votes: Array
    order: Array
    nearest: Array
    borderline: Array
    label: Array
    entitled: Array
    silhouettes: dict[int, float]
    groups: tuple[Group, ...]
    counts: Array
    answers: Array
    consensus: tuple[Common, ...]
    dividing: tuple[Dividing, ...]
    certificate: Certificate

    @property
    def standing(self) -> Array:
        bare = self.certificate.verdict == NO_GROUPS
        named = UNGROUPED if bare else NAMED
        between = UNGROUPED if bare else BORDERLINE
        return np.where(~self.entitled, FEW_VOTES, np.where(self.borderline, between, named))


def make_map(
    person: Sequence[int] | Array,
    statement: Sequence[int] | Array,
    value: Sequence[int] | Array,
    *,
    people: int | None = None,
    statements: int | None = None,
    excluded: Iterable[int] = (),
    settings: Settings = Settings(),
) -> OpinionMap:
    """The map of votes in the order they were cast; of repeated votes the last one counts.

    `person` and `statement` are numbers from 0 (`people` and `statements` say how many there are, if some have no
    votes); `value` is 1, 0 or -1. Number the statements in a fixed order, such as that of their public numbers:
    the digest of the tables depends on it. The order of people does not matter. Raises ValueError for numbers out of range.
    """
    return map_of(
        ballots_of(person, statement, value, people=people, statements=statements),
        excluded=excluded,
        settings=settings,
    )


def map_of(
    ballots: Ballots,
    *,
    tables: Tables | None = None,
    excluded: Iterable[int] = (),
    settings: Settings = Settings(),
) -> OpinionMap:
    """The map of ballots. `tables`, if they were kept from vote to vote, must be those of these ballots."""
    compiled = kernels.worth(ballots)
    whole = tables_of(ballots) if tables is None else tables
    included = np.ones(ballots.statements, bool)
    included[list(excluded)] = False
    voted_on = whole.both.diagonal() > 0
    included &= voted_on
    if included.all():
        inner, inner_tables = ballots, whole
    else:
        inner, inner_tables = ballots.columns(included), whole.keep(included)
    axes = components_of(inner_tables, compiled=compiled)
    zeroed = int((voted_on & ~included).sum()) if settings.left_out == ZEROED else 0
    places = places_of(inner, axes, zeroed=zeroed)
    votes = (ballots if settings.left_out == ZEROED else inner).counts()
    entitled = _entitled(votes, inner.statements + zeroed, settings)

    # From here on people stand in an order that follows from their places and ballots alone, so that neither
    # numbering nor arrival decides anything.
    order = np.flatnonzero(entitled)
    order = order[_anonymous(inner, places, order)]
    points = places.xy[order]
    label = np.full(ballots.people, -1, np.int8)
    division, tried, scores = _division(points, settings, compiled)
    doubtful = np.zeros(ballots.people, bool)
    if division is None:
        certificate = Certificate(NO_GROUPS, ("few_people" if len(order) < 4 else "no_variance",))
    else:
        label[order] = division.label
        certificate = certify(
            inner, order, points, axes, division, tried, scores[division.k],
            seed=settings.seed, resamples=settings.resamples, most=max(scores), zeroed=zeroed, compiled=compiled,
        )  # fmt: skip
        doubtful = borderline_of(places, replace(division, label=label), compiled=compiled)
    nearest = label.copy()
    counts = np.zeros((1 if division is None else division.k, ballots.statements, 3), np.int64)
    counts[:, included] = counts_of(inner, nearest, len(counts), compiled=compiled)
    answers = answers_of(whole)
    answers[~included] = 0
    bare = certificate.verdict == NO_GROUPS
    label[doubtful | bare] = -1
    told = answers[None] if bare else counts
    return OpinionMap(
        settings=settings,
        tables=whole,
        included=included,
        components=_widened(axes, included),
        places=places,
        votes=votes,
        order=order,
        nearest=nearest,
        borderline=doubtful,
        label=label,
        entitled=entitled,
        silhouettes=scores,
        groups=_groups(division, counts, label, certificate),
        counts=counts,
        answers=answers,
        consensus=tuple(common_of(told)),
        dividing=tuple(dividing_of(told)),
        certificate=certificate,
    )


def _entitled(votes: Array, statements: int, settings: Settings) -> Array:
    """Who has cast enough votes to be in a group; at least `floor` people if so many voted at all."""
    enough = votes >= max(1, min(settings.min_votes, statements))
    if enough.sum() < settings.floor:
        cast = np.sort(votes[votes > 0])[::-1]
        if len(cast):
            # All who have as many votes as the last of them, so that no order of people decides.
            enough |= votes >= cast[min(settings.floor, len(cast)) - 1]
    return np.asarray(enough & (votes > 0))


def _division(
    points: Array, settings: Settings, compiled: bool
) -> tuple[Clustering | None, list[Clustering], dict[int, float]]:
    """The division with the best silhouette, all that were tried with as many groups, and the silhouettes by k."""
    most = min(settings.most_groups, 2 + len(points) // 12)
    different = len(np.unique(points, axis=0)) if len(points) < 1000 else most + 1
    found: dict[int, tuple[Clustering, list[Clustering]]] = {}
    for k in range(2, most + 1):
        if len(points) >= 4 and different >= k:
            found[k] = best_of(points, k, starts=settings.starts, seed=settings.seed, compiled=compiled)
    scores = {k: silhouette(points, best, compiled=compiled) for k, (best, _) in found.items() if best.k == k}
    if not scores:
        return None, [], {}
    k = max(scores, key=lambda one: (scores[one], -one))
    return *found[k], scores


def _anonymous(ballots: Ballots, places: Places, people: Array) -> Array:
    """An order of `people` by place, and at the same place by ballot."""
    # Both coordinates in one word, in the order of signed numbers.
    word = (places.xy[people].astype(np.int64) + (1 << 31)).astype(np.uint64)
    word = word[:, 0] << np.uint64(32) | word[:, 1]
    order = np.argsort(word)
    equal = np.diff(word[order]) == 0
    if equal.any():
        # Those who share their place share these turns; only among them do ballots decide.
        turns = np.flatnonzero(np.append(equal, False) | np.append(False, equal))
        crowd = order[turns]
        ballot = ballots.rows(people[crowd]).fingerprints()
        order[turns] = crowd[np.lexsort((ballot, word[crowd]))]
    return np.asarray(order)


def _groups(
    division: Clustering | None, counts: Array, label: Array, certificate: Certificate
) -> tuple[Group, ...]:
    if division is None or certificate.verdict == NO_GROUPS:
        return ()
    sizes = np.bincount(division.label, minlength=division.k)
    standing_for = representative_of(counts)
    return tuple(
        Group(
            index=at,
            size=int(sizes[at]),
            named=int((label == at).sum()),
            centre=(float(division.centres[at, 0]) / UNIT, float(division.centres[at, 1]) / UNIT),
            representative=standing_for[at],
        )
        for at in range(division.k)
    )


def _widened(axes: Components, included: Array) -> Components:
    """Loadings and means for all statements; 0 for those left out."""
    means, loadings = np.zeros(len(included)), np.zeros((len(included), 2))
    means[included], loadings[included] = axes.means, axes.loadings
    return replace(axes, means=means, loadings=loadings)
