"""Sentences of what people are told; promises that end with their project."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madang.commons.matters import api as matters
from madang.commons.notices import api as notices
from madang.services.budgeting.domain import tracking

SENTENCES = {
    "pledged": _("The office has promised the days of its steps"),
    "proposed": _("Its money stands in the budget bill"),
    "enacted": _("The council has enacted its money"),
    "contracted": _("It is under contract"),
    "executed": _("Money was paid out for it"),
    "result": _("It is reported as finished"),
    "stopped": _("It was stopped; the reason is published"),
    "accounted": _("The round is settled: what became of each project is told"),
}


def _always(said: Promise) -> Callable[[Mapping[str, Any]], Promise]:
    return lambda data: said


for kind, sentence in SENTENCES.items():
    notices.register_kind(f"budgeting.{kind}", sentence=_always(sentence))

matters.is_kept_elsewhere(tracking.goes_on)
