"""What says much the same as a text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from madang.commons.search.logic import likeness
from madang.commons.search.logic import wanted as ask
from madang.commons.search.models import Document
from madang.commons.search.queries import candidates
from madang.commons.search.results import Similar
from madang.commons.search.tokens import tokens

ALIKE = 0.3  # likeness from which something is worth offering
NEAR = 150  # candidates whose titles are read
COMPARED = 30  # candidates whose bodies are read
TITLE_TOKENS, BODY_TOKENS = 12, 8  # rarest tokens that candidates are looked up by
ROWS = 6_000  # documents that these tokens may have together, about
BODY_WEIGHED = 60  # different tokens of a body whose rarity is looked up; the rest weigh the average
BODY_COMPARED = 2_000  # characters of a body that are compared


def similar(
    title: str, body: str = "", *, kinds: Collection[str] = ("idea",), limit: int = 5, exclude: str = ""
) -> list[Similar]:
    """Public things that say much the same, best first; empty when nothing is close.

    Candidates share one of the rarest tokens of the title or of the body; they are then compared whole, see
    `logic.likeness` for what the score means. Below 0.3 nothing is offered; the same title and body is 1.

    Args:
        exclude: reference that is left out (the thing itself).
    """
    here, below = Counter(tokens(title)), Counter(tokens(body[:BODY_COMPARED]))
    within = ask.chosen("kind", kinds) if kinds else None
    weights, shares = candidates(here, within, most=TITLE_TOKENS, rows=ROWS)
    looked_up = Counter({token: below[token] for token in list(below)[:BODY_WEIGHED] if token not in here})
    more_weights, more_shares = candidates(looked_up, within, most=BODY_TOKENS, rows=ROWS)
    weights |= more_weights
    for key, share in more_shares.items():
        shares[key] = shares.get(key, 0.0) + share
    best = sorted(shares, key=lambda key: (-shares[key], -key))[:NEAR]
    titles = dict(
        Document.objects.filter(pk__in=best, is_public=True)
        .exclude(reference=exclude)
        .values_list("pk", "title")
    )
    rough = {
        key: likeness.dice(here, Counter(tokens(other)), weights) + shares[key]
        for key, other in titles.items()
    }
    near = sorted(rough, key=lambda key: (-rough[key], key))[:COMPARED]
    scored = []
    for row in Document.objects.filter(pk__in=near):
        other = Counter(tokens(row.title)), Counter(tokens(row.body[:BODY_COMPARED]))
        value = likeness.score(here, below, *other, weights)
        if value >= ALIKE:
            scored.append(Similar(row.reference, row.title, round(min(value, 1.0), 4)))
    return sorted(scored, key=lambda item: (-item.score, item.reference))[: max(0, limit)]
