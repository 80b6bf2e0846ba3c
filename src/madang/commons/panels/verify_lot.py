#!/usr/bin/env python3
"""Checks a lot in one file: it needs Python 3.10 and nothing else, and no network.

    python verify_lot.py bundle.json

The bundle is the file that the page of a ceremony offers. Every panel of the lottery, every person's chance, the
proof that the chances could not be more equal, and the draw are computed anew. What the bundle keeps closed
(people whose values would give them away) is said and counted. Exit code: 0 checked, 1 wrong, 2 not a bundle.
"""

from __future__ import annotations

import hashlib
import json
import sys
from fractions import Fraction
from typing import Any, NamedTuple

FORMAT = "madang-lot 1"
MAX_BYTES = 20_000_000


class Step(NamedTuple):
    """One check: its name, "passed", "failed" or "skipped", and the figures that the sentence needs."""

    name: str
    status: str
    facts: dict[str, Any]


class BundleError(ValueError):
    """Not a bundle of a lot, or of a format that this file does not know."""


def canonical(value: Any) -> bytes:
    """The one byte form: keys sorted, no blanks, UTF-8. Only texts, whole numbers, lists and objects occur."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(value: Any) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def commitment(salt: str, values: list[int], household: str) -> str:
    """What stands for a person in the lottery: nobody can read her values from it without the salt."""
    return hashlib.sha256(f"{salt}|{','.join(map(str, values))}|{household}".encode()).hexdigest()


def seed_of(frozen_digest: str, root: str, throws: list[str]) -> str:
    """The seed: what was frozen, the state of the public log afterwards, and what the witnesses threw, in order."""
    return hashlib.sha256("\n".join(["madang lot 1", frozen_digest, root, *throws]).encode()).hexdigest()


def number_of(seed: str, panels: int) -> int:
    """Which panel is drawn, from 1 on. Of 2^256 seeds each number gets as many as any other, to 75 digits."""
    return int(seed, 16) % panels + 1


def parse(text: str) -> dict[str, Any]:
    """A bundle from its text; its shape is checked, so that the checks below cannot trip over it.

    Raises:
        BundleError: not JSON, doubled keys, or not of this format.
    """
    try:
        bundle = json.loads(text, object_pairs_hook=_once, parse_float=_no_float, parse_constant=_no_float)
    except (ValueError, RecursionError) as error:
        raise BundleError("this is not the file of a lot") from error
    frozen = bundle.get("frozen") if isinstance(bundle, dict) else None
    if not isinstance(frozen, dict) or frozen.get("format") != FORMAT:
        raise BundleError("this is not the file of a lot, or of another format")
    try:
        canonical(bundle)  # half a character has no bytes
        _shape(bundle)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise BundleError("a part of the file is missing or of another kind") from error
    return bundle


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _no_float(_text: str) -> Any:
    raise ValueError("only whole numbers occur")


def _must(is_right: Any) -> None:
    """Not `assert`, which `python -O` leaves out."""
    if not is_right:
        raise TypeError


def _shape(bundle: dict[str, Any]) -> None:
    frozen, draw = bundle["frozen"], bundle.get("draw")

    def whole(value: Any) -> bool:
        return type(value) is int and abs(value) < 2**53

    _must(whole(frozen["size"]) and frozen["size"] > 0 and whole(frozen["apart"]))
    _must(whole(frozen["witnesses"]) and frozen["witnesses"] > 0)
    _must(all(isinstance(one, str) for one in frozen["people"]) and frozen["people"] and frozen["panels"])
    people = len(frozen["people"])
    _must(all(whole(at) and 0 <= at < people for panel in frozen["panels"] for at in panel))
    for feature in frozen["features"]:
        _must(isinstance(feature["name"], str) and all(isinstance(one, str) for one in feature["values"]))
    for quota in frozen["quotas"]:
        _must(len(quota) == 4 and all(map(whole, quota)) and 0 <= quota[0] < len(frozen["features"]))
        _must(0 <= quota[1] < len(frozen["features"][quota[0]]["values"]))
    _must(len(frozen["levels"]) == people and all(map(whole, frozen["levels"])))
    for level in frozen["proof"]:
        _must(whole(level["count"]) and all(map(whole, level["weights"])) and level["weights"])
    for key, opened in bundle["openings"].items():
        salt, values, household = opened
        _must(
            key.isascii()
            and key.isdigit()
            and str(int(key)) == key
            and int(key) < people
            and isinstance(salt, str)
            and isinstance(household, str)
        )
        _must(all(map(whole, values)) and len(values) == len(frozen["features"]))
    if draw is not None:
        _must(all(isinstance(draw[key], str) for key in ("root", "seed", "log")))
        _must(all(isinstance(one, str) for one in draw["throws"]))
        _must(whole(draw["number"]) and all(map(whole, draw["panel"])))


def check(bundle: dict[str, Any]) -> list[Step]:
    """Every check of a bundle that `parse` accepted, in the order of the ceremony."""
    frozen = bundle["frozen"]
    steps = [_frozen(bundle), _openings(bundle), _panels(frozen), _quotas(bundle), _chances(frozen)]
    steps.append(_proof(bundle))
    if bundle.get("draw") is None:
        return [*steps, Step("draw", "skipped", {})]
    return [*steps, _log(bundle), _seed(bundle), _draw(bundle)]


def _step(name: str, is_right: bool, **facts: Any) -> Step:
    return Step(name, "passed" if is_right else "failed", facts)


def _frozen(bundle: dict[str, Any]) -> Step:
    found = digest(bundle["frozen"])
    return _step("frozen", found == bundle.get("digest"), digest=found)


def _openings(bundle: dict[str, Any]) -> Step:
    """What is opened is what was committed to."""
    people, openings = bundle["frozen"]["people"], bundle["openings"]
    wrong = [int(key) for key, opened in openings.items() if commitment(*opened) != people[int(key)]]
    unique = len(set(people)) == len(people)
    return _step("openings", not wrong and unique, open=len(openings), people=len(people))


def _panels(frozen: dict[str, Any]) -> Step:
    size, panels = frozen["size"], frozen["panels"]
    wrong = [at for at, panel in enumerate(panels) if len(panel) != size or len(set(panel)) != size]
    return _step("panels", not wrong, panels=len(panels), size=size, wrong=len(wrong))


def _quotas(bundle: dict[str, Any]) -> Step:
    """Every quota in every panel. With closed people only what cannot be right is found."""
    frozen = bundle["frozen"]
    rows = {int(key): opened for key, opened in bundle["openings"].items()}
    wrong = 0
    for panel in frozen["panels"]:
        closed = sum(at not in rows for at in panel)
        counts: dict[tuple[int, int], int] = {}
        homes: dict[str, int] = {}
        for at in panel:
            if at in rows:
                for feature, value in enumerate(rows[at][1]):
                    counts[feature, value] = counts.get((feature, value), 0) + 1
                if rows[at][2]:
                    homes[rows[at][2]] = homes.get(rows[at][2], 0) + 1
        for feature, value, low, high in frozen["quotas"]:
            got = counts.get((feature, value), 0)
            wrong += not (got <= high and got + closed >= low)
        wrong += frozen["apart"] == 1 and any(many > 1 for many in homes.values())
    closed = len(frozen["people"]) - len(rows)
    return _step("quotas", wrong == 0, wrong=wrong, closed=closed, quotas=len(frozen["quotas"]))


def counts_of(frozen: dict[str, Any]) -> list[int]:
    """In how many of the panels each person sits."""
    counts = [0] * len(frozen["people"])
    for panel in frozen["panels"]:
        for at in panel:
            counts[at] += 1
    return counts


def _chances(frozen: dict[str, Any]) -> Step:
    counts, panels = counts_of(frozen), len(frozen["panels"])
    least = [
        min((c for c, mine in zip(counts, frozen["levels"], strict=True) if mine >= n), default=0)
        for n in range(len(frozen["proof"]))
    ]
    is_right = sum(counts) == frozen["size"] * panels and least == [
        level["count"] for level in frozen["proof"]
    ]
    return _step("chances", is_right and bool(least), least=min(counts), most=max(counts), of=panels)


def bounds(bundle: dict[str, Any]) -> list[Fraction]:
    """For each level the largest chance that everyone from this level up can have at once (see docs/explanation/lot.md).

    For any whole numbers y, one a rule: sum of g_i x_i <= sum of max(y low, y high) for every panel x, where g_i adds the
    y of the rules that count person i. What the y are does not matter for truth, only for how sharp the bound is.
    """
    frozen, rows = bundle["frozen"], bundle["openings"]
    people, panels = len(frozen["people"]), len(frozen["panels"])
    rules = [(set(range(people)), frozen["size"], frozen["size"])]
    for feature, value, low, high in frozen["quotas"]:
        rules.append(({at for at in range(people) if rows[str(at)][1][feature] == value}, low, high))
    if frozen["apart"]:
        homes: dict[str, set[int]] = {}
        for at in range(people):
            if rows[str(at)][2]:
                homes.setdefault(rows[str(at)][2], set()).add(at)
        rules += [(homes[home], 0, 1) for home in sorted(homes) if len(homes[home]) > 1]
    counts, found = counts_of(frozen), []
    for number, level in enumerate(frozen["proof"]):
        if len(level["weights"]) != len(rules):
            raise BundleError("a proof has one weight for each rule")
        gains = [0] * people
        above = Fraction(0)
        for weight, (members, low, high) in zip(level["weights"], rules, strict=True):
            above += max(weight * low, weight * high)
            for at in members:
                gains[at] += weight
        below = 0
        for at, gain in enumerate(gains):
            if gain < 0:
                above -= gain
            elif frozen["levels"][at] < number:
                above -= Fraction(gain * counts[at], panels)
            else:
                below += gain
        found.append(min(Fraction(1), above / below) if below else Fraction(1))
    return found


def _proof(bundle: dict[str, Any]) -> Step:
    """Nobody's smallest chance can be larger by even one panel; and so on, level by level."""
    frozen = bundle["frozen"]
    panels = len(frozen["panels"])
    if len(bundle["openings"]) < len(frozen["people"]):
        return Step("proof", "skipped", {"closed": len(frozen["people"]) - len(bundle["openings"])})
    try:
        most = bounds(bundle)
    except BundleError:
        return Step("proof", "failed", {})
    gaps = [int(limit * panels) - level["count"] for limit, level in zip(most, frozen["proof"], strict=True)]
    if min(gaps) < 0 or not gaps:
        return Step("proof", "failed", {})  # counts above a proven bound: the file contradicts itself
    return Step(
        "proof",
        "passed",
        {"least": frozen["proof"][0]["count"], "bound": int(most[0] * panels), "of": panels, "levels": len(gaps),
         "gap": max(gaps)},
    )  # fmt: skip


def _log(bundle: dict[str, Any]) -> Step:
    """The state of the log that went into the seed is in the signed note beside it."""
    draw = bundle["draw"]
    lines = draw["log"].split("\n")
    return _step("log", len(lines) > 2 and lines[2] == draw["root"], size=lines[1] if len(lines) > 1 else "")


def _seed(bundle: dict[str, Any]) -> Step:
    frozen, draw = bundle["frozen"], bundle["draw"]
    seed = seed_of(digest(frozen), draw["root"], draw["throws"])
    enough = len(draw["throws"]) == frozen["witnesses"]
    return _step("seed", enough and seed == draw["seed"], seed=seed, throws=len(draw["throws"]))


def _draw(bundle: dict[str, Any]) -> Step:
    frozen, draw = bundle["frozen"], bundle["draw"]
    number = number_of(draw["seed"], len(frozen["panels"])) if _is_hex(draw["seed"]) else 0
    is_right = number == draw["number"] and number > 0 and frozen["panels"][number - 1] == draw["panel"]
    return _step("draw", is_right, number=number, of=len(frozen["panels"]))


def _is_hex(text: str) -> bool:
    return len(text) == 64 and all(letter in "0123456789abcdef" for letter in text)


WORDS = {
    "frozen": "What was frozen has the digest {digest}: compare it with the entry in the public log.",
    "openings": "{open} of {people} people are opened, and each is what was committed to; nobody stands twice.",
    "panels": "{panels} panels of {size} different people each.",
    "quotas": "All {quotas} quotas hold in every panel ({closed} people closed, {wrong} breaches).",
    "chances": "Chances lie between {least} and {most} of {of}, as published.",
    "proof": "No lottery could give everyone more than {bound} of {of}; here it is {least}. {levels} levels, gap {gap}.",
    "log": "The root in the seed is that of the signed state of size {size}.",
    "seed": "The seed follows from digest, root and {throws} throws: {seed}",
    "draw": "The seed draws panel {number} of {of}.",
}
MARKS = {"passed": "ok  ", "failed": "WRONG", "skipped": "–   "}


class _Known(dict):
    def __missing__(self, key: str) -> str:
        return "?"


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__)
        return 2
    try:
        with open(arguments[0], "rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise BundleError("larger than 20 MB")
        steps = check(parse(data.decode("utf-8-sig")))
    except (OSError, UnicodeDecodeError, BundleError) as error:
        print(f"cannot be checked: {error}", file=sys.stderr)
        return 2
    for step in steps:
        print(MARKS[step.status], step.name + ":", WORDS[step.name].format_map(_Known(step.facts)))
    return 1 if any(step.status == "failed" for step in steps) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
