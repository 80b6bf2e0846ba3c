"""Form letters: the same words sent by many, as plain Python."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_NOT_WORDS = re.compile(r"[\W_]+")


def letter_of(title: str, body: str) -> str:
    """SHA-256 of the words alone: spaces, punctuation, width and case make no difference.

    Two reports with the same one are one form letter. Figures count, since they often are the place.
    """
    words = _NOT_WORDS.sub("", unicodedata.normalize("NFKC", f"{title}{body}")).casefold()
    return hashlib.sha256(words.encode()).hexdigest()
