"""The only place where this app meets the engine (`logic`): numbers of statements and pseudonyms in, plain values out."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from madang.commons.opinions.limits import GROUP_FROM, MAP_FROM
from madang.commons.opinions.logic.ballots import Ballots, ballots_of
from madang.commons.opinions.logic.certificate import NO_GROUPS, borderline_of
from madang.commons.opinions.logic.clusters import best_of
from madang.commons.opinions.logic.components import Components, components_of
from madang.commons.opinions.logic.meaning import (
    Representative,
    common_of,
    counts_of,
    dividing_of,
    representative_of,
)
from madang.commons.opinions.logic.opinion_map import ABSENT, FEW_VOTES, Settings, map_of
from madang.commons.opinions.logic.projection import UNIT, Places, places_of
from madang.commons.opinions.logic.routing import next_statement, priorities
from madang.commons.opinions.logic.tables import Tables

Answers = Mapping[str, Mapping[int, int]]
Plain = dict[str, Any]
Array = np.ndarray[Any, Any]

FULL = Settings(left_out=ABSENT)
NEEDED = FULL.min_votes
REACH, GRID = 1000, 10
"""Places are published from -1000 to 1000 on a grid of so many: enough to see, too coarse to know a person by."""
_HEAD = struct.Struct("<4sII")
_MARK = b"OPT1"


def _load(kept: bytes) -> Tables:
    if not kept:
        return Tables.empty(0)
    mark, size, people = _HEAD.unpack_from(kept)
    if mark != _MARK:
        raise ValueError("these are no tables of opinions")
    cells = np.frombuffer(zlib.decompress(kept[_HEAD.size :]), "<i4").reshape(3, size, size)
    return Tables(people, *(cells[place].astype(np.int32) for place in range(3)))


def _dump(tables: Tables) -> bytes:
    cells = np.stack([tables.both, tables.left, tables.product]).astype("<i4")
    return _HEAD.pack(_MARK, tables.statements, tables.people) + zlib.compress(cells.tobytes(), 1)


def changed(kept: bytes, changes: Iterable[tuple[Mapping[int, int], Mapping[int, int]]]) -> bytes:
    """The tables after people went from what they said before to what they say now; `{}` for nothing."""
    tables = _load(kept)
    for before, after in changes:
        highest = max((*before, *after), default=-1)
        tables.grow(highest + 1)
        if not after:
            tables.erase(before)
            continue
        if not before:
            tables.add(after)
            continue
        said = dict(before)
        for number in {*before, *after}:
            value = after.get(number)
            tables.change(said, number, value)
            if value is None:
                said.pop(number, None)
            else:
                said[number] = value
    return _dump(tables)


def same(one: bytes, other: bytes) -> bool:
    """Whether two tables hold the same numbers; statements that nobody answered make no difference."""
    first, second = _load(one), _load(other)
    size = max(first.statements, second.statements)
    first.grow(size)
    second.grow(size)
    return first == second


def digest(kept: bytes, statements: int = 0) -> str:
    """SHA-256 of the tables of so many statements, as `Tables.digest` defines it."""
    tables = _load(kept)
    tables.grow(statements)
    return tables.digest()


def tally(answers: Answers, value: int) -> Counter[int]:
    """How many gave this answer to each statement."""
    return Counter(number for said in answers.values() for number, given in said.items() if given == value)


def _ballots(answers: Answers, names: Sequence[str], statements: int) -> Ballots:
    person: list[int] = []
    statement: list[int] = []
    value: list[int] = []
    for place, name in enumerate(names):
        said = answers[name]
        person += [place] * len(said)
        statement += said.keys()
        value += said.values()
    return ballots_of(person, statement, value, people=len(names), statements=statements)


@dataclass(frozen=True, slots=True)
class _Group:
    """A division's group as it is published."""

    size: int
    centre: tuple[float, float]
    says: tuple[Representative, ...]


@dataclass(frozen=True, slots=True)
class _Made:
    """A map and who is who in it, tested in full or drawn quickly. `label` is -1 for whoever is in no group."""

    names: list[str]
    placed: Array
    real: Array
    label: Array
    groups: list[_Group]
    counts: Array
    answers: Array
    unites: list[int]
    divides: list[int]
    components: Components
    included: int
    certificate: Plain


def _prepared(
    kept: bytes, answers: Answers, shown: Sequence[int]
) -> tuple[list[str], Ballots, Tables, set[int]] | None:
    if not shown or not answers:
        return None
    tables = _load(kept)
    size = max(tables.statements, max(shown) + 1)
    tables.grow(size)
    names = sorted(answers)
    return names, _ballots(answers, names, size), tables, set(range(size)) - set(shown)


def _tested(kept: bytes, answers: Answers, shown: Sequence[int]) -> _Made | None:
    """The map with its certificate; groups that are too small to be shown are left out."""
    prepared = _prepared(kept, answers, shown)
    if prepared is None:
        return None
    names, ballots, tables, away = prepared
    found = map_of(ballots, tables=tables, excluded=away, settings=FULL)
    big = [place for place, group in enumerate(found.groups) if group.named >= GROUP_FROM]
    if len(big) < 2:  # one group alone is none
        big = []
    certificate = found.certificate
    return _Made(
        names=names,
        placed=found.standing != FEW_VOTES,
        real=found.places.real,
        label=_renumbered(found.label, big),
        groups=[
            _Group(group.named, group.centre, group.representative)
            for group in (found.groups[place] for place in big)
        ],
        counts=found.counts[big] if big else found.counts[:0],
        answers=found.answers,
        unites=[int(one.statement) for one in found.consensus],
        divides=[int(one.statement) for one in found.dividing if one.most in big and one.least in big],
        components=found.components,
        included=int(found.included.sum()),
        certificate={
            "verdict": certificate.verdict if big else NO_GROUPS,
            "median": None if certificate.median is None else round(float(certificate.median), 4),
            "draws": int(certificate.resampled),
            "reasons": list(certificate.reasons),
            "people": len(names),
        },
    )


def _quick(kept: bytes, answers: Answers, shown: Sequence[int], certificate: Plain, k: int) -> _Made | None:
    """The map with as many groups as the last test found, and its certificate: places and sides are new."""
    prepared = _prepared(kept, answers, shown)
    if prepared is None:
        return None
    names, ballots, tables, away = prepared
    included = np.ones(ballots.statements, bool)
    included[list(away)] = False
    inner = ballots.columns(included)
    axes = components_of(tables.keep(included))
    places = places_of(inner, axes)
    cast = inner.counts()
    placed = np.asarray(cast >= max(1, min(NEEDED, inner.statements)))
    everybody = np.zeros(len(names), np.int8)
    total = np.zeros((ballots.statements, 3), np.int64)
    total[included] = counts_of(inner, everybody, 1)[0]
    label = np.full(len(names), -1, np.int64)
    groups: list[_Group] = []
    counts = np.zeros((0, ballots.statements, 3), np.int64)
    order = np.flatnonzero(placed)
    if k > 1 and len(order) >= MAP_FROM:
        order = order[np.lexsort((inner.fingerprints()[order], places.xy[order, 1], places.xy[order, 0]))]
        points = places.xy[order]
        division, _tried = best_of(points, k, starts=4, seed=FULL.seed)
        nearest = np.full(len(names), -1, np.int8)
        nearest[order] = division.label
        doubtful = borderline_of(Places(points, places.spread[order]), division)
        named = np.bincount(division.label[~doubtful], minlength=division.k)
        big = [place for place in range(division.k) if named[place] >= GROUP_FROM]
        if len(big) > 1:
            counts = np.zeros((division.k, ballots.statements, 3), np.int64)
            counts[:, included] = counts_of(inner, nearest, division.k)
            says = representative_of(counts)
            label[order] = np.where(doubtful, -1, division.label)
            label = _renumbered(label, big)
            groups = [
                _Group(
                    int(named[place]),
                    (division.centres[place, 0] / UNIT, division.centres[place, 1] / UNIT),
                    says[place],
                )
                for place in big
            ]
            counts = counts[big]
    told = counts if groups else total[None]
    loadings, means = np.zeros((ballots.statements, 2)), np.zeros(ballots.statements)
    loadings[included], means[included] = axes.loadings, axes.means
    return _Made(
        names=names,
        placed=placed,
        real=places.real,
        label=label,
        groups=groups,
        counts=counts,
        answers=total,
        unites=[int(one.statement) for one in common_of(told)],
        divides=[int(one.statement) for one in dividing_of(told)],
        components=replace(axes, loadings=loadings, means=means),
        included=int(included.sum()),
        certificate=certificate if groups else certificate | {"verdict": NO_GROUPS},
    )


def _renumbered(label: Array, kept: list[int]) -> Array:
    """Labels with only these groups, numbered anew from 0; -1 for all others."""
    fresh = np.full(len(label), -1, np.int64)
    for number, place in enumerate(kept):
        fresh[label == place] = number
    return fresh


def labels(kept: bytes, answers: Answers, shown: Sequence[int]) -> dict[str, int]:
    """Group of everybody who is in one."""
    made = _tested(kept, answers, shown)
    if made is None or made.placed.sum() < MAP_FROM:
        return {}
    return {name: int(label) for name, label in zip(made.names, made.label, strict=True) if label >= 0}


UNTESTED: Plain = {"verdict": NO_GROUPS, "median": None, "draws": 0, "reasons": ["untested"], "people": 0}


def _empty(placed: int, statements: Plain) -> Plain:
    return {
        "placed": placed,
        "cells": [],
        "groups": [],
        "statements": statements,
        "unites": [],
        "divides": [],
        "certificate": UNTESTED | {"reasons": ["few_people"]},
        "axes": {},
    }


def picture(kept: bytes, answers: Answers, shown: Sequence[int], last: Plain | None = None) -> Plain:
    """What pages show, as `web.drawing` describes it. Nothing of single people while fewer than ten have a place.

    Args:
        last: the picture before; with it the groups are not tested again, which is some hundred times faster.
    """
    if last is None:
        made = _tested(kept, answers, shown)
    else:
        known = last.get("certificate", UNTESTED)
        made = _quick(kept, answers, shown, known, last.get("k", 0))
    if made is None:
        return _empty(0, {})
    placed = int(made.placed.sum())
    statements = {
        str(number): {
            "all": _told(made.answers[number]),
            "groups": [_told(made.counts[group, number]) for group in range(len(made.groups))],
        }
        for number in shown
        if number < len(made.answers) and made.answers[number].sum()
    }
    if placed < MAP_FROM:
        return _empty(placed, {number: one | {"groups": []} for number, one in statements.items()})
    real = made.real[made.placed]
    reach = float(np.abs(real).max()) or 1.0
    cells: Counter[tuple[int, int, int]] = Counter(
        (_on_grid(x, reach), _on_grid(y, reach), int(label))
        for (x, y), label in zip(real.tolist(), made.label[made.placed], strict=True)
    )
    unites = set(made.unites)
    return {
        "placed": placed,
        "k": len(made.groups) if last is None else last.get("k", 0),
        "cells": [[*place, count] for place, count in sorted(cells.items())],
        "groups": [
            {
                "size": group.size,
                "says": [
                    [
                        int(one.statement),
                        int(one.vote),
                        round(float(one.share), 3),
                        round(float(one.others), 3),
                    ]
                    for one in group.says
                    if one.significant
                ],
            }
            for group in made.groups
        ],
        "statements": statements,
        "unites": made.unites,
        # Where all groups lean one way, some of them more than others is no division.
        "divides": [number for number in made.divides if number not in unites],
        "certificate": made.certificate,
        "axes": {
            "reach": reach,
            "size": made.included,
            "centres": [[float(one) for one in group.centre] for group in made.groups],
            "loads": {
                str(number): [
                    float(made.components.means[number]),
                    *(float(one) for one in made.components.loadings[number]),
                ]
                for number in shown
                if number < len(made.components.means)
            },
        },
    }


def _told(counted: Any) -> list[int]:
    """Agree, pass, disagree of the engine's disagreed, passed, agreed."""
    return [int(counted[2]), int(counted[1]), int(counted[0])]


def _on_grid(value: float, reach: float) -> int:
    return GRID * round(REACH * value / reach / GRID)


def place(picture: Plain, answered: Mapping[int, int]) -> tuple[float, float, int] | None:
    """Where somebody with these answers stands: x, y in the units of the picture and the nearest group, or None.

    As the engine places everybody: Σ (answer - mean)·loading over what she answered, times √(statements / answers).
    """
    axes = picture.get("axes") or {}
    loads = axes.get("loads", {})
    known = {number: value for number, value in answered.items() if str(number) in loads}
    if not known or len(known) < min(NEEDED, axes["size"]):
        return None
    scale = (axes["size"] / len(known)) ** 0.5
    x, y = (
        scale
        * sum((value - loads[str(number)][0]) * loads[str(number)][axis] for number, value in known.items())
        for axis in (1, 2)
    )
    centres = axes["centres"]
    away = [(x - one) ** 2 + (y - other) ** 2 for one, other in centres]
    group = away.index(min(away)) if away else -1
    reach = axes["reach"] / REACH
    return x / reach, y / reach, group


def choose(picture: Plain, left: Sequence[int], *, who: str, turn: int) -> int:
    """Which of these statements to ask next: drawn by lot with the odds of the engine, the same for the same person
    and turn, so that reloading a page asks the same again."""
    counted = picture.get("statements", {})
    size = max(left) + 1
    agreed, passed, seen = (np.zeros(size, np.int64) for _each in range(3))
    for number in left:
        triple = counted.get(str(number), {}).get("all", [0, 0, 0])
        agreed[number], passed[number], seen[number] = triple[0], triple[1], sum(triple)
    odds = priorities(agreed, passed, seen)
    loads = (picture.get("axes") or {}).get("loads", {})
    for number in left:
        load = loads.get(str(number))
        if load is not None:
            reach = (load[1] ** 2 + load[2] ** 2) ** 0.5 * picture["axes"]["size"] ** 0.5
            odds[number] *= (1 + reach) ** 2
    away = set(range(size)) - set(left)
    seed = int.from_bytes(hashlib.sha256(f"routing:{who}".encode()).digest()[:6], "big")
    chosen = next_statement(odds, away, seed=seed, turn=turn)
    return int(chosen) if chosen is not None else min(left)
