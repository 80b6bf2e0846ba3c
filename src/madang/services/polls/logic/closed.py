"""What people chose where they could choose: counts, shares with intervals, and what an order or a scale says at a glance.

A question is `{"kind", "options": [{"code", "ko", "en"}], "rows": […]}`; replies are the values of the polls' form:
one code (choice, scale), a list of codes (choices), a list in order (ranking), `{row: code}` (matrix). Whoever left
the question out is counted as such and is not in the denominator.

The table follows from the *tally* alone: how often each single thing was said. Whose things belong together does not
matter to it, so a bundle can give the tally away where it must keep the replies (`apart`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from madang.kernel.logic.intervals import wilson
from madang.services.polls.logic import rounding

CHOICE, CHOICES, SCALE, RANKING, MATRIX = "choice", "choices", "scale", "ranking", "matrix"
KINDS = (CHOICE, CHOICES, SCALE, RANKING, MATRIX)

Piece = tuple[str, str]
"""One thing said. Choice and scale: `("", code)`; choices: `(code, "")`; matrix: `(row, code)`; ranking: `(code, "first")`,
`(code, "placed")` and, as often as it has points, `(code, "points")`: the length of an order would tell whose pieces belong
together."""


class Tally(NamedTuple):
    """How many gave a reply, how many left the question out, and how often each piece was said."""

    given: int
    left_out: int
    pieces: Counter[Piece]


def count(question: Mapping[str, Any], replies: Iterable[Any]) -> dict[str, Any]:
    """The table of one closed question. `replies` holds one value a response, None where it was left out.

    Gives `kind`, `unit` ("answer"), `denominator`, `left_out` and, by kind:
    `options` with `count`, `percent`, `share`, `low`, `high`; for a scale also `mean` and `median` of the places 1, 2, …;
    for a ranking each option's `first` (how often it stood first), `placed` (how often it stood anywhere) and
    `points` (Borda: who places n options gives n to the first, 1 to the last, none to what she left out), the most
    points first; for a matrix `rows`, each a table of its own.
    Raises ValueError for a kind that has no choices.
    """
    return table(question, tally(question["kind"], replies))


def tally(kind: str, replies: Iterable[Any]) -> Tally:
    """The tally of `replies`. Raises ValueError for a kind that has no choices."""
    if kind not in KINDS:
        raise ValueError(f"{kind} has nothing to count")
    values = list(replies)
    given = [value for value in values if value not in (None, "", [], {})]
    pieces: Counter[Piece] = Counter()
    for value in given:
        pieces.update(pieces_of(kind, value))
    return Tally(len(given), len(values) - len(given), pieces)


def pieces_of(kind: str, value: Any) -> Counter[Piece]:
    """The single things that one reply says."""
    if kind == MATRIX:
        return Counter((row, code) for row, code in value.items() if code)
    if kind == RANKING:
        found: Counter[Piece] = Counter({(value[0], "first"): 1})
        for place, code in enumerate(value):
            found[code, "placed"] += 1
            found[code, "points"] += len(value) - place
        return found
    if kind == CHOICES:
        return Counter((code, "") for code in set(value))
    return Counter([("", value)])


def table(question: Mapping[str, Any], said: Tally) -> dict[str, Any]:
    """The table that follows from a tally; see `count`."""
    kind, options = question["kind"], question["options"]
    head = {"kind": kind, "unit": "answer", "denominator": said.given, "left_out": said.left_out}
    if kind == MATRIX:
        rows = []
        for row in question["rows"]:
            own = Counter({code: n for (line, code), n in said.pieces.items() if line == row["code"]})
            rows.append(
                {"code": row["code"], "name": _name(row), **_chosen(options, own, own.total(), places=True)}
            )
        return head | {"rows": rows}
    if kind == RANKING:
        return head | {"options": _ranked(options, said)}
    own = Counter({code or line: n for (line, code), n in said.pieces.items()})
    return head | _chosen(options, own, said.given, places=kind == SCALE)


def _name(option: Mapping[str, Any]) -> dict[str, str]:
    return {"ko": option["ko"], "en": option["en"]}


def _chosen(
    options: Sequence[Mapping[str, Any]], counts: Mapping[str, int], of: int, *, places: bool
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "of": of,
        "options": [_line(option, counts.get(option["code"], 0), of) for option in options],
    }
    if places and of:
        ordered = [
            place for place, option in enumerate(options, 1) for _ in range(counts.get(option["code"], 0))
        ]
        if ordered:
            mean = Fraction(sum(ordered), len(ordered))
            found["mean"] = rounding.text(rounding.plain(mean.numerator, mean.denominator * 100, 2), 2)
            found["median"] = _middle(ordered)
    return found


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


def _ranked(options: Sequence[Mapping[str, Any]], said: Tally) -> list[dict[str, Any]]:
    lines = []
    for option in options:
        own = {what: said.pieces[option["code"], what] for what in ("first", "placed", "points")}
        lines.append({**_line(option, own["first"], said.given), **own})
    return sorted(lines, key=lambda line: -line["points"])
