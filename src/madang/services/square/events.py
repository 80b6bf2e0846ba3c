"""What the square tells the rest of the house."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IdeaFiled:
    idea_id: int


@dataclass(frozen=True, slots=True)
class SupportsCounted:
    """These people support an idea since the last tally; told in the transaction that adds them to its total."""

    idea_id: int
    supporter_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CommentWritten:
    comment_id: int


@dataclass(frozen=True, slots=True)
class CommentModerated:
    """A comment was taken down or put back."""

    comment_id: int
