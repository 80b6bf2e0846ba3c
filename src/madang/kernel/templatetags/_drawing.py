"""Geometry of the small drawings: sparkline, bars and word differences, as plain data for templates."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

SPARK_WIDTH, SPARK_HEIGHT, SPARK_PAD = 120, 32, 3


def pick(thing: Any, name: str, default: Any = "") -> Any:
    """Read ``name`` from a mapping or an object; ``default`` when it is not there or is None."""
    value = thing.get(name) if isinstance(thing, dict) else getattr(thing, name, None)
    return default if value is None else value


def spark_points(values: Sequence[float]) -> str:
    """Points of a line through ``values``, lowest at the bottom, for an SVG of SPARK_WIDTH × SPARK_HEIGHT."""
    if not values:
        return ""
    low, high = min(values), max(values)
    span = (high - low) or 1
    step = (SPARK_WIDTH - 2 * SPARK_PAD) / max(len(values) - 1, 1)
    flat = high == low
    return " ".join(
        f"{SPARK_PAD + i * step:.1f},"
        f"{SPARK_HEIGHT / 2 if flat else SPARK_HEIGHT - SPARK_PAD - (v - low) / span * (SPARK_HEIGHT - 2 * SPARK_PAD):.1f}"
        for i, v in enumerate(values)
    )


@dataclass(frozen=True)
class Bar:
    """One bar: its share of the longest in percent, and what it says."""

    label: str
    value: Any
    note: str
    tone: str
    length: float
    y: int


def bars(rows: Iterable[Any]) -> list[Bar]:
    """Bars in the order given, scaled to the largest value (all zero: no bar has a length)."""
    listed = list(rows)
    values = [max(float(pick(row, "value", 0)), 0.0) for row in listed]
    longest = max(values, default=0.0) or 1.0
    return [
        Bar(
            str(pick(row, "label")),
            pick(row, "value", 0),
            str(pick(row, "note")),
            str(pick(row, "tone")),
            round(value / longest * 100, 2),
            0,
        )
        for row, value in zip(listed, values, strict=True)
    ]


def word_diff(before: str, after: str) -> list[tuple[str, str]]:
    """``(kind, text)`` pieces turning ``before`` into ``after``; kind is ``same``, ``gone`` or ``new``.

    Words are compared with the white space that follows them, so joining the pieces gives the texts back. The end of
    a paragraph stands alone: a paragraph that is added changes nothing of the one before it.
    """
    old, new = (re.findall(r"\S+[^\S\n]*|\n\s*|\s+", text) for text in (before, after))
    pieces: list[tuple[str, str]] = []
    for kind, a1, a2, b1, b2 in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(("same", "".join(old[a1:a2])))
            continue
        if a2 > a1:
            pieces.append(("gone", "".join(old[a1:a2])))
        if b2 > b1:
            pieces.append(("new", "".join(new[b1:b2])))
    return pieces
