"""What a text is about by the keywords that a city gave its categories: for the time before there is anything to learn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

TITLE = 2  # a word in the title counts as two in the body


def ranked(title: str, body: str, keywords: Mapping[str, Sequence[str]], shown: int = 3) -> list[str]:
    """Codes whose keywords occur, the most first; of equal ones the one whose keyword is longer, then by code."""
    first, rest = title.lower(), body.lower()
    scores = {}
    for code, words in keywords.items():
        known = [word.lower() for word in words if len(word.strip()) > 1]
        score = sum(TITLE * (word in first) + (word in rest) for word in known)
        longest = max((len(word) for word in known if word in first or word in rest), default=0)
        if score:
            scores[code] = (-score, -longest, code)
    return sorted(scores, key=lambda code: scores[code])[:shown]
