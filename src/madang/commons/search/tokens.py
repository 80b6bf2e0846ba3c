"""The tokens that the index keeps of a thing."""

from __future__ import annotations

import hashlib

from madang.commons.search.logic import wanted
from madang.commons.search.logic.terms import MAX_TOKEN, is_latin
from madang.commons.search.models import Document
from madang.kernel import clock, text

# Nobody looks for the end of a book, and one long text must not fill the index.
BODY_CHARACTERS = 12_000
# Raised with every change of what is cut: rows of an older version are written again by the worker.
VERSION = 2
ECHOES = ("answer", "comment")  # kinds that carry the title of what they stand under
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


def place(row: Document) -> int:
    """Where a row that has a key stands in the index."""
    return wanted.place(clock.seoul(row.happened_at).date(), row.pk, is_echo=row.kind in ECHOES)


def digest(*texts: str) -> int:
    """The same number for the same words in the same order, whatever stands between them."""
    words = "\n".join(" ".join(text.words(one)) for one in texts)
    return int.from_bytes(hashlib.blake2b(words.encode(), digest_size=8).digest(), signed=True)


def all_of(row: Document) -> list[str]:
    """Every token of a row, each once: its words, its syllables, its properties, its support, its month."""
    whole = f"{row.title}\n{row.body[:BODY_CHARACTERS]}"
    pairs = tokens(whole)
    syllables = {wanted.syllable(letter) for letter in {*"".join(pairs)} if not is_latin(letter)}
    properties = [wanted.facet(name, value) for name, value in facets(row).items() if value]
    properties.append(wanted.band_token(wanted.band(row.support)))
    properties.append(wanted.month(clock.seoul(row.happened_at).date()))
    return sorted({*pairs, *syllables, *properties})
