"""Pages over rows whose number is known already, so that it is not counted twice."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property


class Counted(Paginator[Any]):
    """A paginator that is told the count; None lets it count."""

    def __init__(self, rows: QuerySet[Any], per_page: int, *, known: int | None) -> None:
        super().__init__(rows, per_page)
        self.known = known

    @cached_property
    def count(self) -> int:
        return self.known if self.known is not None else super().count
