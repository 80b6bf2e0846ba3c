"""Periodic work of polls."""

from __future__ import annotations

from madang.kernel.jobs import every
from madang.services.polls.domain import files, polls


@every(20, "polls.close_ended", by_date=True)
def close_ended() -> int:
    """Polls whose end has come."""
    return polls.close_ended()


@every(600, "polls.remind", by_date=True)
def remind() -> int:
    """Polls that close within a day."""
    return polls.remind()


@every(3600, "polls.files")
def sweep_files() -> int:
    """Files that belong to no reply."""
    return files.sweep()
