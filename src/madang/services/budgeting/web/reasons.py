"""Why a project won or lost, in sentences made from a count."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from madang.services.budgeting.models import Item


def reasons(result: dict[str, Any], item: Item, money: Callable[[int], str]) -> list[str]:
    """Sentences for one project; empty where the count says nothing of it."""
    return []
