"""How alike two texts are, and which of their tokens are worth looking up. Plain Python.

Tokens are character pairs (Korean) and words (Latin, digits). Each is weighted by how rare it is, so that
문제 and 제안, which half of all ideas contain, say little and 통학 says much.

score = 0.6 · title + 0.4 · body, each the weighted Dice coefficient
    2 · Σ weight · min(count here, count there) / (Σ weight · count here + Σ weight · count there)
that is 1 for the same tokens and 0 for none shared. Tokens that only the other text has weigh as much as the
average token here. Without a body to compare, score = max(title, 0.7 · share of the title's weight that is
found anywhere in the other text); the share counts only from four tokens on.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

TITLE_SHARE = 0.6
CONTAINED_SHARE = 0.7
CONTAINED_FROM = 4


def weight(documents_with: int, documents: int) -> float:
    """Rarity of a token: ln(1 + N / (n + 0.5)), above 0 however common it is."""
    return math.log(1 + documents / (documents_with + 0.5))


def selective(counts: Mapping[str, int], *, most: int, rows: int) -> list[str]:
    """The rarest tokens that occur at all: at most `most`, and together in about `rows` documents.

    The first is always taken, so a query of common tokens only still gets candidates. The cap keeps the work
    the same whether the index holds two thousand documents or two hundred thousand.
    """
    chosen: list[str] = []
    used = 0
    for token, count in sorted(counts.items(), key=lambda item: (item[1], item[0])):
        if count <= 0:
            continue
        if chosen and (len(chosen) >= most or used + count > rows):
            break
        chosen.append(token)
        used += count
    return chosen


def dice(here: Counter[str], there: Counter[str], weights: Mapping[str, float]) -> float:
    """Weighted Dice coefficient of two token counts; 0 when either is empty."""
    if not here or not there:
        return 0.0
    known = [weights[token] for token in here if token in weights]
    average = sum(known) / len(known) if known else 1.0
    shared = sum(weights.get(token, average) * min(count, there[token]) for token, count in here.items())
    both = sum(
        weights.get(token, average) * count for counts in (here, there) for token, count in counts.items()
    )
    return 2 * shared / both if both else 0.0


def share(here: Counter[str], there: Counter[str], weights: Mapping[str, float]) -> float:
    """Share (0 to 1) of the weight of the tokens here that occurs there."""
    total = sum(weights.get(token, 1.0) for token in here)
    return sum(weights.get(token, 1.0) for token in here if token in there) / total if total else 0.0


def score(
    title: Counter[str],
    body: Counter[str],
    other_title: Counter[str],
    other_body: Counter[str],
    weights: Mapping[str, float],
) -> float:
    """Likeness from 0 to 1 as the module says; 1 exactly when titles and bodies have the same tokens."""
    titles = dice(title, other_title, weights)
    if body:
        return TITLE_SHARE * titles + (1 - TITLE_SHARE) * dice(body, other_body, weights)
    if len(title) < CONTAINED_FROM:
        return titles
    return max(titles, CONTAINED_SHARE * share(title, other_title + other_body, weights))
