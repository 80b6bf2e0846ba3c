"""How the groups of a map and those that pol.is published agree, and where a difference comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from madang.commons.opinions.logic.certificate import NO_GROUPS
from madang.commons.opinions.logic.clusters import agreement, best_of
from madang.commons.opinions.logic.opinion_map import OpinionMap
from madang.commons.opinions.logic.polis_tables import Said


@dataclass(frozen=True, slots=True)
class Comparison:
    """Adjusted Rand indices with pol.is's groups: `ari` of everybody who is in a group in both; `ari_named` without
    the borderline ones, None where fewer than two are named; `ari_same_number` if k-means is asked for as many groups as pol.is has.
    `otherwise`: people in another group, at the best pairing of groups; `otherwise_borderline`: of these."""

    ari: float
    ari_named: float | None
    ari_same_number: float
    compared: int
    only_polis: int
    groups_polis: int
    groups: int
    otherwise: int
    otherwise_borderline: int
    explanation: tuple[Said, ...]


def compare(found: OpinionMap, people: Sequence[str], groups: Mapping[str, str]) -> Comparison | None:
    """The comparison; None where the export names no group or nobody is in a group in both."""
    names = {name: at for at, name in enumerate(sorted(set(groups.values())))}
    theirs = np.array([names[groups[person]] if person in groups else -1 for person in people], np.int64)
    both = (theirs >= 0) & (found.nearest >= 0)
    if not both.any():
        return None
    named = both & (found.label >= 0)
    same = np.full(len(people), -1, np.int64)
    points = found.places.xy[found.order]
    asked, _ = best_of(points, max(1, len(names)), starts=found.settings.starts, seed=found.settings.seed)
    same[found.order] = asked.label
    otherwise = _otherwise(theirs[both], found.nearest[both])
    doubtful = found.borderline[both]
    made = Comparison(
        ari=agreement(theirs[both], found.nearest[both]),
        ari_named=agreement(theirs[named], found.label[named]) if named.sum() > 1 else None,
        ari_same_number=agreement(theirs[both], same[both]),
        compared=int(both.sum()),
        only_polis=int(((theirs >= 0) & (found.nearest < 0)).sum()),
        groups_polis=len(names),
        groups=int(found.nearest.max()) + 1,
        otherwise=int(otherwise.sum()),
        otherwise_borderline=int((otherwise & doubtful).sum()),
        explanation=(),
    )
    return replace(made, explanation=_why(made, found))


def _otherwise(theirs: NDArray[Any], ours: NDArray[Any]) -> NDArray[Any]:
    """Who is in another group, when groups are paired so that as few as possible are."""
    size = int(max(theirs.max(), ours.max())) + 1
    table = np.zeros((size, size), np.int64)
    np.add.at(table, (theirs, ours), 1)
    if size <= 7:
        pairs = max(permutations(range(size)), key=lambda order: int(table[np.arange(size), order].sum()))
    else:
        pairs = tuple(int(at) for at in table.argmax(axis=1))
    return np.asarray(np.array(pairs)[theirs] != ours)


def _why(made: Comparison, found: OpinionMap) -> tuple[Said, ...]:
    said = []
    if made.groups != made.groups_polis:
        none = found.certificate.verdict == NO_GROUPS
        en = f"would divide into {made.groups} and names none" if none else f"divides into {made.groups}"
        ko = f"나눈다면 {made.groups}개지만 집단을 두지 않습니다" if none else f"{made.groups}개로 나눕니다"
        said.append(
            Said(
                "number",
                f"pol.is shows {made.groups_polis} groups, this map {en}. pol.is keeps an earlier number of groups "
                "until another one is better several times in a row, and divides 100 averaged places instead of "
                f"people; neither can be recomputed from the votes. Asked for {made.groups_polis} groups, this map "
                f"agrees with pol.is at {made.ari_same_number:.3f}.",
                f"pol.is는 집단이 {made.groups_polis}개이고, 이 지도는 {ko}. pol.is는 다른 개수가 여러 번 연속으로 "
                "나을 때까지 이전 개수를 유지하고, 사람이 아니라 평균한 위치 100곳을 나눕니다. 둘 다 투표만으로 다시 "
                f"계산할 수 없습니다. {made.groups_polis}개로 나누면 pol.is와의 일치도는 {made.ari_same_number:.3f}입니다.",
            )
        )
    if made.otherwise:
        said.append(
            Said(
                "people",
                f"{made.otherwise} of {made.compared} people are in another group; {made.otherwise_borderline} of them are borderline: "
                "their own votes do not settle it.",
                f"{made.compared}명 가운데 {made.otherwise}명이 다른 집단에 있으며, 그중 {made.otherwise_borderline}명은 경계에 있어 "
                "자신의 투표만으로는 정해지지 않습니다.",
                made.otherwise,
            )
        )
    if made.only_polis:
        said.append(
            Said(
                "few-votes",
                f"{made.only_polis} people whom pol.is put into groups have cast fewer than {found.settings.min_votes} votes "
                "and are left out here.",
                f"pol.is가 집단에 넣은 {made.only_polis}명은 투표가 {found.settings.min_votes}건보다 적어 여기서는 뺐습니다.",
                made.only_polis,
            )
        )
    if not said:
        said.append(Said("same", "The groups are the same.", "집단이 같습니다."))
    return tuple(said)
