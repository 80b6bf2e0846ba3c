"""Personal data in a text: where they stand, and the text with them covered. Plain Python.

Found by their form alone: what a name or an address is, a person has to say. A form that also fits something harmless
(a budget number like a phone number) is found too; whoever covers looks at each.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

COVER = "■"
MOST = 8
"""A covered part never tells how long it was beyond this."""

FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("resident", re.compile(r"(?<!\d)\d{2}(?:0\d|1[0-2])(?:[0-2]\d|3[01])\s?[-–]?\s?[1-8]\d{6}(?!\d)")),
    ("card", re.compile(r"(?<!\d)(?:\d{4}[-\s]){3}\d{4}(?!\d)")),
    (
        "phone",
        re.compile(r"(?<!\d)(?:\+82[-\s]?|0)(?:1[016-9]|2|[3-6]\d|70|50\d)[-.\s)]?\d{3,4}[-.\s]?\d{4}(?!\d)"),
    ),
    ("email", re.compile(r"[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")),
    ("plate", re.compile(r"(?<!\d)\d{2,3}[가-힣]\s?\d{4}(?!\d)")),
    ("passport", re.compile(r"(?<![A-Za-z])[MSRODG]\d{3}[A-Z]?\d{4,5}(?!\d)")),
    ("account", re.compile(r"(?<!\d)\d{2,6}-\d{2,6}-\d{2,8}(?:-\d{1,4})?(?!\d)")),
)


@dataclass(frozen=True, slots=True)
class Found:
    """A part of a text that looks like personal data: its form, and where it stands."""

    kind: str
    start: int
    end: int
    text: str


def find(text: str) -> list[Found]:
    """Everything that has the form of personal data, in order; of two that overlap, the first form of `FORMS`."""
    found: list[Found] = []
    for kind, form in FORMS:
        for match in form.finditer(text):
            start, end = match.span()
            if all(end <= other.start or start >= other.end for other in found):
                found.append(Found(kind, start, end, match[0]))
    return sorted(found, key=lambda one: one.start)


def cover(text: str, words: Iterable[str]) -> str:
    """The text with every occurrence of these words covered; everything else stays as it is, to the letter."""
    for word in sorted({one.strip() for one in words} - {""}, key=len, reverse=True):
        text = text.replace(word, COVER * min(len(word), MOST))
    return text


def covered(text: str, kinds: Collection[str] | None = None) -> str:
    """The text with everything covered that has the form of personal data."""
    return cover(text, [one.text for one in find(text) if kinds is None or one.kind in kinds])
