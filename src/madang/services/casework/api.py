"""The front door of the complaint center for apps beside it and for the portal above."""

from __future__ import annotations

from madang.services.casework.domain.filing import FiledCase, file_case
from madang.services.casework.domain.routing import route
from madang.services.casework.domain.types import meanings, rule_of
from madang.services.casework.enums import CaseType, Datatype
from madang.services.casework.queries import Filters, by_ref, categories, centers, narrowed, public, visible

__all__ = [
    "CaseType",
    "Datatype",
    "FiledCase",
    "Filters",
    "by_ref",
    "categories",
    "centers",
    "file_case",
    "meanings",
    "narrowed",
    "public",
    "route",
    "rule_of",
    "visible",
]
