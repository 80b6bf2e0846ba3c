"""The tokens that the index keeps of a thing."""

from __future__ import annotations

from madang.commons.search.logic import wanted
from madang.commons.search.logic.terms import MAX_TOKEN, is_latin
from madang.commons.search.models import Document
from madang.kernel import clock, text

# Nobody looks for the end of a book, and one long text must not fill the index.
BODY_CHARACTERS = 12_000
# Raised with every change of what is cut: rows of an older version are written again by the worker.
VERSION = 1
FACETS = ("kind", "state", "office", "category", "value", "district", "language")


def tokens(value: str) -> list[str]:
    """Character pairs of Korean words, Latin words and numbers whole, in order."""
    return [gram[:MAX_TOKEN] for gram in text.bigrams(value)]


def facets(row: Document) -> dict[str, str]:
    """The properties a thing can be filtered and counted by."""
    return {
        "kind": row.kind,
        "state": row.state,
        "office": row.office_code,
        "category": row.category,
        "value": row.value,
        "district": row.district,
        "language": row.language,
    }


def all_of(row: Document) -> list[str]:
    """Every token of a row, each once: its words, its syllables, its properties, its day and its support."""
    whole = f"{row.title}\n{row.body[:BODY_CHARACTERS]}"
    syllables = {
        wanted.syllable(letter) for word in text.words(whole) if not is_latin(word) for letter in word
    }
    properties = [wanted.facet(name, value) for name, value in facets(row).items() if value]
    properties.append(wanted.band_token(wanted.band(row.support)))
    properties += wanted.days(clock.seoul(row.happened_at).date())
    return sorted({*tokens(whole), *syllables, *properties})
