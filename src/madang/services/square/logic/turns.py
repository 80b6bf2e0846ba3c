"""Whose turn it is: for every idea and topic exactly one who has to act, or nobody because it has ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Who(StrEnum):
    NOBODY = "nobody"
    EVERYONE = "everyone"
    AUTHORS = "authors"
    SUPPORTERS = "supporters"
    FACILITATOR = "facilitator"
    TRIAGE = "triage"
    OFFICE = "office"
    ARBITER = "arbiter"
    OWNER = "owner"


class Does(StrEnum):
    """What she has to do."""

    NOTHING = "nothing"
    DISCUSS = "discuss"
    ANSWER_AMENDMENT = "answer_amendment"
    ANSWER_QUESTION = "answer_question"
    TAKE_OVER = "take_over"
    MATURE = "mature"
    IN_TOPIC = "in_topic"
    NAME_OFFICE = "name_office"
    ANSWER = "answer"
    DECIDE_OFFICE = "decide_office"
    CARRY_OUT = "carry_out"
    ANSWER_DISPUTE = "answer_dispute"
    DECIDE_DISPUTE = "decide_dispute"
    OBJECT = "object"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an idea. Moments are aware; a pair (since, until) is None where nothing of it is open."""

    state: str
    filed_at: datetime
    ended_at: datetime | None = None
    owed_since: datetime | None = None
    due_at: datetime | None = None
    discussion_ends_at: datetime | None = None
    is_topic: bool = False
    is_in_topic: bool = False
    amendment: tuple[datetime, datetime] | None = None
    question: tuple[datetime, datetime] | None = None
    step_back: tuple[datetime, datetime] | None = None
    effect: tuple[datetime, date | None] | None = None
    dispute: tuple[datetime, datetime | None] | None = None
    dispute_replied: datetime | None = None
    objection: tuple[datetime, date] | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """Who must do what, since when and until when. `until` is None where no limit runs."""

    who: Who
    does: Does
    since: datetime | None = None
    until: datetime | date | None = None


ENDED = Turn(Who.NOBODY, Does.NOTHING)


def whose(facts: Facts) -> Turn:
    """The one turn, by what stops everything else first."""
    if facts.state in ("merged", "withdrawn", "closed"):
        return Turn(Who.NOBODY, Does.NOTHING, facts.ended_at)
    if facts.state == "answered":
        return _after_answer(facts)
    since = facts.owed_since or facts.filed_at
    if facts.state == "triage":
        return Turn(Who.TRIAGE, Does.NAME_OFFICE, since, facts.due_at)
    if facts.state == "arbitration":
        return Turn(Who.ARBITER, Does.DECIDE_OFFICE, since, facts.due_at)
    if facts.state == "assigned":
        if facts.question is not None:
            return Turn(Who.AUTHORS, Does.ANSWER_QUESTION, *facts.question)
        return Turn(Who.OFFICE, Does.ANSWER, since, facts.due_at)
    return _talking(facts)


def _talking(facts: Facts) -> Turn:
    if facts.step_back is not None:
        return Turn(Who.SUPPORTERS, Does.TAKE_OVER, *facts.step_back)
    if facts.amendment is not None:
        who = Who.FACILITATOR if facts.is_topic else Who.AUTHORS
        return Turn(who, Does.ANSWER_AMENDMENT, *facts.amendment)
    if facts.is_in_topic:
        return Turn(Who.FACILITATOR, Does.IN_TOPIC, facts.filed_at)
    if facts.is_topic:
        return Turn(Who.FACILITATOR, Does.MATURE, facts.filed_at, facts.discussion_ends_at)
    return Turn(Who.EVERYONE, Does.DISCUSS, facts.filed_at, facts.discussion_ends_at)


def _after_answer(facts: Facts) -> Turn:
    if facts.dispute is not None:
        if facts.dispute_replied is not None:
            return Turn(Who.ARBITER, Does.DECIDE_DISPUTE, facts.dispute_replied)
        return Turn(Who.OWNER, Does.ANSWER_DISPUTE, *facts.dispute)
    if facts.effect is not None:
        return Turn(Who.OWNER, Does.CARRY_OUT, *facts.effect)
    if facts.objection is not None:
        return Turn(Who.AUTHORS, Does.OBJECT, *facts.objection)
    return Turn(Who.NOBODY, Does.NOTHING, facts.ended_at)
