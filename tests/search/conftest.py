"""An index to search in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from madang.commons.search import api
from madang.kernel import clock

START = datetime(2026, 11, 2, 9, tzinfo=clock.SEOUL)


@pytest.fixture
def put(db) -> Callable[..., str]:
    """`put("title", "body", …)` indexes an idea a minute younger than the one before; returns its reference."""
    made: list[str] = []

    def one(title: str, body: str = "", **fields: Any) -> str:
        reference = fields.pop("reference", f"idea:{len(made) + 1}")
        made.append(reference)
        values: dict[str, Any] = {
            "kind": "idea",
            "language": "ko",
            "happened_at": START + timedelta(minutes=len(made)),
        }
        api.index(reference=reference, title=title, body=body, **values | fields)
        return reference

    return one
