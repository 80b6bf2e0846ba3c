"""Where the words of a network are drawn: words that go together lie near each other, and nowhere on each other.

A spring model (Fruchterman and Reingold 1991) that begins at fixed places and uses only operations that IEEE 754 defines to the last
bit, in a fixed order: the same network is drawn in the same way everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

ROUNDS = 120
_TURN = (-0.7373688780783197, 0.6754902942615238)  # cosine and sine of the golden angle


def lay_out(belongs: Sequence[int], edges: Mapping[tuple[int, int], float]) -> list[tuple[float, float]]:
    """A place for each word, both coordinates from -1 to 1. `edges`: how strongly two words pull, from 0 to 1."""
    size = len(belongs)
    if size == 0:
        return []
    if size == 1:
        return [(0.0, 0.0)]
    places = _start(belongs)
    ideal = 1.6 / math.sqrt(size)
    pulls = sorted(edges.items())
    heat = 0.2
    for _ in range(ROUNDS):
        push = [[0.0, 0.0] for _ in range(size)]
        for one in range(size):
            x, y = places[one]
            for other in range(one + 1, size):
                dx, dy = x - places[other][0], y - places[other][1]
                square = dx * dx + dy * dy
                force = ideal * ideal / max(square, 1e-9)
                push[one][0] += dx * force
                push[one][1] += dy * force
                push[other][0] -= dx * force
                push[other][1] -= dy * force
        for (one, other), strength in pulls:
            dx, dy = places[one][0] - places[other][0], places[one][1] - places[other][1]
            force = math.sqrt(dx * dx + dy * dy) / ideal * (0.3 + strength)
            push[one][0] -= dx * force
            push[one][1] -= dy * force
            push[other][0] += dx * force
            push[other][1] += dy * force
        for at in range(size):
            dx, dy = push[at][0] - 0.4 * places[at][0], push[at][1] - 0.4 * places[at][1]
            length = math.sqrt(dx * dx + dy * dy)
            step = min(length, heat) / length if length > 0 else 0.0
            places[at] = (places[at][0] + dx * step, places[at][1] + dy * step)
        heat *= 0.97
    widest = max(max(abs(x), abs(y)) for x, y in places) or 1.0
    return [(round(x / widest, 4) + 0.0, round(y / widest, 4) + 0.0) for x, y in places]


def _start(belongs: Sequence[int]) -> list[tuple[float, float]]:
    """On a spiral, group after group."""
    order = sorted(range(len(belongs)), key=lambda at: (belongs[at], at))
    places = [(0.0, 0.0)] * len(belongs)
    x, y = 1.0, 0.0
    for number, at in enumerate(order):
        radius = math.sqrt((number + 0.5) / len(order))
        places[at] = (radius * x, radius * y)
        x, y = x * _TURN[0] - y * _TURN[1], x * _TURN[1] + y * _TURN[0]
    return places
