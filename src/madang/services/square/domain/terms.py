"""The dated rules of moderation and of planning groups: time limits, appeals, what new accounts may write."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any, TypeVar

from django.utils.translation import ngettext

from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.errors import TooManyError
from madang.kernel.models import Rule
from madang.kernel.queries import rule_in_force
from madang.services.square.models import Comment

RULE = "square.moderation"
PLANNING_RULE = "square.planning"
T = TypeVar("T", bound="Terms | PlanningTerms")


@dataclass(frozen=True, slots=True)
class Terms:
    """What the rule says; the values here hold where no rule is in force."""

    flag_hours: int = 72
    """How long moderation may let a report wait."""
    few: int = 3
    """A thing that fewer readers reported stays up when that time is over and nobody decided."""
    appeal_days: int = 30
    """How long an author may appeal."""
    appeal_answer_days: int = 14
    """How long another moderator has to decide it."""
    new_days: int = 7
    """How long an account is new."""
    new_comments: int = 10
    """Comments of a new account in an hour."""


@dataclass(frozen=True, slots=True)
class PlanningTerms:
    """How a planning group works. A candidate keeps the terms of the day it was proposed."""

    vote_days: int = 14
    """How long the group has to vote."""
    decide_days: int = 7
    """How long it may take to give the reason once the votes are counted."""
    forum_days: int = 30
    """How long the facilitator has to bring what was picked before the forum."""
    quorum: int = 50
    """Percent of those entitled who have to vote."""
    again_days: int = 90
    """How long the same idea is not proposed again after the group has decided."""
    each: int = 3
    """Candidates of one person that may wait at the same time."""


def _in(body: dict[str, Any], kind: type[T]) -> T:
    known = {field.name for field in fields(kind)}
    return kind(**{name: int(value) for name, value in body.items() if name in known})


def _in_force(code: str, kind: type[T]) -> T:
    try:
        return _in(rule_in_force(code).body, kind)
    except Rule.DoesNotExist:
        return kind()


def moderation() -> Terms:
    """The terms in force today."""
    return _in_force(RULE, Terms)


def planning() -> PlanningTerms:
    """The terms in force today, for what is proposed today."""
    return _in_force(PLANNING_RULE, PlanningTerms)


def planning_of(kept: dict[str, Any]) -> PlanningTerms:
    """The terms that a candidate keeps."""
    return _in(kept, PlanningTerms)


@dataclass(frozen=True, slots=True)
class Room:
    """What a new account may still write: `left` comments of `most` an hour, while it is less than `days` days old."""

    left: int
    most: int
    days: int
    wait: int
    """Seconds until there is room again; 0 while there is."""


def room(actor: Actor) -> Room | None:
    """The room of a new account; None for anybody else, and for officials in their office."""
    user = actor.user
    if user is None or actor.is_official:
        return None
    terms, now = moderation(), clock.now()
    if user.date_joined <= now - timedelta(days=terms.new_days):
        return None
    since = now - timedelta(hours=1)
    written = list(
        Comment.objects.filter(author=user, at__gt=since)
        .order_by("-at")
        .values_list("at", flat=True)[: terms.new_comments]
    )
    left = max(terms.new_comments - len(written), 0)
    # There is room again when the oldest of those that count is an hour old.
    until = (written[-1] if written else now) + timedelta(hours=1)
    wait = 0 if left else max(int((until - now).total_seconds()) + 1, 1)
    return Room(left, terms.new_comments, terms.new_days, wait)


def require_room(actor: Actor) -> None:
    """Refuse a comment beyond what a new account may write.

    Raises:
        TooManyError: 429, with the seconds until there is room.
    """
    found = room(actor)
    if found is None or found.left:
        return
    said = ngettext(
        "An account that is less than %(days)s days old may write %(n)s comment an hour. What you typed stays here;"
        " go on a little later.",
        "An account that is less than %(days)s days old may write %(n)s comments an hour. What you typed stays here;"
        " go on a little later.",
        found.most,
    )
    raise TooManyError(said % {"n": found.most, "days": found.days}, retry_after=found.wait)
