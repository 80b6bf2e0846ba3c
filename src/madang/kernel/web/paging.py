"""Pages over rows whose number is known already, or not counted beyond a bound."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

from madang.kernel import queries


def is_capped(count: int) -> bool:
    """Whether `queries.at_most` stopped counting."""
    return count > queries.MOST


def told(count: int) -> str:
    """A count of `queries.at_most` in words: exact, or “10,000+”."""
    return f"{queries.MOST:,}+" if is_capped(count) else f"{count:,}"


class Counted(Paginator[Any]):
    """A paginator that is told the count, of which no more than `queries.MOST` are paged through; None lets it count."""

    def __init__(self, rows: QuerySet[Any], per_page: int, *, known: int | None) -> None:
        super().__init__(rows, per_page)
        self.known = known

    @cached_property
    def count(self) -> int:
        return min(self.known, queries.MOST) if self.known is not None else super().count
