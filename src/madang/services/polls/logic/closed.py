"""What people chose where they could choose: counts, shares with intervals, and what an order or a scale says at a glance.

A question is `{"kind", "options": [{"code", "ko", "en"}], "rows": […]}`; replies are the values of the polls' form:
one code (choice, scale), a list of codes (choices), a list in order (ranking), `{row: code}` (matrix). Whoever left
the question out is counted as such and is not in the denominator.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from madang.services.polls.logic import rounding
from madang.services.polls.logic.intervals import wilson

CHOICE, CHOICES, SCALE, RANKING, MATRIX = "choice", "choices", "scale", "ranking", "matrix"
KINDS = (CHOICE, CHOICES, SCALE, RANKING, MATRIX)


def count(question: Mapping[str, Any], replies: Iterable[Any]) -> dict[str, Any]:
    """The table of one closed question. `replies` holds one value a response, None where it was left out.

    Gives `kind`, `unit` ("answer"), `denominator`, `left_out` and, by kind:
    `options` with `count`, `percent`, `share`, `low`, `high`; for a scale also `mean` and `median` of the places 1, 2, …;
    for a ranking each option's `first` (how often it stood first), `placed` (how often it stood anywhere) and
    `points` (Borda: who places n options gives n to the first, 1 to the last, none to what she left out), the most
    points first; for a matrix `rows`, each a table of its own.
    Raises ValueError for a kind that has no choices.
    """
    kind = question["kind"]
    if kind not in KINDS:
        raise ValueError(f"{kind} has nothing to count")
    values = list(replies)
    given = [value for value in values if value not in (None, "", [], {})]
    head = {"kind": kind, "unit": "answer", "denominator": len(given), "left_out": len(values) - len(given)}
    if kind == MATRIX:
        rows = [
            {
                "code": row["code"],
                "name": _name(row),
                **_chosen(
                    question["options"],
                    [[value[row["code"]]] if row["code"] in value else [] for value in given],
                ),
            }
            for row in question["rows"]
        ]
        return head | {"rows": rows}
    if kind == RANKING:
        return head | {"options": _ranked(question["options"], given)}
    return head | _chosen(
        question["options"], [value if kind == CHOICES else [value] for value in given], places=kind == SCALE
    )


def _name(option: Mapping[str, Any]) -> dict[str, str]:
    return {"ko": option["ko"], "en": option["en"]}


def _chosen(
    options: Sequence[Mapping[str, Any]], given: list[list[str]], *, places: bool = True
) -> dict[str, Any]:
    given = [codes for codes in given if codes]
    of = len(given)
    counts = {option["code"]: 0 for option in options}
    for codes in given:
        for code in set(codes) & counts.keys():
            counts[code] += 1
    table: dict[str, Any] = {
        "of": of,
        "options": [_line(option, counts[option["code"]], of) for option in options],
    }
    if places and of:
        ordered = [place for place, option in enumerate(options, 1) for _ in range(counts[option["code"]])]
        if ordered:
            mean = Fraction(sum(ordered), len(ordered))
            table["mean"] = rounding.text(rounding.plain(mean.numerator, mean.denominator * 100, 2), 2)
            table["median"] = _middle(ordered)
    return table


def _middle(ordered: list[int]) -> str:
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    whole, half = divmod(low + high, 2)
    return f"{whole}.5" if half else str(whole)


def _line(option: Mapping[str, Any], count: int, of: int) -> dict[str, Any]:
    low, high = wilson(count, of)
    return {
        "code": option["code"],
        "name": _name(option),
        "count": count,
        "share": round(count / of, 6) if of else 0.0,
        "percent": rounding.text(rounding.plain(count, of)),
        "low": round(low, 6),
        "high": round(high, 6),
    }


def _ranked(options: Sequence[Mapping[str, Any]], given: list[list[str]]) -> list[dict[str, Any]]:
    lines = []
    for option in options:
        code = option["code"]
        placed = [order for order in given if code in order]
        lines.append(
            {
                **_line(option, sum(order[0] == code for order in placed), len(given)),
                "first": sum(order[0] == code for order in placed),
                "placed": len(placed),
                "points": sum(len(order) - order.index(code) for order in placed),
            }
        )
    return sorted(lines, key=lambda line: -line["points"])
