"""A service's own questions: its *attributes*.

Source: GeoReport v2, "GET service definition".
"""

from __future__ import annotations

from dataclasses import dataclass

from madang.services.casework.open311.logic.written import Value

DATATYPES = ("string", "number", "datetime", "text", "singlevaluelist", "multivaluelist")


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
