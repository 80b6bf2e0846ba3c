"""The part of a text that shows why it was found."""

from __future__ import annotations

import re

from django.utils.safestring import SafeString
from django.utils.translation import get_language

from madang.kernel import text

LENGTH = 150
APART = "\f"
"""Stands in a body between its Korean and its English: a snippet is of one of them."""


def _pattern(mark: str) -> str:
    """Korean is marked anywhere in a word, Latin and digits only where a word of theirs begins."""
    return re.escape(mark) if not mark[0].isascii() else rf"(?<![0-9A-Za-z]){re.escape(mark)}"


def _part(body: str, wanted: re.Pattern[str] | None) -> str:
    """The part of a body that is shown, on one line: one that has what is looked for, best in the reader's language."""
    parts = [line for part in body.split(APART) if (line := " ".join(part.split()))]
    if wanted is not None:
        parts = [line for line in parts if wanted.search(line)] or parts
    read = (get_language() or "ko")[:2]
    return next((line for line in parts if text.language_of(line) == read), parts[0] if parts else "")


def snippet(body: str, marks: list[str], length: int = LENGTH) -> SafeString:
    """About `length` characters around the first of the words looked for, each in `<mark>`; all escaped."""
    wanted = re.compile(f"(?:{'|'.join(map(_pattern, marks))})+", re.IGNORECASE) if marks else None
    line = _part(body, wanted)
    if wanted is None:
        return text.marked(text.excerpt(line, length), ())
    first = wanted.search(line)
    start = max(0, first.start() - length // 3) if first else 0
    if start:
        space = line.find(" ", start, first.start() if first else None)
        start = space + 1 if space >= 0 else start
    shown = ("…" if start else "") + text.excerpt(line[start:], length)
    return text.marked(shown, (found.span() for found in wanted.finditer(shown)))
