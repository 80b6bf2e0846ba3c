"""What opinions tell the rest of the house. Nothing here tells of a vote."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConversationChanged:
    """A conversation was opened or closed."""

    conversation_id: int
    about: str
    state: str


@dataclass(frozen=True, slots=True)
class StatementDecided:
    """A statement was let through, sent back, taken down or put back."""

    statement_id: int
    state: str
