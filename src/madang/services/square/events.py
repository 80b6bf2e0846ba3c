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
class AmendmentMoved:
    """An amendment was proposed, accepted, refused, taken back, taken down, or stays unanswered."""

    amendment_id: int
    what: str
    actor_id: int | None = None


@dataclass(frozen=True, slots=True)
class CoAuthorMoved:
    """Somebody was invited to write an idea with its author, or has accepted."""

    coauthor_id: int
    what: str


@dataclass(frozen=True, slots=True)
class SteppedBack:
    """The author of an idea gives it up; a supporter may take it over."""

    step_back_id: int


@dataclass(frozen=True, slots=True)
class CommentWritten:
    comment_id: int


@dataclass(frozen=True, slots=True)
class CommentModerated:
    """A comment was taken down or put back."""

    comment_id: int


@dataclass(frozen=True, slots=True)
class CandidateMoved:
    """A candidate was proposed to a planning group, or its votes were counted, or it was decided, or it ended."""

    candidate_id: int
    what: str
    actor_id: int | None = None
