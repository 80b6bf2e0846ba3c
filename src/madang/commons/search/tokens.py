"""The tokens that the index keeps of a text."""

from __future__ import annotations

from madang.commons.search.logic.terms import MAX_TOKEN, is_latin
from madang.kernel import text

# A tsvector keeps positions up to 16,383 only, and nobody looks for the end of a book.
BODY_CHARACTERS = 12_000


def tokens(value: str) -> list[str]:
    """Character pairs of Korean words, Latin words and numbers whole, in order."""
    return [gram[:MAX_TOKEN] for gram in text.bigrams(value)]


def tails(value: str) -> list[str]:
    """Last syllables of Korean words, which no pair begins with: 길 finds 골목길 through them."""
    return sorted({word[-1] for word in text.words(value) if len(word) > 1 and not is_latin(word)})
