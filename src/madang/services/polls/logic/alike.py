"""Which answers say the same, so that one person codes them in one act: the same letters, or nearly so.

Nearly the same are texts of twelve letters and more whose pairs of letters overlap to 0.8 (Dice), as everywhere on this
site. Texts are compared where they share one of their rarest pairs.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping

from madang.commons.opinions.logic.gate import grams, likeness

NEAR = 0.8
LEAST_LETTERS = 12
RARE = 6
"""Pairs of letters, the rarest of a text, under which it is looked for."""
MOST_COMPARED = 40


def keys(texts: Mapping[int, str]) -> dict[int, str]:
    """A key for each text, the same for texts that say the same; empty where nothing was said. The order of the texts
    does not matter."""
    plain = {number: letters(text) for number, text in texts.items()}
    heads = _near(sorted(set(plain.values()) - {""}, key=lambda said: (len(said), said)))
    return {
        number: hashlib.sha256(heads.get(said, said).encode()).hexdigest()[:16] if said else ""
        for number, said in plain.items()
    }


def letters(text: str) -> str:
    """Without what does not make two texts different: case, width, spaces and signs."""
    return "".join(one for one in unicodedata.normalize("NFKC", text).casefold() if one.isalnum())


def _near(distinct: list[str]) -> dict[str, str]:
    """Each text that is nearly the same as one before it, with that one."""
    long = [said for said in distinct if len(said) >= LEAST_LETTERS]
    traces = {said: grams(said) for said in long}
    often = Counter(gram for trace in traces.values() for gram in trace)
    found: dict[str, str] = {}
    boxes: dict[str, list[str]] = defaultdict(list)
    for said in long:
        rare = sorted(traces[said], key=lambda gram: (often[gram], gram))[:RARE]
        candidates = dict.fromkeys(other for gram in rare for other in boxes[gram][:MOST_COMPARED])
        best = max(
            ((likeness(traces[said], traces[other]), other) for other in candidates), default=(0.0, "")
        )
        if best[0] >= NEAR:
            found[said] = best[1]
        else:
            for gram in rare:
                boxes[gram].append(said)
    return found
