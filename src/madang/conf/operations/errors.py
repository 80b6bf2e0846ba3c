"""What an administrator is told when a command cannot go on: what happened and what to do, in both languages."""

from __future__ import annotations


class OperationError(RuntimeError):
    """A command stopped before it did harm. The text is English, then Korean."""

    def __init__(self, english: str, korean: str) -> None:
        super().__init__(f"{english}\n{korean}")
