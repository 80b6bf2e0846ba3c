"""Polls with their questions, what was answered, how it was read, what was computed."""

from madang.services.polls.models.coding import (
    Codebook,
    Coding,
    Learning,
    Objection,
    Ruling,
    Suggestion,
    Task,
)
from madang.services.polls.models.polls import Poll, Question
from madang.services.polls.models.reports import Analysis, Chunk, Publication, Report
from madang.services.polls.models.responses import Reply, Response, Slip, Trait

__all__ = [
    "Analysis",
    "Chunk",
    "Codebook",
    "Coding",
    "Learning",
    "Objection",
    "Poll",
    "Publication",
    "Question",
    "Reply",
    "Report",
    "Response",
    "Ruling",
    "Slip",
    "Suggestion",
    "Task",
    "Trait",
]
