"""A codebook: what the answers of a poll are sorted into, in versions.

Groups hold codes (keywords). Beside them stand, always, one code for what fits nowhere (`other`) and one for what
cannot be understood (`not_codable`); they belong to no group. Texts are `{"ko": ..., "en": ...}`.

A book is written as JSON (`book_of`, `Codebook.as_dict`). `problems` in `checks.py` says what is wrong with one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

KEYWORD, OTHER, NOT_CODABLE = "keyword", "other", "not_codable"
KINDS = (KEYWORD, OTHER, NOT_CODABLE)
SINGLE, MULTI = "single", "multi"

Text = Mapping[str, str]


class Coded(NamedTuple):
    """One answer as it was coded. `codes[0]` is the main code and the only one that a single-label table counts.
    `person` says whose answers belong together; it names nobody."""

    answer: str
    person: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of the table."""

    key: str
    name: Text


@dataclass(frozen=True, slots=True)
class Code:
    """A keyword. `include` and `exclude` draw its border; `examples` are answers, by language.

    `listed`: named in the table by itself; codes that are not are summed up as "unlisted" of their group.
    """

    key: str
    name: Text
    kind: str = KEYWORD
    group: str | None = None
    definition: Text = field(default_factory=dict)
    include: Text = field(default_factory=dict)
    exclude: Text = field(default_factory=dict)
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    listed: bool = True

    def as_dict(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "kind": self.kind,
            "group": self.group,
            "listed": self.listed,
            "name": dict(self.name),
            "definition": dict(self.definition),
            "include": dict(self.include),
            "exclude": dict(self.exclude),
            "examples": {language: list(some) for language, some in self.examples.items()},
        }


@dataclass(frozen=True, slots=True)
class Codebook:
    """One version. `label`: whether an answer gets one code (`single`) or several (`multi`). The order of groups and
    codes is that of the table. `origin` says who made it, for readers."""

    key: str
    version: str
    title: Text
    label: str
    groups: tuple[Group, ...]
    codes: tuple[Code, ...]
    origin: Text = field(default_factory=dict)

    def code(self, key: str) -> Code:
        """Raises KeyError when there is none."""
        for one in self.codes:
            if one.key == key:
                return one
        raise KeyError(key)

    def has(self, key: str) -> bool:
        return any(one.key == key for one in self.codes)

    def code_keys(self) -> tuple[str, ...]:
        return tuple(one.key for one in self.codes)

    def codes_of(self, group: str) -> tuple[Code, ...]:
        return tuple(one for one in self.codes if one.group == group)

    def groupless(self) -> tuple[Code, ...]:
        """`other` and `not_codable`."""
        return tuple(one for one in self.codes if one.group is None)

    def as_dict(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "version": self.version,
            "label": self.label,
            "title": dict(self.title),
            "origin": dict(self.origin),
            "groups": [{"key": group.key, "name": dict(group.name)} for group in self.groups],
            "codes": [code.as_dict() for code in self.codes],
        }


def book_of(raw: Mapping[str, Any]) -> Codebook:
    """The book that `raw` describes. Raises KeyError, TypeError or ValueError when it has not the shape of one; ask
    `checks.problems` first where people typed it."""
    return Codebook(
        key=raw["key"],
        version=raw["version"],
        title=dict(raw["title"]),
        label=raw["label"],
        origin=dict(raw.get("origin") or {}),
        groups=tuple(Group(one["key"], dict(one["name"])) for one in raw["groups"]),
        codes=tuple(
            Code(
                key=one["key"],
                name=dict(one["name"]),
                kind=one.get("kind", KEYWORD),
                group=one.get("group"),
                definition=dict(one.get("definition") or {}),
                include=dict(one.get("include") or {}),
                exclude=dict(one.get("exclude") or {}),
                examples={
                    language: tuple(some) for language, some in dict(one.get("examples") or {}).items()
                },
                listed=one.get("listed", True),
            )
            for one in raw["codes"]
        ),
    )


@cache
def plan_book() -> Codebook:
    """The draft for the plan's own poll: its three groups, the eight keywords it lists, and what Madang supposes
    behind its "...". A reconstruction by Madang; the ministry's own codebook was never published."""
    path = Path(__file__).parents[1] / "data" / "plan_codebook.json"
    return book_of(json.loads(path.read_text(encoding="utf-8")))
