"""Texts that change: how much, and how two changes of one text come together. Words are runs without spaces."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_TOKEN = re.compile(r"\s+|\S+")
SUBSTANTIAL = 100  # of a thousand words


def tokens(value: str) -> list[str]:
    """Words and the spaces between them; joined they give the text back."""
    return _TOKEN.findall(value)


def changed(before: str, after: str) -> int:
    """How much of a text is different, in words per thousand of the longer one: 0 the same, 1000 nothing in common."""
    old, new = before.split(), after.split()
    longest = max(len(old), len(new))
    if not longest:
        return 0
    kept = sum(block.size for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks())
    # At least one of a thousand where anything is different: a moved comma is a change too.
    return max(round(1000 * (longest - kept) / longest), int(before != after))


@dataclass(frozen=True, slots=True)
class Merged:
    """Two changes of one text put together. `conflicts` are the pieces of `theirs` that did not fit in."""

    text: str
    conflicts: tuple[str, ...]


def _changes(base: list[str], other: list[str]) -> list[tuple[int, int, list[str]]]:
    found = SequenceMatcher(None, base, other, autojunk=False).get_opcodes()
    return [(low, high, other[to:end]) for kind, low, high, to, end in found if kind != "equal"]


def _touch(one: tuple[int, int, list[str]], other: tuple[int, int, list[str]]) -> bool:
    """Whether two changes concern the same words, or both add at one place."""
    if one[0] == one[1] or other[0] == other[1]:
        return one[0] <= other[1] and other[0] <= one[1]
    return one[0] < other[1] and other[0] < one[1]


def merge(base: str, ours: str, theirs: str) -> Merged:
    """Put what `theirs` changes in `base` into `ours`. Where both changed the same words, `ours` stays.

    `merge(b, b, t).text == t` and `merge(b, o, b).text == o`.
    """
    old = tokens(base)
    mine = _changes(old, tokens(ours))
    fits: list[tuple[int, int, list[str]]] = []
    conflicts: list[str] = []
    for change in _changes(old, tokens(theirs)):
        if change in mine:
            continue
        if any(_touch(change, own) for own in mine):
            conflicts.append("".join(change[2]) or "".join(old[change[0] : change[1]]))
        else:
            fits.append(change)
    out: list[str] = []
    done = 0
    for low, high, words in sorted([*mine, *fits], key=lambda change: (change[0], change[1])):
        out += old[done:low] + words
        done = high
    return Merged("".join(out + old[done:]), tuple(conflicts))
