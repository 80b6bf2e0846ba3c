"""What budgeting tells the rest of the house."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RoundChanged:
    """A round was announced, moved on or was called off; `state` is the new one."""

    round_id: int
    state: str
