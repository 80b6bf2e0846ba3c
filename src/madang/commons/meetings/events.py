"""What the hall tells the rest of the house."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MeetingChanged:
    """A meeting was planned, changed, moved, cancelled, held or its minutes were published."""

    meeting_id: int
    what: str


@dataclass(frozen=True, slots=True)
class MinutesPublished:
    """The minutes name these things; told in the transaction that publishes them."""

    meeting_id: int
    references: tuple[str, ...]
