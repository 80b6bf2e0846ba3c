"""The part of a text that shows why it was found."""

from __future__ import annotations

import re

from django.utils.safestring import SafeString

from madang.kernel import text

LENGTH = 150


def _pattern(mark: str) -> str:
    """Korean is marked anywhere in a word, Latin and digits only where a word of theirs begins."""
    return re.escape(mark) if not mark[0].isascii() else rf"(?<![0-9A-Za-z]){re.escape(mark)}"


def snippet(body: str, marks: list[str], length: int = LENGTH) -> SafeString:
    """About `length` characters around the first of the words looked for, each in `<mark>`; all escaped."""
    line = " ".join(body.split())
    if not marks:
        return text.marked(text.excerpt(line, length), ())
    wanted = re.compile(f"(?:{'|'.join(map(_pattern, marks))})+", re.IGNORECASE)
    first = wanted.search(line)
    start = max(0, first.start() - length // 3) if first else 0
    if start:
        space = line.find(" ", start, first.start() if first else None)
        start = space + 1 if space >= 0 else start
    shown = ("…" if start else "") + text.excerpt(line[start:], length)
    return text.marked(shown, (found.span() for found in wanted.finditer(shown)))
