"""Texts with holes: what a case fills by itself, what its officer has to, and how much of an answer is her own.

A hole is `{a name}`. A few names are known (`FACTS`) and are filled from the case; every other one asks the officer
for something that only she knows: `{what was found}`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

HOLE = re.compile(r"\{\s*([^{}\n]{1,80}?)\s*\}")

FACTS: dict[str, tuple[str, str]] = {
    "number": ("number", "접수번호"),
    "title": ("title", "제목"),
    "type": ("type", "민원 종류"),
    "category": ("category", "분류"),
    "place": ("place", "장소"),
    "filed": ("date filed", "접수일"),
    "due": ("due date", "처리기한"),
    "office": ("office", "담당 부서"),
    "officer": ("officer", "담당자"),
    "phone": ("phone", "연락처"),
    "today": ("today", "오늘"),
}
"""What a case knows of itself: key → its names in both languages."""

_KEYS = {name: key for key, names in FACTS.items() for name in names}
_SPACE = re.compile(r"\s+")
RUN = 12
"""Characters that two texts share in a row before that counts as copied."""


def holes(text: str) -> list[str]:
    """The names of the holes, in order, each once."""
    return list(dict.fromkeys(HOLE.findall(text)))


def fill(text: str, facts: Mapping[str, str]) -> str:
    """The text with every hole filled for which there is a fact; the others stay as they are."""

    def one(found: re.Match[str]) -> str:
        key = _KEYS.get(found[1].casefold())
        value = facts.get(key, "") if key else ""
        return value or found[0]

    return HOLE.sub(one, text)


def _plain(text: str) -> str:
    return _SPACE.sub("", text)


def own(text: str, given: str) -> int:
    """How many characters of a text, blanks aside, are not copied from `given`.

    Walks through the text and skips every run of at least `RUN` characters that also stands in `given`; what is
    shorter (a word both use) counts as own. Holes count as nothing.
    """
    left, source = _plain(HOLE.sub("", text)), _plain(HOLE.sub("\n", given))
    mine = at = 0
    while at < len(left):
        length = 0
        while at + length < len(left) and left[at : at + length + 1] in source:
            length += 1
        if length >= RUN or (length and at + length == len(left) and length > mine):
            at += length
        else:
            step = max(length, 1)
            mine += step
            at += step
    return mine
