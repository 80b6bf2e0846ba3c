"""The grid of a space as a document: phases are columns, processes are rows, a cell says what may be done.

A document is plain JSON: maps of maps, so that every part has an address (a tuple of keys) and two people can
change two parts of one draft without touching each other's. `Grid` is the same thing read for people.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

Document = dict[str, Any]
Address = tuple[str, ...]

EMPTY: Document = {"space": {}, "phases": {}, "processes": {}, "categories": {}, "cells": {}}
FILERS = ("", "anyone", "account", "resident")
SUPPORTERS = ("", "account", "resident")
RANK = {"": -1, "anyone": 0, "account": 1, "resident": 2}
"""How sure the site is of somebody; "" is nobody."""


@dataclass(frozen=True, slots=True)
class Words:
    """What the institution calls a thing, in both languages."""

    title_ko: str = ""
    title_en: str = ""
    summary_ko: str = ""
    summary_en: str = ""

    def title(self, language: str) -> str:
        return self.title_en if language.startswith("en") and self.title_en else self.title_ko

    def summary(self, language: str) -> str:
        return self.summary_en if language.startswith("en") and self.summary_en else self.summary_ko


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of time. The first may begin open (with the publication), the last may end open."""

    key: str
    words: Words
    starts_at: datetime | None
    ends_at: datetime | None
    is_narrative: bool = True

    def has_begun(self, at: datetime) -> bool:
        return self.starts_at is not None and self.starts_at <= at

    def has_ended(self, at: datetime) -> bool:
        return self.ends_at is not None and self.ends_at <= at

    def is_on(self, at: datetime) -> bool:
        """Whether a moment lies in it; an open beginning lies before every moment."""
        return (self.starts_at is None or self.starts_at <= at) and not self.has_ended(at)


@dataclass(frozen=True, slots=True)
class Category:
    slug: str
    words: Words
    tone: str = "blue"
    value: int | None = None
    """The social value of the plan it serves, 1 to 13."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What may be done in one process during one phase, and by whom; "" is nobody."""

    file: str = ""
    support: str = ""
    comment: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.file or self.support or self.comment)


NOTHING = Cell()


@dataclass(frozen=True, slots=True)
class Process:
    """One form, one set of ideas, one set of rules. `rule` is the body of the rule it is filed under."""

    slug: str
    words: Words
    rule_code: str
    rule: Mapping[str, Any]
    source: str
    checked: bool
    valid_from: date | None
    order: int
    categories: tuple[Category, ...]

    @property
    def threshold(self) -> int:
        return int(self.rule.get("threshold") or 0)

    @property
    def discussion_days(self) -> int | None:
        days = self.rule.get("discussion_days")
        return int(days) if days else None

    @property
    def answer(self) -> tuple[int, str]:
        terms = self.rule.get("answer") or {}
        return int(terms.get("amount") or 0), str(terms.get("unit") or "calendar_days")


@dataclass(frozen=True, slots=True)
class Grid:
    """A document read: phases in the order of time, processes in their order."""

    words: Words
    phases: tuple[Phase, ...]
    processes: tuple[Process, ...]
    cells: Mapping[tuple[str, str], Cell]

    def cell(self, process: str, phase: str) -> Cell:
        return self.cells.get((process, phase), NOTHING)

    def phase_at(self, at: datetime) -> Phase | None:
        return next((phase for phase in self.phases if phase.is_on(at)), None)

    def next_phase(self, at: datetime) -> Phase | None:
        return next((one for one in self.phases if one.starts_at is not None and one.starts_at > at), None)


# --- reading a document ---------------------------------------------------------------------------------


def _moment(written: Any) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def _words(held: Mapping[str, Any]) -> Words:
    names = ("title_ko", "title_en", "summary_ko", "summary_en")
    return Words(*(str(held.get(name) or "") for name in names))


def _phase(key: str, held: Mapping[str, Any]) -> Phase:
    return Phase(
        key,
        _words(held),
        _moment(held.get("starts_at")),
        _moment(held.get("ends_at")),
        bool(held.get("is_narrative", True)),
    )


def _in_time(phase: Phase) -> tuple[bool, float, float]:
    start = phase.starts_at.timestamp() if phase.starts_at else 0.0
    end = phase.ends_at.timestamp() if phase.ends_at else float("inf")
    return phase.starts_at is not None, start, end


def _process(slug: str, held: Mapping[str, Any], categories: Mapping[str, Any]) -> Process:
    ordered = sorted(categories.items(), key=lambda pair: (int(pair[1].get("order") or 0), pair[0]))
    day = held.get("valid_from")
    return Process(
        slug=slug,
        words=_words(held),
        rule_code=str(held.get("rule_code") or f"square.{slug}"),
        rule=dict(held.get("rule") or {}),
        source=str(held.get("source") or ""),
        checked=bool(held.get("checked")),
        valid_from=date.fromisoformat(day) if day else None,
        order=int(held.get("order") or 0),
        categories=tuple(
            Category(key, _words(one), str(one.get("tone") or "blue"), one.get("value"))
            for key, one in ordered
        ),
    )


def read(document: Mapping[str, Any]) -> Grid:
    """The document as a grid. Parts that are missing are empty, never an error: a draft may be unfinished."""
    processes = [
        _process(slug, held, document.get("categories", {}).get(slug, {}))
        for slug, held in document.get("processes", {}).items()
    ]
    return Grid(
        words=_words(document.get("space", {})),
        phases=tuple(
            sorted((_phase(key, held) for key, held in document.get("phases", {}).items()), key=_in_time)
        ),
        processes=tuple(sorted(processes, key=lambda one: (one.order, one.slug))),
        cells={
            (slug, key): Cell(
                str(held.get("file") or ""), str(held.get("support") or ""), bool(held.get("comment"))
            )
            for slug, row in document.get("cells", {}).items()
            for key, held in row.items()
        },
    )


# --- parts of a document --------------------------------------------------------------------------------


def part(document: Mapping[str, Any], address: Address) -> dict[str, Any] | None:
    """What stands at an address, or None."""
    held: Any = document
    for key in address:
        held = held.get(key) if isinstance(held, Mapping) else None
        if held is None:
            return None
    return dict(held)


def changed(document: Mapping[str, Any], address: Address, value: Mapping[str, Any] | None) -> Document:
    """A copy with another value at an address; None takes it out, with all that hangs on it."""
    made: Document = copy.deepcopy({**EMPTY, **document})
    held: Any = made
    for key in address[:-1]:
        held = held.setdefault(key, {})
    if value is not None:
        held[address[-1]] = dict(value)
        return made
    held.pop(address[-1], None)
    if address[0] == "phases":
        for row in made["cells"].values():
            row.pop(address[1], None)
    if address[0] == "processes":
        made["cells"].pop(address[1], None)
        made["categories"].pop(address[1], None)
    return made


def mark(value: Mapping[str, Any] | None) -> str:
    """A short digest of a part, which a form carries so that a change by somebody else in between shows."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:24]


# --- what changed ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: a part that came, went or has another value in a field."""

    address: Address
    field: str
    """Empty where the whole part came or went."""
    before: Any
    after: Any

    @property
    def kind(self) -> str:
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


def _parts(document: Mapping[str, Any]) -> Iterator[tuple[Address, Mapping[str, Any]]]:
    yield ("space",), document.get("space", {})
    for name in ("phases", "processes"):
        for key, held in document.get(name, {}).items():
            yield (name, key), held
    for name in ("categories", "cells"):
        for key, row in document.get(name, {}).items():
            for inner, held in row.items():
                yield (name, key, inner), held


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every difference between two documents, in the order of their parts; empty values are no difference."""
    old, new = dict(_parts(before)), dict(_parts(after))
    found: list[Change] = []
    for address in [*old, *(address for address in new if address not in old)]:
        was, now = old.get(address), new.get(address)
        if was is None or now is None:
            if any((was or now or {}).values()):
                found.append(Change(address, "", was, now))
            continue
        for field in [*was, *(name for name in now if name not in was)]:
            left, right = was.get(field), now.get(field)
            if (left or None) != (right or None):
                found.append(Change(address, field, left, right))
    return found
