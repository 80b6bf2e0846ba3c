"""Words that need care: threats, somebody who may harm herself, insults. Found by patterns of `data/care.csv`.

A pattern knows no context: it finds harmless sentences and misses harmful ones. So it only puts a flag for a person to
look at, and nothing follows from a flag by itself.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "data" / "care.csv"


@dataclass(frozen=True, slots=True)
class Word:
    """A word that raised a flag of this kind."""

    kind: str
    text: str


@cache
def patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    with DATA.open(encoding="utf-8", newline="") as file:
        return tuple((row["kind"], re.compile(row["pattern"], re.IGNORECASE)) for row in csv.DictReader(file))


def find(text: str) -> list[Word]:
    """The first word of each kind, in the order of the file."""
    found: dict[str, Word] = {}
    for kind, pattern in patterns():
        if kind not in found and (match := pattern.search(text)):
            found[kind] = Word(kind, match[0][:60])
    return list(found.values())
