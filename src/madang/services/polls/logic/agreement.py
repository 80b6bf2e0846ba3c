"""Do people who code the same answers agree beyond chance? Krippendorff's alpha for names of codes.

Any number of coders, any value may be missing; an answer that fewer than two people coded says nothing and is left
out. 1 is full agreement, 0 is what chance gives, below 0 they avoid each other. Where all gave one and the same code
to everything there is nothing to agree about, and alpha does not exist (`None`).
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from madang.commons.opinions.logic import draws
from madang.services.polls.logic.rounding import six

PUBLISH, TENTATIVE, REVISE, UNKNOWN = "publish", "tentative", "revise", "unknown"
TIMES = 1_000
_PURPOSE = 7_201

Ratings = Sequence[Sequence[Hashable | None]]


def alpha(ratings: Ratings) -> float | None:
    """`ratings[answer][coder]`, None where a coder gave nothing. The order of coders does not matter."""
    tables = _tables(ratings)
    return _alpha(*(table.sum(axis=0) for table in tables)) if len(tables[0]) else None


def agreement(
    ratings: Ratings,
    *,
    on: date,
    seed: int = 1,
    times: int = TIMES,
    level: float = 0.95,
) -> dict[str, Any]:
    """Alpha with its bootstrap interval over answers and what follows from it on the day `on`.

    `answers`: those that at least two people coded; `ratings`: the codes given to them. `verdict`: publish, tentative,
    revise, or unknown; `sure`: both ends of the interval have that verdict too. `low` and `high` are None when alpha
    is; draws in which alpha does not exist are left out, and `times` counts those that remain."""
    same, given = _tables(ratings)
    found = _alpha(same.sum(axis=0), given.sum(axis=0)) if len(same) else None
    low = high = None
    drawn: list[float] = []
    if found is not None:
        for at in range(times):
            often = np.bincount(draws.below(len(same), seed, _PURPOSE + at, len(same)), minlength=len(same))
            one = _alpha(often @ same, often @ given)
            if one is not None:
                drawn.append(one)
        if drawn:
            drawn.sort()
            cut = int((1.0 - level) / 2.0 * len(drawn))
            low, high = drawn[cut], drawn[len(drawn) - 1 - cut]
    rule = limits(on)
    decided = verdict(found, on=on)
    return {
        "alpha": six(found),
        "low": six(low),
        "high": six(high),
        "level": level,
        "answers": len(same),
        "ratings": int(given.sum()),
        "verdict": decided,
        "sure": found is not None and {verdict(low, on=on), verdict(high, on=on)} == {decided},
        "limits": {"publish": rule["publish"], "tentative": rule["tentative"], "since": rule["from"]},
        "source": rule["source"],
        "seed": seed,
        "times": len(drawn),
    }


def by_code(
    ratings: Sequence[Sequence[Sequence[str] | None]],
    codes: Sequence[str],
    *,
    on: date,
    seed: int = 1,
    times: int = TIMES,
    level: float = 0.95,
) -> list[dict[str, Any]]:
    """For each code by itself: did they agree on who has it? `ratings[answer][coder]` are the codes given, None where
    nothing was. Each entry is that of `agreement` with `code`, and `given`, how often the code was given."""
    found = []
    for code in codes:
        binary = [[None if one is None else code in one for one in row] for row in ratings]
        given = sum(sum(bool(one) for one in row) for row in binary)
        found.append(
            {"code": code, "given": given, **agreement(binary, on=on, seed=seed, times=times, level=level)}
        )
    return found


def verdict(value: float | None, *, on: date) -> str:
    """What an alpha allows under the limits of that day."""
    if value is None:
        return UNKNOWN
    rule = limits(on)
    return PUBLISH if value >= rule["publish"] else TENTATIVE if value >= rule["tentative"] else REVISE


def limits(on: date) -> Mapping[str, Any]:
    """The limits that hold on that day, with their source; before the first, the first."""
    rules = _limits()
    return next((rule for rule in reversed(rules) if rule["from"] <= on.isoformat()), rules[0])


@cache
def _limits() -> list[dict[str, Any]]:
    path = Path(__file__).parents[1] / "data" / "agreement.json"
    rules: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return sorted(rules, key=lambda rule: str(rule["from"]))


def _tables(ratings: Ratings) -> tuple[NDArray[Any], NDArray[Any]]:
    """For each answer that counts: agreeing pairs within it (one column), and how often each code was given."""
    counted = [given for row in ratings if len(given := [one for one in row if one is not None]) > 1]
    values = sorted({one for row in counted for one in row}, key=repr)
    number = {one: at for at, one in enumerate(values)}
    # In the order of what was given, so that a draw does not depend on the order of the answers.
    rows = sorted(sorted(number[one] for one in row) for row in counted)
    table = np.zeros((len(rows), len(number)), np.int64)
    for at, places in enumerate(rows):
        np.add.at(table[at], places, 1)
    coders = table.sum(axis=1)
    same = (table * (table - 1)).sum(axis=1) / np.maximum(coders - 1, 1)
    return same[:, None], table


def _alpha(same: NDArray[Any], given: NDArray[Any]) -> float | None:
    values = given.astype(np.float64)
    whole = float(values.sum())
    expected = whole * whole - float(values @ values)
    if expected == 0.0:
        return None
    return 1.0 - (whole - 1.0) * (whole - float(same[0])) / expected
