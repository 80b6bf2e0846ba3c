"""Whose turn it is, for one idea or a page of them: reading the facts for `logic.turns`, with a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Min

from madang.commons.matters.enums import OWED, EffectState, State
from madang.commons.matters.models import Answer, Clock, Dispute, Effect, Inquiry, Matter
from madang.kernel import clock
from madang.services.square.logic import turns
from madang.services.square.logic.turns import Turn
from madang.services.square.models import Amendment, Idea, StepBack

Pair = tuple[datetime, datetime]


def of(ideas: Iterable[Idea]) -> Mapping[int, Turn]:
    """Whose turn it is, by the key of each idea. Asks only what the states at hand can need."""
    rows = list(ideas)
    states = {row.matter.state for row in rows}
    known: dict[int, dict[str, Any]] = {row.pk: {} for row in rows}
    if states & {State.OPEN, State.MATURING}:
        _talking(known)
    if states & set(OWED):
        _owed(known)
    if State.ANSWERED in states:
        _answered(rows, known)
    return {row.pk: turns.whose(_facts(row, known[row.pk])) for row in rows}


def one(idea: Idea) -> Turn:
    return of([idea])[idea.pk]


def _facts(idea: Idea, more: dict[str, Any]) -> turns.Facts:
    matter = idea.matter
    return turns.Facts(
        state=matter.state,
        filed_at=idea.gathered_at or matter.filed_at,
        ended_at=matter.ended_at,
        due_at=matter.due_at,
        discussion_ends_at=idea.discussion_ends_at,
        is_topic=idea.is_topic,
        is_in_topic=idea.topic_id is not None,
        **more,
    )


def _talking(known: dict[int, dict[str, Any]]) -> None:
    waiting = Amendment.objects.filter(idea__in=known, state="open", hide_reason="").order_by()
    for row in waiting.values("idea").annotate(since=Min("at"), until=Min("due_at")):
        known[row["idea"]]["amendment"] = (row["since"], row["until"])
    left = StepBack.objects.filter(idea__in=known, state="open")
    for idea, since, until in left.values_list("idea", "at", "until"):
        known[idea]["step_back"] = (since, until)


def _owed(known: dict[int, dict[str, Any]]) -> None:
    running = Clock.objects.filter(matter__in=known, stopped_at__isnull=True)
    for pk, since in running.values_list("matter", "started_at"):
        known[pk]["owed_since"] = since
    asked = Inquiry.objects.filter(matter__in=known, state="open")
    for pk, since, until in asked.values_list("matter", "at", "due_at"):
        known[pk]["question"] = (since, until)


def _answered(rows: list[Idea], known: dict[int, dict[str, Any]]) -> None:
    matters = {row.pk: row.matter for row in rows}
    still = Effect.objects.filter(
        matter__in=known, state__in=[EffectState.PROMISED, EffectState.UNDER_WAY]
    ).order_by()
    for row in still.values("matter").annotate(day=Min("promised_on")):
        since = matters[row["matter"]].ended_at
        if since is not None:
            known[row["matter"]]["effect"] = (since, row["day"])
    disputed = Dispute.objects.filter(effect__matter__in=known, state__in=["open", "replied"])
    for pk, since, until, replied in disputed.values_list("effect__matter", "at", "due_at", "replied_at"):
        known[pk] |= {"dispute": (since, until), "dispute_replied": replied}
    latest = Answer.objects.filter(matter__in=known, state=Answer.State.PUBLISHED).order_by("version")
    for answer in latest.only("matter", "version", "published_at"):
        last = _objection_until(matters[answer.matter_id], answer)
        known[answer.matter_id]["objection"] = (answer.published_at, last) if last else None


def _objection_until(matter: Matter, answer: Answer) -> date | None:
    """The last day to object to this answer, where it still lies ahead; as `answers.objection_until` counts it."""
    rules = matter.rule.body
    if answer.published_at is None or answer.version > int(rules.get("objections", 1)):
        return None
    last = clock.seoul(answer.published_at).date() + timedelta(days=int(rules.get("objection_days", 15)))
    return last if last >= clock.today() else None
