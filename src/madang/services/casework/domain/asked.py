"""The fields of a category as `logic.fields` takes them, and its verdicts in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madang.kernel import text
from madang.services.casework.limits import ANSWER_MAX
from madang.services.casework.logic import fields
from madang.services.casework.models import Category, CategoryField

PROBLEMS: dict[str, str | Promise] = {
    "required": _("Answer this question."),
    "number": _("Write a number, for example 3 or 2.5."),
    "datetime": _("Write day and time, for example 2026-11-29T09:30."),
    "choice": _("Choose from the list."),
    "long": _("Shorten your answer to 2,000 characters."),
    "unknown": _("This category does not ask this."),
}


def fields_of(category: Category | None) -> list[CategoryField]:
    """The fields that take an answer."""
    return [one for one in category.fields.all() if one.is_variable] if category is not None else []


def check(category: Category | None, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Answers to keep, cleaned, and what is wrong by the code of the field, as a code of `PROBLEMS`."""
    clean = {code: _clean(value) for code, value in given.items()}
    asked = [
        fields.Asked(one.code, one.datatype, one.required, tuple(str(value["key"]) for value in one.values))
        for one in fields_of(category)
    ]
    return fields.check(asked, clean, most=ANSWER_MAX)


def _clean(value: Any) -> Any:
    if isinstance(value, list):
        return [text.clean_line(str(one)) for one in value]
    return text.clean(str(value)) if value is not None else ""
