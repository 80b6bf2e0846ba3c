"""Adding up counts of one kind, field by field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any, TypeVar

Counts = TypeVar("Counts")


def total(kind: type[Counts], rows: Iterable[Counts]) -> Counts:
    """Several of a dataclass of whole numbers as one; of none, all zero."""
    known = list(rows)
    shape: Any = kind
    return kind(**{one.name: sum(getattr(row, one.name) for row in known) for one in fields(shape)})
