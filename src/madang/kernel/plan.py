"""The Government Innovation Master Plan (March 2018) as data: what was promised, not how it went.

Source: the English Highlights. English marked `verbatim` is the plan's own; every Korean text is a
translation (`Plan.translation` says so to readers). Whether a promise is kept is told by evidence
elsewhere, never here.

Things are addressed by a reference such as `project:7` or `index:cpi`; known defects of the source
(`Note`) hang on those references. Shares are percentages as `Decimal`; ranks count from 1, the best.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

from madang.kernel.logic import shapes
from madang.kernel.logic.figures import (
    Figure,
    GoalStatus,
    IndexGoal,
    Keyword,
    Observation,
    Part,
    Poll,
    PollGroup,
    Series,
    Target,
)
from madang.kernel.logic.promises import (
    Commitment,
    Footnote,
    KeyProject,
    Note,
    Project,
    Section,
    Strategy,
    Text,
    Value,
)

__all__ = [
    "Commitment",
    "Figure",
    "Footnote",
    "GoalStatus",
    "IndexGoal",
    "KeyProject",
    "Keyword",
    "Note",
    "Observation",
    "Part",
    "Plan",
    "Poll",
    "PollGroup",
    "Project",
    "Section",
    "Series",
    "Strategy",
    "Target",
    "Text",
    "Value",
    "load",
]

DATA = Path(__file__).parent / "data" / "plan"


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole. `sources` maps the ids that readings and notes cite to where they were seen."""

    title: Text
    issued: Text
    publisher: Text
    translation: Text
    vision: Text
    goal: Text
    ranking: Text
    resolve: Text
    closing: Text
    strategies: tuple[Strategy, ...]
    commitments: tuple[Commitment, ...]
    projects: tuple[Project, ...]
    key_details: tuple[KeyProject, ...]
    targets: tuple[Target, ...]
    indices: tuple[IndexGoal, ...]
    value_definition: Text
    value_framework: tuple[Text, ...]
    values: tuple[Value, ...]
    poll: Poll
    sections: tuple[Section, ...]
    factors: tuple[Text, ...]
    factors_source: Text
    footnotes: tuple[Footnote, ...]
    figures: tuple[Figure, ...]
    notes: tuple[Note, ...]
    sources: Mapping[str, str]

    ref = "plan"

    def strategy(self, number: int) -> Strategy:
        """Strategy 1 to 3. Raises KeyError when there is none, as do the methods below."""
        return _numbered(self.strategies, number)

    def commitment(self, number: int) -> Commitment:
        """A commitment, 1 to 7."""
        return _numbered(self.commitments, number)

    def project(self, number: int) -> Project:
        """A project by its place in the list of 21."""
        return _numbered(self.projects, number)

    def key_project(self, number: int) -> KeyProject:
        """A key project by its own number, 1 to 10."""
        return _numbered(self.key_details, number)

    def value(self, number: int) -> Value:
        """A social value, 1 to 13."""
        return _numbered(self.values, number)

    def footnote(self, number: int) -> Footnote:
        """A footnote of the background chapter, 1 to 3."""
        return _numbered(self.footnotes, number)

    def index(self, key: str) -> IndexGoal:
        """An index goal: `bli`, `trust` or `cpi`."""
        return {goal.key: goal for goal in self.indices}[key]

    def key_projects(self) -> tuple[KeyProject, ...]:
        """The ten in the order of their own chapter; `Project.starred` marks them in the list of 21."""
        return self.key_details

    def commitments_of(self, strategy: int) -> tuple[Commitment, ...]:
        """The commitments under a strategy."""
        return tuple(c for c in self.commitments if c.strategy == strategy)

    def projects_of(self, commitment: int) -> tuple[Project, ...]:
        """The projects under a commitment."""
        return tuple(p for p in self.projects if p.commitment == commitment)

    def targets_of(self, project: int) -> tuple[Target, ...]:
        """The numeric targets of a project; only project 3 has any."""
        return tuple(t for t in self.targets if t.project == project)

    def notes_on(self, *refs: str) -> tuple[Note, ...]:
        """The notes attached to any of these references, in the order of their numbers."""
        return tuple(note for note in self.notes if not set(refs).isdisjoint(note.about))


@cache
def load() -> Plan:
    """The plan, read once per process. Raises TypeError or ValueError when a data file has a slip."""
    whole = _file("framework") | _file("background") | _file("goals") | _file("values")
    for name in ("projects", "key_details", "poll", "notes", "sources"):
        whole[name] = _file(name)
    plan: Plan = shapes.read(Plan, whole, {Text: _text})
    return plan


def _file(name: str) -> Any:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"), parse_float=Decimal)


def _text(raw: dict[str, str]) -> Text:
    """A text whose English is filed under `plan` is the plan's own; one filed under `en` is Madang's."""
    verbatim = "plan" in raw
    english, korean = raw.get("plan" if verbatim else "en"), raw.get("ko")
    if len(raw) != 2 or not english or not korean:
        raise ValueError(f"a text is Korean and one English, not {raw!r}")
    return Text(ko=korean, en=english, verbatim=verbatim)


class _HasNumber(Protocol):
    @property
    def number(self) -> int: ...


T = TypeVar("T", bound=_HasNumber)


def _numbered(items: tuple[T, ...], number: int) -> T:
    for item in items:
        if item.number == number:
            return item
    raise KeyError(number)
