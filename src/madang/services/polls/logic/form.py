"""Whether replies fit the questions, and whether the questions can be asked at all. Plain Python.

A raw reply is what somebody typed: a text; one code; several codes; for an order and a matrix a mapping
(`{option: place}`, `{line: option}`). A value is what is kept of it. Nothing here knows a language: findings are codes
with the figures that a sentence about them needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Raw = str | list[str] | dict[str, str]
Value = str | list[str] | dict[str, str]

CHOOSING = frozenset({"choice", "choices", "scale"})
"""What a condition can hang on."""
WITH_OPTIONS = frozenset({"choice", "choices", "scale", "ranking", "matrix"})
LONGEST = 5_000
"""Letters of a free text where the question sets no other bound."""
MOST_QUESTIONS, MOST_OPTIONS = 60, 40


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as far as replies to it are concerned. `options` and `lines` are codes."""

    number: int
    kind: str
    is_required: bool = False
    is_trait: bool = False
    options: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    longest: int = LONGEST
    least: int = 0
    most: int = 0
    """Of `choices`: at least and at most so many; 0 sets no bound. Of `ranking`: `most` places, 0 means all."""
    on: int = 0
    any_of: tuple[str, ...] = ()
    """Shown only when the question `on` was answered with one of these; 0 means always."""
    is_worded: bool = True
    """Whether it is written in both languages."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with one reply or one question. `part` is the line or option that is meant, if one is."""

    number: int
    code: str
    part: str = ""
    figures: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """What is kept, by the number of the question, and what has to be corrected first."""

    values: dict[int, Value]
    findings: tuple[Finding, ...]


def holds(question: Asked, values: Mapping[int, Value]) -> bool:
    """Whether a question is shown to somebody who replied so. One that hangs on a hidden one is hidden too."""
    if not question.on:
        return True
    given = values.get(question.on)
    if isinstance(given, str):
        return given in question.any_of
    return isinstance(given, list) and any(code in question.any_of for code in given)


def read(questions: Iterable[Asked], raw: Mapping[int, Raw]) -> Read:
    """Check replies in the order of the questions. What its condition hides is neither asked for nor kept."""
    values: dict[int, Value] = {}
    findings: list[Finding] = []
    for question in sorted(questions, key=lambda one: one.number):
        if not holds(question, values):
            continue
        value, found = _READERS[question.kind](question, raw.get(question.number, ""))
        if found is None and not value and question.is_required:
            found = Finding(question.number, f"required_{question.kind}")
        if found is not None:
            findings.append(found)
        elif value:
            values[question.number] = value
    return Read(values, tuple(findings))


Result = tuple[Value, Finding | None]


def _text(question: Asked, raw: Raw) -> Result:
    words = raw if isinstance(raw, str) else ""
    if len(words) > question.longest:
        return words, Finding(
            question.number, "too_long", figures={"most": question.longest, "have": len(words)}
        )
    if words and len(words) < question.least:
        return words, Finding(
            question.number, "too_short", figures={"least": question.least, "have": len(words)}
        )
    return words, None


def _file(question: Asked, raw: Raw) -> Result:
    """The name of the stored file; type and size were looked at when it arrived."""
    return (raw if isinstance(raw, str) else ""), None


def _one(question: Asked, raw: Raw) -> Result:
    code = raw if isinstance(raw, str) else ""
    if code and code not in question.options:
        return "", Finding(question.number, "unknown")
    return code, None


def _several(question: Asked, raw: Raw) -> Result:
    typed = [raw] if isinstance(raw, str) and raw else list(raw) if isinstance(raw, list) else []
    if any(code not in question.options for code in typed):
        return "", Finding(question.number, "unknown")
    codes = [code for code in question.options if code in typed]
    if codes and question.least and len(codes) < question.least:
        return codes, Finding(question.number, "too_few", figures={"least": question.least})
    if question.most and len(codes) > question.most:
        return codes, Finding(question.number, "too_many", figures={"most": question.most})
    return codes, None


def _order(question: Asked, raw: Raw) -> Result:
    """Places as typed, `{option: "1"}`; kept is the list of options from the first place on."""
    if isinstance(raw, list):  # a program sends the order itself
        raw = {code: str(place) for place, code in enumerate(raw, start=1)}
    typed = {code: place for code, place in raw.items() if place} if isinstance(raw, dict) else {}
    if any(code not in question.options for code in typed):
        return "", Finding(question.number, "unknown")
    if not typed:
        return "", None
    most = min(question.most or len(question.options), len(question.options))
    places: dict[int, str] = {}
    for code in question.options:
        place = typed.get(code)
        if place is None:
            continue
        if not (place.isascii() and place.isdigit() and 1 <= int(place[:4]) <= most):
            return "", Finding(question.number, "place", code, {"most": most})
        if int(place) in places:
            return "", Finding(question.number, "same_place", code, {"place": int(place)})
        places[int(place)] = code
    if sorted(places) != list(range(1, len(places) + 1)) or len(places) < most:
        return "", Finding(question.number, "gap", figures={"most": most})
    return [places[place] for place in sorted(places)], None


def _matrix(question: Asked, raw: Raw) -> Result:
    typed = {line: code for line, code in raw.items() if code} if isinstance(raw, dict) else {}
    for line, code in typed.items():
        if line not in question.lines or code not in question.options:
            return "", Finding(question.number, "unknown", line if line in question.lines else "")
    if question.is_required:
        for line in question.lines:
            if line not in typed:
                return "", Finding(question.number, "line", line)
    return {line: typed[line] for line in question.lines if line in typed}, None


_READERS: dict[str, Any] = {
    "text": _text,
    "choice": _one,
    "choices": _several,
    "scale": _one,
    "ranking": _order,
    "matrix": _matrix,
    "file": _file,
}


def flaws(questions: Sequence[Asked]) -> tuple[Finding, ...]:
    """Why these questions cannot be asked yet; empty when they can."""
    if not questions:
        return (Finding(0, "none"),)
    if len(questions) > MOST_QUESTIONS:
        return (Finding(0, "too_many_questions", figures={"most": MOST_QUESTIONS}),)
    found: list[Finding] = []
    before: dict[int, Asked] = {}
    for question in sorted(questions, key=lambda one: one.number):
        found.extend(_flaws_of(question, before))
        before[question.number] = question
    return tuple(found)


def _flaws_of(question: Asked, before: Mapping[int, Asked]) -> Iterable[Finding]:
    number = question.number
    if not question.is_worded:
        yield Finding(number, "words")
    if question.kind in WITH_OPTIONS:
        if len(question.options) < 2:
            yield Finding(number, "few_options")
        elif len(question.options) > MOST_OPTIONS:
            yield Finding(number, "many_options", figures={"most": MOST_OPTIONS})
        if len(set(question.options)) != len(question.options):
            yield Finding(number, "same_option")
    if question.kind == "matrix" and not question.lines:
        yield Finding(number, "few_lines")
    if question.kind == "choices" and question.most and question.least > question.most:
        yield Finding(number, "bounds", figures={"least": question.least, "most": question.most})
    if question.kind == "choices" and max(question.least, question.most) > len(question.options):
        yield Finding(number, "bounds_options", figures={"have": len(question.options)})
    if question.on:
        other = before.get(question.on)
        if other is None or other.kind not in CHOOSING:
            yield Finding(number, "condition", figures={"on": question.on})
        elif not question.any_of or any(code not in other.options for code in question.any_of):
            yield Finding(number, "condition_option", figures={"on": question.on})
        elif other.is_trait and not question.is_trait:
            # What somebody says about herself must not be guessed from which questions she answered.
            yield Finding(number, "condition_trait", figures={"on": question.on})
