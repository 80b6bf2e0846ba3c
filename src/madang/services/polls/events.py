"""What polls tell the rest of the house. Nothing here tells of a response."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PollChanged:
    """A poll was opened, prolonged, closed, published or called off."""

    poll_id: int
    about: str
    state: str
