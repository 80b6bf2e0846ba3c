"""Geometry of a report's pictures, drawn on the server. Nothing is drawn that the table beside it does not say."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from madang.kernel.saying import tongue

Part = dict[str, Any]

TONES = ("blue", "jade", "ochre", "plum", "persimmon")
TICKS = (0.05, 0.1, 0.2, 0.25)


def said(names: Part | None) -> str:
    """The text of the page's language; the other one where there is none."""
    if not names:
        return ""
    mine = tongue()
    return str(names.get(mine) or names.get("ko") or names.get("en") or "")


def tones(table: Part) -> dict[str, str]:
    """A tone for each group, in the order of the table."""
    return {group["key"]: TONES[at % len(TONES)] for at, group in enumerate(table["groups"])}


def whole(table: Part) -> list[Part]:
    """The groups and what stands apart, as parts of one bar; places and widths in per cent of it."""
    parts, at = [], 0.0
    colours = tones(table)
    for line in (*table["groups"], *table["apart"]):
        if not line["count"]:
            continue
        wide = line["share"] * 100
        parts.append(
            {
                "name": said(line["name"]),
                "percent": line["percent"],
                "count": line["count"],
                "tone": colours.get(line["key"], "none"),
                "x": round(at, 2),
                "width": round(max(wide - 0.3, 0.1), 2),
                "middle": round(at + wide / 2, 2),
                "fits": wide > 14,
            }
        )
        at += wide
    return parts


def intervals(table: Part) -> Part:
    """One line a keyword: a bar, the interval over it, count, share and rank. Widths are hundredths of the longest."""
    lines = [line for group in table["groups"] for line in group["codes"]] + list(table["apart"])
    step, end = _scale(max((line["high"] for line in lines), default=0))
    colours = tones(table)

    def row(line: Part, tone: str) -> Part:
        return {
            "key": line["key"],
            "name": said(line["name"]),
            "count": line["count"],
            "percent": line["percent"],
            "low": _percent(line["low"]),
            "high": _percent(line["high"]),
            "rank": rank(line.get("rank")),
            "tone": tone,
            "bar": round(100 * line["share"] / end, 2),
            "from": round(100 * line["low"] / end, 2),
            "to": round(100 * line["high"] / end, 2),
        }

    ticks = [step * at for at in range(round(end / step) + 1)]
    return {
        "groups": [
            {
                **row(group, colours[group["key"]]),
                "rows": sorted(
                    (row(line, colours[group["key"]]) for line in group["codes"]),
                    key=lambda each: -each["count"],
                ),
            }
            for group in table["groups"]
        ],
        "apart": [row(line, "none") for line in table["apart"]],
        "ticks": [{"at": round(100 * tick / end, 2), "label": f"{100 * tick:.0f}"} for tick in ticks],
        "of": table["denominator"],
        "uncoded": table["uncoded"],
    }


def _scale(longest: float) -> tuple[float, float]:
    """Step and end of a scale from nought that holds this share."""
    longest = longest or 1.0
    step = next((tick for tick in TICKS if longest / tick <= 5), 0.5)
    return step, step * -(-longest // step)


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def rank(span: list[int] | None) -> str:
    """The ranks that cannot be told apart: `2`, or `2–5`."""
    if not span:
        return "–"
    low, high = span
    return str(low) if low == high else f"{low}–{high}"


def closed(question: Part) -> Part:
    """Bars of a closed question: options, or for a matrix one stack a line."""
    shown = {
        "name": said(question),
        "kind": question["kind"],
        "of": question["denominator"],
        "left_out": question["left_out"],
    }
    if question["kind"] == "matrix":
        return shown | {
            "rows": [
                {
                    "name": said(row["name"]),
                    "of": row["of"],
                    "mean": row.get("mean"),
                    "parts": _stack(row["options"]),
                }
                for row in question["rows"]
            ],
            "options": [said(option["name"]) for option in question["rows"][0]["options"]]
            if question["rows"]
            else [],
        }
    unit = _("points") if question["kind"] == "ranking" else "%"
    most = max((option.get("points", 0) for option in question["options"]), default=0) or 1
    return shown | {
        "unit": unit,
        "mean": question.get("mean"),
        "median": question.get("median"),
        "options": [
            {
                "name": said(option["name"]),
                "count": option["count"],
                "percent": option["percent"],
                "low": _percent(option["low"]),
                "high": _percent(option["high"]),
                "points": option.get("points"),
                "first": option.get("first"),
                "bar": round(100 * (option["points"] / most if "points" in option else option["share"]), 2),
                # Points have no interval.
                "from": None if "points" in option else round(100 * option["low"], 2),
                "to": None if "points" in option else round(100 * option["high"], 2),
            }
            for option in question["options"]
        ],
    }


def _stack(options: list[Part]) -> list[Part]:
    parts, at = [], 0.0
    for place, option in enumerate(options):
        wide = option["share"] * 100
        if wide:
            parts.append(
                {
                    "name": said(option["name"]),
                    "percent": option["percent"],
                    "place": place,
                    "x": round(at, 2),
                    "width": round(max(wide - 0.3, 0.1), 2),
                }
            )
        at += wide
    return parts


WIDE, HIGH, EDGE = 1000.0, 640.0, 78.0
"""The network's sheet at its largest, and the margin in which no middle of a word lies."""
FEWEST_DRAWN = 7
"""Words of a network that is drawn; fewer are read faster as pairs."""
LETTER = 15.0


def network(net: Part, *, chosen: tuple[str, ...] = ()) -> Part:
    """Words and edges on a sheet: the size of a word says in how many answers it stands, the colour its group, the width of an
    edge how firmly two words belong together (NPMI)."""
    nodes = net["nodes"]
    if not nodes:
        return {"nodes": [], "edges": [], "is_drawn": False}
    xs, ys = [node["x"] for node in nodes], [node["y"] for node in nodes]
    most = max(node["answers"] for node in nodes)
    high = min(HIGH, 240.0 + 20 * len(nodes))  # few words would be lost on a large sheet

    def placed(node: Part) -> tuple[float, float]:
        return _scaled(node["x"], xs, WIDE), _scaled(node["y"], ys, high)

    at = {node["word"]: placed(node) for node in nodes}
    group = {node["word"]: node["group"] for node in nodes}
    return {
        "width": WIDE,
        "height": high,
        "is_drawn": len(nodes) >= FEWEST_DRAWN,
        "nodes": [
            {
                "word": node["word"],
                "answers": node["answers"],
                "tone": _tone(node["group"]),
                "x": round(at[node["word"]][0], 1),
                "y": round(at[node["word"]][1], 1),
                "size": round(LETTER + 19 * (node["answers"] / most) ** 0.5, 1),
                "chosen": node["word"] in chosen,
            }
            # The rare first, so that a frequent word is never hidden by one of them.
            for node in sorted(nodes, key=lambda each: each["answers"])
        ],
        "edges": [
            {
                "from": edge["from"],
                "to": edge["to"],
                "d": "M{:.1f} {:.1f}L{:.1f} {:.1f}".format(*at[edge["from"]], *at[edge["to"]]),
                "wide": round(1.5 + 7 * max(0.0, edge["npmi"]), 1),
                "tone": _tone(group[edge["from"]]) if group[edge["from"]] == group[edge["to"]] else "none",
                "chosen": set(chosen) == {edge["from"], edge["to"]},
            }
            for edge in net["edges"]
        ],
    }


def _scaled(value: float, among: list[float], size: float) -> float:
    low, high = min(among), max(among)
    return size / 2 if low == high else EDGE + (size - 2 * EDGE) * (value - low) / (high - low)


def _tone(group: int) -> str:
    return TONES[group % len(TONES)]


def words(rows: list[Part], most: int) -> list[Part]:
    """The words in the most answers, with bars as wide as the end of the longest interval."""
    end = max((row["share_high"] for row in rows), default=0) or 1.0
    return [
        {
            **row,
            "percent": _percent(row["share"]),
            "low": _percent(row["share_low"]),
            "high": _percent(row["share_high"]),
            "ranks": rank([row["rank_low"], row["rank_high"]]),
            "bar": round(100 * row["share"] / end, 2),
            "from": round(100 * row["share_low"] / end, 2),
            "to": round(100 * row["share_high"] / end, 2),
            "tone": "blue",
        }
        for row in rows[:most]
    ]


def line(row: Part) -> list[Part]:
    """A sentence in pieces, the words it was found for marked."""
    pieces, at = [], 0
    for start, end in row["marks"]:
        pieces += [
            {"text": row["text"][at:start], "mark": False},
            {"text": row["text"][start:end], "mark": True},
        ]
        at = end
    pieces.append({"text": row["text"][at:], "mark": False})
    return [piece for piece in pieces if piece["text"]]


def quotes(coded: Part) -> list[Part]:
    """Quotes by code, with its name and tone; the report holds only those of people who agreed."""
    colours = tones(coded["table"])
    names = {code["key"]: code for code in coded["codebook"]["codes"]}
    return [
        {
            "name": said(names[key]["name"]),
            "tone": colours.get(names[key]["group"] or "", "none"),
            "texts": texts,
        }
        for key, texts in coded["quotes"].items()
    ]


def groups(group: Part) -> Part:
    """The codes by groups of people, columns named; hidden cells stay hidden."""
    names = {option["code"]: said(option) for option in group["options"]}
    names |= {"few": _("Small groups together"), "not_said": _("Not said")}
    # A line of dots or of noughts says nothing: such keywords are counted below the table instead.
    hidden = [row for row in group["rows"] if _is_keyword(row) and all(c["hidden"] for c in row["cells"])]
    unnamed = [
        row
        for row in group["rows"]
        if _is_keyword(row) and all(not c["hidden"] and not c["count"] for c in row["cells"])
    ]
    seen = [row for row in group["rows"] if row not in hidden and row not in unnamed]
    return {
        "name": said(group),
        "of": group["denominator"],
        "least": group["least"],
        "hidden": group["hidden"],
        "withheld": group["withheld"],
        "test": group["test"],
        "columns": [
            {
                "name": names[column["key"]],
                "of": column["denominator"],
                "joined": ", ".join(names[key] for key in column["joined"]),
            }
            for column in group["columns"]
        ],
        "rows": [
            {
                "name": said(row["name"]),
                "is_group": row["kind"] == "group",
                "cells": [{**cell, "shade": _shade(cell)} for cell in row["cells"]],
            }
            for row in seen
        ],
        "away": len(hidden),
        "unnamed": len(unnamed),
    }


def _is_keyword(row: Part) -> bool:
    return bool(row["kind"] != "group")


def _shade(cell: Part) -> int:
    """How dark a cell is, 0 to 5: a step for each tenth of its column."""
    return 0 if cell["hidden"] else min(5, int(float(cell["percent"]) // 10))


def rounds(beside: Part) -> Part:
    """Two rounds beside each other: shares as points on one scale, in per cent of its length."""
    shares = [
        [count / of if of else 0.0 for count, of in zip(row["counts"], beside["denominators"], strict=True)]
        for row in beside["rows"]
    ]
    ends = {
        is_group: _scale(
            max(
                (
                    max(pair)
                    for pair, row in zip(shares, beside["rows"], strict=True)
                    if (row["kind"] == "group") is is_group
                ),
                default=0.0,
            )
        )[1]
        for is_group in (True, False)
    }
    return {
        "title": said(beside["before"]["title"]),
        "code": beside["before"]["code"],
        "denominators": beside["denominators"],
        "rows": [
            {
                "name": said(row["name"]),
                "is_group": row["kind"] == "group",
                "percents": row["percents"],
                "then": round(100 * pair[0] / ends[row["kind"] == "group"], 2),
                "now": round(100 * pair[1] / ends[row["kind"] == "group"], 2),
                "tone": "jade" if pair[1] > pair[0] else "ochre" if pair[1] < pair[0] else "none",
                "difference": f"{100 * row['difference']:+.1f}",
                "low": f"{100 * row['low']:+.1f}",
                "high": f"{100 * row['high']:+.1f}",
                "sure": row["sure"],
            }
            for row, pair in zip(beside["rows"], shares, strict=True)
        ],
        "sure": sum(row["sure"] for row in beside["rows"]),
    }


def versions(beside: Part) -> Part:
    """The same answers under two versions of the codebook."""
    names = {row["key"]: said(row["name"]) for row in beside["rows"]}
    return {
        "from": beside["from"],
        "to": beside["to"],
        "of": beside["denominator"],
        "same": beside["same"],
        "rows": [
            {
                "name": said(row["name"]),
                "is_group": row["kind"] == "group",
                "counts": row["counts"],
                "percents": row["percents"],
            }
            for row in beside["rows"]
        ],
        "moves": [
            {
                "old": names.get(move["old"], move["old"]),
                "new": names.get(move["new"], move["new"]),
                "answers": move["answers"],
            }
            for move in beside["moves"]
        ],
    }
