"""Filters of the pages of cases."""

from __future__ import annotations

from django import template

from madang.services.casework.domain.types import Meaning
from madang.services.casework.web import words

register = template.Library()


@register.filter
def period(meaning: Meaning) -> str:
    """How long a type gives the office, in words."""
    return words.period(meaning)
