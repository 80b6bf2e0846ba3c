"""A service's own questions (its *attributes*), and whether answers fit them.

Source: GeoReport v2, "GET service definition" and "POST service request".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC

from madang.services.casework.open311.logic import times
from madang.services.casework.open311.logic.faults import Fault
from madang.services.casework.open311.logic.written import Value

DATATYPES = ("string", "number", "datetime", "text", "singlevaluelist", "multivaluelist")
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,15})?", re.ASCII)
LONGEST = {"string": 200, "text": 4000}


@dataclass(frozen=True, slots=True)
class Question:
    """One attribute of a service. `choices` are key and name; `is_asked` is False for a mere note to read."""

    code: str
    datatype: str
    description: str = ""
    is_required: bool = False
    is_asked: bool = True
    hint: str = ""
    order: int = 1
    choices: tuple[tuple[str, str], ...] = ()


def described(question: Question) -> dict[str, Value]:
    """The attribute as the definition of a service names it."""
    found: dict[str, Value] = {
        "variable": question.is_asked,
        "code": question.code,
        "datatype": question.datatype,
        "required": question.is_required and question.is_asked,
        "datatype_description": question.hint or None,
        "order": question.order,
        "description": question.description or None,
    }
    if question.choices:
        found["values"] = [{"key": key, "name": name} for key, name in question.choices]
    return found


def check(
    questions: Sequence[Question], given: Mapping[str, Sequence[str]]
) -> tuple[dict[str, list[str]], list[Fault]]:
    """The answers by code, and everything that is wrong with them. Unknown codes are wrong too: nothing is lost unseen."""
    asked = {one.code: one for one in questions if one.is_asked}
    faults = [Fault("attribute_unknown", {"code": code[:60]}) for code in given if code not in asked]
    kept: dict[str, list[str]] = {}
    for code, question in asked.items():
        values = list(given.get(code, ()))
        if not values:
            if question.is_required:
                faults.append(Fault("attribute_missing", {"code": code}))
            continue
        if problem := _problem(question, values):
            faults.append(Fault(problem, {"code": code, "value": values[0][:60]}))
        else:
            kept[code] = values
    return kept, faults


def _problem(question: Question, values: Sequence[str]) -> str:
    """What is wrong with the answers to one question; "" if nothing."""
    if len(values) > 1 and question.datatype != "multivaluelist":
        return "attribute_several"
    if question.datatype in ("singlevaluelist", "multivaluelist"):
        keys = {key for key, _name in question.choices}
        return "" if all(value in keys for value in values) else "attribute_choice"
    value = values[0]
    if question.datatype == "number":
        return "" if _NUMBER.fullmatch(value) else "attribute_number"
    if question.datatype == "datetime":
        return "" if times.read(value, UTC) is not None else "attribute_datetime"
    return "" if len(value) <= LONGEST[question.datatype] else "attribute_long"
