"""Turns matters into what the components of the page show. Reads hardly more than it is given."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from madang.commons.matters.domain import pauses
from madang.commons.matters.enums import (
    PauseReason,
    State,
    TransferReason,
)
from madang.commons.matters.models import Assignment, Clock, Matter
from madang.commons.matters.path import ClockView, clock_badge
from madang.commons.matters.web import words
from madang.kernel.models import Audit
from madang.kernel.queries import filing_leaf
from madang.kernel.templatetags.ui import seoul_text


def page_of(matter: Matter) -> str:
    """The public page of a matter, empty where there is none (private, or its service is switched off)."""
    if not matter.number:
        return ""
    try:
        return reverse("item", args=[matter.number])
    except NoReverseMatch:
        return ""


def clock_of(running: Clock | None) -> ClockView | None:
    """The badge of one clock, with what paused it."""
    if running is None:
        return None
    if running.state == Clock.State.PAUSED:
        last = [event for event in running.events.all() if event.kind == "paused"][-1:]
        why = str(dict(PauseReason.choices).get(last[0].reason_code, "")) if last else ""
        if end := pauses.runs_on_at(running):
            why = _("%(why)s. It runs on by itself on %(day)s at the latest.") % {
                "why": why,
                "day": seoul_text(end, "short"),
            }
        return clock_badge(None, paused=True, why=why)
    return clock_badge(running.due_at, office=running.office_due_at)


def waits_for(matter: Any) -> str:
    """Whom a matter waits for. The row carries `is_submitted` and `is_paused` (`queries.with_work`)."""
    if matter.state == State.TRIAGE:
        return _("Triage desk")
    if matter.state == State.ARBITRATION:
        return _("Arbiter")
    if matter.state in (State.OPEN, State.MATURING):
        return _("Supporters")
    if matter.state != State.ASSIGNED:
        return "–"
    if matter.is_paused:
        return _("Author or another body")
    if matter.is_submitted:
        return _("Approver")
    return _("Officer, draft begun") if matter.has_draft else _("Officer")


def timeline(acts: Iterable[Audit]) -> list[dict[str, Any]]:
    """Acts for the timeline, newest first; who acted is named by office, or as author or platform."""
    events = []
    for act in acts:
        title, icon, tone = words.ACTS.get(act.action, (act.action, "dot", ""))
        if act.actor_kind == "system":
            who = _("Platform, by rule")
        elif act.actor_kind == "official" and act.actor is not None:
            office = f"{act.organisation.name} · " if act.organisation else ""
            who = f"{office}{act.actor.shown_name}"
        else:
            who = _("Author")
        events.append(
            {
                "at": act.at,
                "title": title,
                "actor": who,
                "text": act.reason,
                "icon": icon,
                "tone": tone,
            }
        )
    return events[::-1]


def offices(assignments: Iterable[Assignment]) -> list[dict[str, Any]]:
    """Every office that was responsible, with why it came to it."""
    reasons = dict(TransferReason.choices)
    return [
        {
            "office": row.organisation.name,
            "from": row.started_at,
            "to": row.ended_at,
            "reason": " · ".join(filter(None, [str(reasons.get(row.reason_code, "")), row.reason])),
        }
        for row in assignments
    ]


def place_in_log(matter: Matter) -> int | None:
    """Where the filing stands in the public log; None while it is on its way there."""
    leaf = filing_leaf(matter.reference)
    return leaf.index if leaf is not None else None
