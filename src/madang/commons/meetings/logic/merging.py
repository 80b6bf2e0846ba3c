"""Joining two texts that were written from the same one at the same time, without losing a word of either."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any


def merge_fields(
    base: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """Field by field: whoever changed it, has it. Returns the joined fields and the names both changed differently.

    Where both changed a field, mine stays in the result, so that it is shown again for a decision.
    """
    joined: dict[str, Any] = {}
    both = []
    for name in base:
        if mine[name] == base[name]:
            joined[name] = theirs[name]
        else:
            joined[name] = mine[name]
            if theirs[name] not in (base[name], mine[name]):
                both.append(name)
    return joined, both


def merge_lines(base: str, theirs: str, mine: str) -> str | None:
    """Three-way merge line by line; None where both changed the same lines, or lines that touch."""
    if theirs == mine or mine == base:
        return theirs
    if theirs == base:
        return mine
    old = base.split("\n")
    ours, others = _changes(old, mine.split("\n")), _changes(old, theirs.split("\n"))
    if any(_touch(one, other) for one in ours for other in others):
        return None
    result, place = [], 0
    for start, end, lines in sorted([*ours, *others], key=lambda change: (change[0], change[1])):
        result += old[place:start] + lines
        place = end
    return "\n".join([*result, *old[place:]])


Change = tuple[int, int, list[str]]


def _changes(old: list[str], new: list[str]) -> list[Change]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        (start, end, new[first:last])
        for kind, start, end, first, last in matcher.get_opcodes()
        if kind != "equal"
    ]


def _touch(one: Change, other: Change) -> bool:
    """Whether two changes of the same lines overlap or meet."""
    return one[0] <= other[1] and other[0] <= one[1]
