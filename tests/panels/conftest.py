"""Lotteries of tests have sixty panels: the same code in a tenth of the time."""

from __future__ import annotations

import pytest

from madang.commons.panels.logic import lottery


@pytest.fixture(autouse=True)
def _few_panels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lottery, "PANELS", 60)
