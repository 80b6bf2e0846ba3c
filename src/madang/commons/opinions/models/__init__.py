"""Conversations with their boards, statements, votes."""

from madang.commons.opinions.models.conversations import Board, Conversation
from madang.commons.opinions.models.statements import Statement
from madang.commons.opinions.models.votes import Vote

__all__ = ["Board", "Conversation", "Statement", "Vote"]
