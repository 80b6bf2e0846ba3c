"""The same text many times: what moderation may want to look at together. Plain Python.

A cluster is a question to a person and never an answer: people copy a sentence because they mean it, too. Short texts
("I agree") are left out, since they are alike without anybody having copied anything.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

ALIKE = 0.8
"""Likeness from which two texts count as one."""
LEAST = 3
"""Texts in a cluster."""
SHORT = 12
"""Tokens below which a text is too short to say anything about copying."""
RARE = 4
"""Rarest tokens of a text by which others like it are looked up."""

Likeness = Callable[[Counter[str], Counter[str]], float]


@dataclass(frozen=True, slots=True)
class Said:
    """One text: what it is, who wrote it, when, and its tokens in order."""

    key: str
    author: int
    at: datetime
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Texts that are much the same, the oldest first."""

    said: tuple[Said, ...]
    is_same: bool
    """Whether all of them are the same but for spaces and signs."""

    @property
    def authors(self) -> int:
        return len({one.author for one in self.said})

    @property
    def span(self) -> tuple[datetime, datetime]:
        return self.said[0].at, self.said[-1].at


def clusters(
    said: Iterable[Said], likeness: Likeness, *, least: int = LEAST, alike: float = ALIKE
) -> list[Cluster]:
    """Groups of at least `least` texts of which each is like another one of the group; the largest first."""
    same: dict[tuple[str, ...], list[Said]] = defaultdict(list)
    for one in said:
        if len(one.tokens) >= SHORT:
            same[one.tokens].append(one)
    texts = list(same)
    counted = [Counter(tokens) for tokens in texts]
    parent = list(range(len(texts)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    for here, there in _pairs(counted):
        if root(here) != root(there) and likeness(counted[here], counted[there]) >= alike:
            parent[root(here)] = root(there)
    groups: dict[int, list[int]] = defaultdict(list)
    for place in range(len(texts)):
        groups[root(place)].append(place)
    found = []
    for places in groups.values():
        members = sorted(
            (one for place in places for one in same[texts[place]]), key=lambda one: (one.at, one.key)
        )
        if len(members) >= least:
            found.append(Cluster(tuple(members), len(places) == 1))
    return sorted(found, key=lambda one: (-len(one.said), one.span[0], one.said[0].key))


def _pairs(counted: Sequence[Counter[str]]) -> Iterable[tuple[int, int]]:
    """Pairs worth comparing: the rarest tokens of one occur in the other, and they are about as long."""
    spread: Counter[str] = Counter(token for tokens in counted for token in tokens)
    holders: dict[str, list[int]] = defaultdict(list)
    for place, tokens in enumerate(counted):
        rare = sorted(tokens, key=lambda token: (spread[token], token))
        shared = [token for token in rare if spread[token] > 1][:RARE]
        seen = {other for token in shared for other in holders[token]}
        size = sum(tokens.values())
        for other in sorted(seen):
            if 0.6 <= size / max(sum(counted[other].values()), 1) <= 1.7:
                yield place, other
        for token in tokens:
            holders[token].append(place)
