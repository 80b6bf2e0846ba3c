"""Who was missing: groups of those who took part against groups of the population. Small cells are not shown."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

SMALL = 5
MISSING = 0.5  # below half of its share of the population a group counts as missing
COLUMNS = ("dimension", "group", "population", "participants")
ROWS = 200


@dataclass(frozen=True, slots=True)
class Cell:
    """One group. `participants` is None where it is not shown: too few people, or it would give such a one away."""

    label: str
    population: int
    participants: int | None
    expected: float | None = None
    is_missing: bool = False


def suppressed(cells: Iterable[tuple[str, int, int]]) -> list[Cell]:
    """The groups of one dimension with small numbers taken out.

    A number from 1 to 4 is not shown. Where only one is not, the next smallest is left out too, so that the total
    does not tell it. `expected`: how many would have taken part at the share of all shown groups together, where there are two.
    """
    rows = list(cells)
    hidden = {place for place, (_label, _population, here) in enumerate(rows) if 0 < here < SMALL}
    if len(hidden) == 1:
        rest = [place for place in range(len(rows)) if place not in hidden and rows[place][2] > 0]
        if rest:
            hidden.add(min(rest, key=lambda place: (rows[place][2], place)))
    # From the shown groups alone: a total of all would tell the sum of what is left out.
    shown = [row for place, row in enumerate(rows) if place not in hidden]
    everybody, took_part = sum(row[1] for row in shown), sum(row[2] for row in shown)
    found = []
    for place, (label, population, here) in enumerate(rows):
        if place in hidden:
            found.append(Cell(label, population, None))
            continue
        # One group alone is compared with nobody.
        expected = took_part * population / everybody if everybody and len(shown) > 1 else None
        found.append(
            Cell(label, population, here, expected, expected is not None and here < MISSING * expected)
        )
    return found


class TableError(ValueError):
    """The table cannot be read; `line` counts from 1, `code` says why."""

    def __init__(self, code: str, line: int) -> None:
        super().__init__(code)
        self.code, self.line = code, line


def read(data: bytes) -> list[tuple[str, str, int, int]]:
    """Rows of a CSV file with the columns dimension, group, population, participants.

    Raises:
        TableError: `encoding`, `columns`, `number`, `more` (took part than live there), `twice`, `long`, `empty`.
    """
    try:
        words = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableError("encoding", 1) from error
    table = csv.DictReader(io.StringIO(words, newline=""))
    if not set(COLUMNS) <= {name.strip() for name in table.fieldnames or () if name}:
        raise TableError("columns", 1)
    rows: list[tuple[str, str, int, int]] = []
    seen: set[tuple[str, str]] = set()
    for line, raw in enumerate(table, start=2):
        row = {str(key).strip(): str(value or "").strip() for key, value in raw.items() if key}
        key = (row["dimension"][:40], row["group"][:60])
        numbers = [row["population"].replace(",", ""), row["participants"].replace(",", "")]
        if not all(key) or not all(each.isascii() and each.isdigit() and len(each) < 10 for each in numbers):
            raise TableError("number", line)
        population, participants = int(numbers[0]), int(numbers[1])
        if participants > population:
            raise TableError("more", line)
        if key in seen:
            raise TableError("twice", line)
        if len(rows) == ROWS:
            raise TableError("long", line)
        seen.add(key)
        rows.append((*key, population, participants))
    if not rows:
        raise TableError("empty", 1)
    return rows
