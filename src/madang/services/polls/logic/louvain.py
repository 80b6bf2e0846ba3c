"""Groups of words that hang together (Louvain, Blondel et al. 2008), in whole numbers: no rounding can change a group.

Weights are whole numbers and words are looked at in their order, so the same network has the same groups everywhere. A word
changes to a group only where modularity becomes truly larger; of equal gains the smaller number wins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Edges = Mapping[tuple[int, int], int]


def groups(size: int, edges: Edges) -> list[int]:
    """The group of each of `size` words, numbered from 0 in order of their first word."""
    belongs = list(range(size))
    links: list[dict[int, int]] = [{} for _ in range(size)]
    loops = [0] * size
    for (one, other), weight in edges.items():
        if weight > 0 and one != other:
            links[one][other] = links[one].get(other, 0) + weight
            links[other][one] = links[other].get(one, 0) + weight
    while True:
        moved = _moved(links, loops)
        order = {label: place for place, label in enumerate(dict.fromkeys(moved))}
        belongs = [order[moved[at]] for at in belongs]
        if len(order) == len(links):
            return _numbered(belongs)
        links, loops = _merged(links, loops, [order[label] for label in moved], len(order))


def modularity(size: int, edges: Edges, belongs: Sequence[int]) -> float:
    """Share of the weight inside groups above what chance would put there, from -0.5 to 1."""
    total = sum(edges.values())
    if not total:
        return 0.0
    inside = sum(weight for (one, other), weight in edges.items() if belongs[one] == belongs[other])
    degrees = [0] * size
    for (one, other), weight in edges.items():
        degrees[belongs[one]] += weight
        degrees[belongs[other]] += weight
    # One division of whole numbers at the end.
    return round((4 * total * inside - sum(degree * degree for degree in degrees)) / (4 * total * total), 6)


def _moved(links: list[dict[int, int]], loops: list[int]) -> list[int]:
    """One level: each word goes where the gain is largest, until none gains."""
    degree = [sum(near.values()) + 2 * loop for near, loop in zip(links, loops, strict=True)]
    double = sum(degree)
    label = list(range(len(links)))
    total = degree[:]
    changed = double > 0
    while changed:
        changed = False
        for at, near in enumerate(links):
            toward: dict[int, int] = {label[at]: 0}
            for other, weight in near.items():
                toward[label[other]] = toward.get(label[other], 0) + weight
            total[label[at]] -= degree[at]
            # Gain of joining a group, times `double`: exact.
            best = max(toward, key=lambda group: (toward[group] * double - total[group] * degree[at], -group))
            here = toward[label[at]] * double - total[label[at]] * degree[at]
            if best != label[at] and toward[best] * double - total[best] * degree[at] > here:
                label[at] = best
                changed = True
            total[label[at]] += degree[at]
    return label


def _merged(
    links: list[dict[int, int]], loops: list[int], label: list[int], size: int
) -> tuple[list[dict[int, int]], list[int]]:
    made: list[dict[int, int]] = [{} for _ in range(size)]
    inner = [0] * size
    for at, near in enumerate(links):
        inner[label[at]] += loops[at]
        for other, weight in near.items():
            if label[at] == label[other]:
                inner[label[at]] += weight if at < other else 0
            else:
                made[label[at]][label[other]] = made[label[at]].get(label[other], 0) + weight
    return made, inner


def _numbered(belongs: list[int]) -> list[int]:
    order = {label: place for place, label in enumerate(dict.fromkeys(belongs))}
    return [order[label] for label in belongs]
