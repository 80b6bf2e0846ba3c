"""Questions as pages show them: labels in the language of the page, what was typed, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madang.kernel.saying import in_english
from madang.services.polls.enums import QuestionKind
from madang.services.polls.logic import form
from madang.services.polls.models import Question

Part = dict[str, Any]
AS_BUTTONS = 7
"""A scale of up to so many steps is one row of buttons."""

WORDS: dict[str, str | Promise] = {
    "required_text": gettext_lazy("Write an answer; this question is needed."),
    "required_choice": gettext_lazy("Choose one; this question is needed."),
    "required_choices": gettext_lazy("Choose at least one; this question is needed."),
    "required_scale": gettext_lazy("Choose a step; this question is needed."),
    "required_ranking": gettext_lazy("Give the places; this question is needed."),
    "required_matrix": gettext_lazy("Choose for each line; this question is needed."),
    "required_file": gettext_lazy("Choose a file; this question is needed."),
    "too_long": gettext_lazy("Shorten it to %(most)s characters; it has %(have)s."),
    "too_short": gettext_lazy("Write at least %(least)s characters; it has %(have)s."),
    "unknown": gettext_lazy("Choose one of the answers that are offered."),
    "too_few": gettext_lazy("Choose at least %(least)s."),
    "too_many": gettext_lazy("Choose at most %(most)s."),
    "place": gettext_lazy("“%(part)s”: give a place from 1 to %(most)s."),
    "same_place": gettext_lazy("“%(part)s”: place %(place)s is taken already. Give each place once."),
    "gap": gettext_lazy("Give the places 1 to %(most)s, each once, or leave all empty."),
    "line": gettext_lazy("“%(part)s” has no answer yet."),
    # What an official still has to do before a poll can be opened:
    "none": gettext_lazy("Write at least one question."),
    "too_many_questions": gettext_lazy("A poll has at most %(most)s questions."),
    "words": gettext_lazy("Write the question in both languages."),
    "few_options": gettext_lazy("Write at least two answers to choose from, one a line."),
    "many_options": gettext_lazy("Write at most %(most)s answers to choose from."),
    "same_option": gettext_lazy("Two answers are the same."),
    "few_lines": gettext_lazy("Write the lines of the table, one a line."),
    "bounds": gettext_lazy("“At least” is more than “at most”."),
    "bounds_options": gettext_lazy("Only %(have)s answers are offered: lower “at least” or “at most”."),
    "condition": gettext_lazy(
        "It hangs on question %(on)s, which has to come earlier and offer answers to choose from."
    ),
    "condition_option": gettext_lazy("Say which answers to question %(on)s show it, by their numbers."),
    "condition_trait": gettext_lazy("It cannot hang on question %(on)s, which is about the person."),
}


def label_of(entry: Mapping[str, str]) -> str:
    """An option or line in the language of the page; the other language where it has no words in this one."""
    ko, en = entry.get("ko", ""), entry.get("en", "")
    return (en or ko) if in_english() else (ko or en)


def sentence(finding: form.Finding, question: Question | None = None) -> str:
    """A finding in words."""
    part = ""
    if question is not None and finding.part:
        named = {entry["code"]: label_of(entry) for entry in [*question.rows, *question.options]}
        if finding.code == "line" or (question.kind == QuestionKind.MATRIX and finding.part):
            named = {entry["code"]: label_of(entry) for entry in question.rows}
        part = named.get(finding.part, finding.part)
    figures = {name: f"{value:,}" for name, value in finding.figures.items()}
    return str(WORDS[finding.code]) % ({"part": part} | figures)


def condition_of(question: Question, by_number: Mapping[int, Question]) -> str:
    """When a question is asked, as a sentence for people without JavaScript."""
    other = by_number.get(int(question.condition.get("question") or 0))
    if other is None:
        return ""
    wanted = question.condition.get("any_of") or []
    labels = [label_of(option) for option in other.options if option["code"] in wanted]
    joined = _("” or “").join(labels)
    return _("Only if you answered question %(n)s with “%(answers)s”.") % {
        "n": other.number,
        "answers": joined,
    }


def parts(
    rows: Iterable[Question],
    raw: Mapping[int, form.Raw],
    findings: Iterable[form.Finding] = (),
    more_errors: Mapping[int, str] | None = None,
) -> list[Part]:
    """What the template needs of each question."""
    rows = list(rows)
    by_number = {row.number: row for row in rows}
    wrong: dict[int, str] = dict(more_errors or {})
    for finding in findings:
        wrong.setdefault(finding.number, sentence(finding, by_number.get(finding.number)))
    return [_part(row, raw.get(row.number, ""), wrong.get(row.number, ""), by_number) for row in rows]


def _part(row: Question, given: form.Raw, error: str, by_number: Mapping[int, Question]) -> Part:
    name = f"q{row.number}"
    many = given if isinstance(given, list) else [given] if isinstance(given, str) and given else []
    placed = given if isinstance(given, dict) else {}
    if row.kind == QuestionKind.RANKING and isinstance(given, list):
        placed = {code: str(place) for place, code in enumerate(given, start=1)}
    most = int(row.limits.get("most") or len(row.options))
    options = [
        {
            "code": option["code"],
            "label": label_of(option),
            "id": f"{name}-{option['code']}",
            "name": f"{name}_{option['code']}",
            "is_chosen": option["code"] in many,
            "place": placed.get(option["code"], ""),
        }
        for option in row.options
    ]
    return {
        "row": row,
        "name": name,
        "label": row.label or row.label_ko or row.label_en,
        "help": row.help,
        "error": error,
        "first": _first(row, name),
        "is_text": row.kind == QuestionKind.TEXT,
        "is_file": row.kind == QuestionKind.FILE,
        "is_ranking": row.kind == QuestionKind.RANKING,
        "is_matrix": row.kind == QuestionKind.MATRIX,
        "is_row": row.kind == QuestionKind.SCALE and len(options) <= AS_BUTTONS,
        "input": "checkbox" if row.kind == QuestionKind.CHOICES else "radio",
        "value": given if isinstance(given, str) else "",
        "longest": int(row.limits.get("longest") or form.LONGEST),
        "is_short": 0 < int(row.limits.get("longest") or 0) <= 60,
        "bounds": _bounds(row),
        "options": options,
        "places": [str(place) for place in range(1, min(most, len(options)) + 1)],
        "lines": [
            {
                "label": label_of(line),
                "name": f"{name}_{line['code']}",
                "cells": [
                    option
                    | {
                        "id": f"{name}-{line['code']}-{option['code']}",
                        "is_chosen": placed.get(line["code"]) == option["code"],
                    }
                    for option in options
                ],
            }
            for line in row.rows
        ],
        "condition": condition_of(row, by_number),
        "on": f"q{row.condition['question']}" if row.condition else "",
        "any_of": " ".join(row.condition.get("any_of") or ()) if row.condition else "",
    }


def _first(row: Question, name: str) -> str:
    """Where a link from the list of errors leads."""
    if row.kind in (QuestionKind.TEXT, QuestionKind.FILE):
        return name
    if row.kind == QuestionKind.MATRIX:
        return f"{name}-{row.rows[0]['code']}-{row.options[0]['code']}" if row.rows and row.options else name
    return f"{name}-{row.options[0]['code']}" if row.options else name


def _bounds(row: Question) -> str:
    least, most = int(row.limits.get("least") or 0), int(row.limits.get("most") or 0)
    if row.kind == QuestionKind.CHOICES:
        if least and most:
            return _("%(least)s to %(most)s answers") % {"least": least, "most": most}
        if most:
            return _("At most %(most)s answers") % {"most": most}
        if least:
            return _("At least %(least)s answers") % {"least": least}
        return _("Several answers are fine")
    if row.kind == QuestionKind.RANKING:
        most = min(most or len(row.options), len(row.options))
        return _("Give the places 1 to %(most)s; 1 is first") % {"most": most}
    return ""


def kept(rows: Iterable[Question], said: Mapping[str, Any]) -> list[Part]:
    """What is kept of a response, in words, for her own page."""
    found = []
    for row in rows:
        value = (said["traits"] if row.is_trait else said["replies"]).get(str(row.number))
        if value is not None:
            found.append(
                {"row": row, "label": row.label or row.label_ko or row.label_en, **in_words(row, value)}
            )
    return found


def typed(
    rows: Iterable[Question], raw: Mapping[int, form.Raw], values: Mapping[int, form.Value]
) -> list[Part]:
    """What was sent and not taken, in words, to be copied; texts as they were typed, files not at all."""
    found = []
    for row in rows:
        value = raw.get(row.number) if row.kind == QuestionKind.TEXT else values.get(row.number)
        if value and row.kind != QuestionKind.FILE:
            found.append(
                {"row": row, "label": row.label or row.label_ko or row.label_en, **in_words(row, value)}
            )
    return found


def in_words(row: Question, value: Any) -> Part:
    """A kept value: `text`, or `lines` of one each."""
    labels = {option["code"]: label_of(option) for option in row.options}
    if row.kind == QuestionKind.TEXT:
        return {"text": value, "is_own": True}
    if row.kind == QuestionKind.FILE:
        return {"file": str(value)}
    if row.kind == QuestionKind.MATRIX:
        return {
            "lines": [
                f"{label_of(line)}: {labels.get(value[line['code']], '')}"
                for line in row.rows
                if line["code"] in value
            ]
        }
    if row.kind == QuestionKind.RANKING:
        return {"lines": [f"{place}. {labels.get(code, code)}" for place, code in enumerate(value, start=1)]}
    if isinstance(value, list):
        return {"lines": [labels.get(code, code) for code in value]}
    return {"text": labels.get(str(value), str(value))}
