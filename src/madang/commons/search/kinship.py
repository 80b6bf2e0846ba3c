"""Words of similar meaning: a kept list, and what stands together in titles."""

from __future__ import annotations

import math
from collections import Counter
from functools import cache
from itertools import combinations
from pathlib import Path

from django.db import transaction

from madang.commons.search.logic import terms
from madang.commons.search.models import Companion, Document
from madang.kernel import text

THESAURUS = Path(__file__).parent / "data" / "thesaurus.csv"
READ = 50_000  # newest titles that companions are counted in
TOGETHER = 5  # titles that must have both words, so that no single text shows in what is suggested
STRENGTH = 0.35
EACH = 6  # companions kept of a word


@cache
def thesaurus() -> dict[str, tuple[str, ...]]:
    """Each word of the list with the others of its groups, in their order."""
    groups: dict[str, dict[str, None]] = {}
    for line in THESAURUS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            words = line.split(",")
            for word in words:
                groups.setdefault(word, {}).update(dict.fromkeys(other for other in words if other != word))
    return {word: tuple(others) for word, others in groups.items()}


def kin(word: str) -> tuple[str, ...]:
    """Words of similar meaning, the nearest first; empty where the list has none."""
    return thesaurus().get(word, ())


def companions(typed: list[str]) -> list[str]:
    """Words that often stand beside these, the most tightly bound first."""
    bare = {terms.without_particle(word) for word in typed}
    rows = Companion.objects.filter(word__in=bare).exclude(other__in=bare).order_by("-strength", "other")
    return list(dict.fromkeys(rows.values_list("other", flat=True)[:12]))


def learn() -> int:
    """Count which words stand together in the titles of public things; returns how many pairs are kept.

    Normalised pointwise mutual information, ln(p(a,b) / p(a) p(b)) / -ln p(a,b): 1 for words that only occur
    together, 0 for words that meet by chance. Run by the worker; idempotent.
    """
    titles = Document.objects.filter(is_public=True).exclude(kind__in=["answer", "comment", "plan"])
    alone: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    # Two titles of the same words are one voice here: a campaign must not make words companions.
    seen: set[frozenset[str]] = set()
    for title in titles.order_by("-happened_at", "-pk").values_list("title", flat=True)[:READ].iterator():
        words = frozenset(
            word for word in map(terms.without_particle, text.words(title)) if 2 <= len(word) <= 12
        )
        if words not in seen and len(words) <= 12:
            seen.add(words)
            alone.update(words)
            pairs.update(combinations(sorted(words), 2))
    found: dict[str, list[tuple[float, str]]] = {}
    for (one, other), together in pairs.items():
        if together >= TOGETHER:
            strength = _bound(together, alone[one], alone[other], len(seen))
            if strength >= STRENGTH:
                found.setdefault(one, []).append((strength, other))
                found.setdefault(other, []).append((strength, one))
    rows = [
        Companion(word=word, other=other, strength=round(strength, 4))
        for word, others in found.items()
        for strength, other in sorted(others, key=lambda pair: (-pair[0], pair[1]))[:EACH]
    ]
    with transaction.atomic():
        Companion.objects.all().delete()
        Companion.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def _bound(together: int, one: int, other: int, documents: int) -> float:
    share = together / documents
    return math.log(share * documents * documents / (one * other)) / -math.log(share) if share < 1 else 0.0
