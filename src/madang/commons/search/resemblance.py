"""What says much the same as a text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from django.db.models import QuerySet

from madang.commons.search.logic import likeness
from madang.commons.search.logic import wanted as ask
from madang.commons.search.models import Document
from madang.commons.search.queries import candidates
from madang.commons.search.results import Similar
from madang.commons.search.tokens import ECHOES, digest, tokens

ALIKE = 0.3  # likeness from which something is worth offering
NEAR = 150  # candidates whose titles are read
SAME = 10  # rows with the same words that are compared
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
    weights, shares = candidates(here, None, most=TITLE_TOKENS, rows=ROWS)
    looked_up = Counter({token: below[token] for token in list(below)[:BODY_WEIGHED] if token not in here})
    more_weights, more_shares = candidates(looked_up, None, most=BODY_TOKENS, rows=ROWS)
    weights |= more_weights
    for place, share in more_shares.items():
        shares[place] = shares.get(place, 0.0) + share
    # The comments of one idea all have its title: they must not stand in the way of other ideas.
    echoes = {kind in ECHOES for kind in kinds} or {True, False}
    found = {ask.key_of(place): share for place, share in shares.items() if ask.is_echo(place) in echoes}
    best = sorted(found, key=lambda key: (-found[key], -key))[:NEAR]
    offered = Document.objects.filter(is_public=True).exclude(reference=exclude)
    if kinds:
        offered = offered.filter(kind__in=list(kinds))
    rough = {
        key: likeness.dice(here, Counter(tokens(other)), weights) + found[key]
        for key, other in offered.filter(pk__in=best).values_list("pk", "title")
    }
    near = sorted(rough, key=lambda key: (-rough[key], key))[:COMPARED]
    if here or below:
        near += _same(offered, title, body)
    scored = []
    for reference, name, text in offered.filter(pk__in=near).values_list("reference", "title", "body"):
        other = Counter(tokens(name)), Counter(tokens(text[:BODY_COMPARED]))
        value = likeness.score(here, below, *other, weights)
        if value >= ALIKE:
            scored.append(Similar(reference, name, round(min(value, 1.0), 4)))
    return sorted(scored, key=lambda item: (-item.score, item.reference))[: max(0, limit)]


def _same(offered: QuerySet[Document], title: str, body: str) -> list[int]:
    """Keys of the first rows with the same words in the title and, where there is one, in the body."""
    rows = offered.filter(title_digest=digest(title)).order_by("title_digest", "pk")
    keys = list(rows.values_list("pk", flat=True)[:SAME])
    if body.strip():
        rows = offered.filter(digest=digest(title, body)).order_by("digest", "pk")
        keys += rows.values_list("pk", flat=True)[:SAME]
    return keys
