"""What hangs on a matter, as parts of its page: answers, promises, offices, traces."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madang.commons.matters import queries as matters
from madang.commons.matters.api import answer_card
from madang.commons.matters.domain import answers as answering
from madang.commons.matters.enums import State
from madang.commons.matters.models import Answer, Effect, Matter
from madang.kernel import clock, manifest
from madang.kernel import queries as kernel
from madang.kernel.models import Trace
from madang.kernel.templatetags.ui import seoul_text
from madang.services.square.web import acts

Part = dict[str, Any]


def answers_of(matter: Matter, effects: list[Effect]) -> list[Part]:
    """Published answers, the one that stands first."""
    rows = list(
        matter.answers.filter(state=Answer.State.PUBLISHED)
        .select_related("office", "approved_by", "drafted_by", "owner")
        .prefetch_related("writers")
        .order_by("-version")
    )
    until = answering.objection_until(matter) if rows else None
    found = []
    for place, answer in enumerate(rows):
        may_object = place == 0 and until is not None and until >= clock.today()
        remedy = _("The author can object until %(day)s.") % {"day": seoul_text(until, "date")}
        found.append(
            answer_card(answer, effects, is_one_of_several=len(rows) > 1)
            | {
                "took": _took(matter, answer),
                "remedy": remedy if may_object else "",
                "stands": place == 0 and matter.state == State.ANSWERED,
            }
        )
    return found


def _took(matter: Matter, answer: Answer) -> str:
    """How long the answer took from the moment it was owed."""
    started = [
        row.started_at
        for row in matter.clocks.all()
        if answer.published_at and row.started_at <= answer.published_at
    ]
    if not started or answer.published_at is None:
        return ""
    days = (clock.seoul(answer.published_at).date() - clock.seoul(max(started)).date()).days
    if days == 0:
        return _("answered on the day it was owed")
    return ngettext("answered in %(n)s day", "answered in %(n)s days", days) % {"n": days}


def offices(matter: Matter) -> list[Part]:
    """Every office that was responsible, with the reason it came to it."""
    return [
        {
            "office": row.organisation.name,
            "since": row.started_at,
            "until": row.ended_at,
            "reason_label": row.get_reason_code_display(),
            "reason": row.reason,
        }
        for row in matters.transfers_of(matter)
    ]


def traces(matter: Matter) -> list[Part]:
    """Arrows to and from other public things; merges, answers and meetings have their own place on the page."""
    rows = [
        row
        for row in kernel.traces(matter.reference)
        if row.kind not in (Trace.Kind.MERGES, Trace.Kind.ANSWERS, Trace.Kind.DISCUSSES)
        # The ideas of a topic stand in a list of their own.
        and not (row.kind == Trace.Kind.BECOMES and row.target == matter.reference)
    ]
    other = {row.pk: row.target if row.source == matter.reference else row.source for row in rows}
    links = manifest.links(set(other.values())) if rows else {}
    return [
        {
            "label": acts.TRACES[row.kind],
            "title": links[other[row.pk]].title,
            "url": links[other[row.pk]].url,
            "evidence": row.evidence,
        }
        for row in rows
        if other[row.pk] in links
    ]


def retyped(matter: Matter) -> Part | None:
    """The last act that made this another kind of matter."""
    act = (
        kernel.history(matter.reference)
        .filter(action__in=["matters.matter.retype_owed", "matters.matter.retype_idea"])
        .order_by("-at", "-pk")
        .first()
    )
    return {"at": act.at, "reason": act.reason} if act else None
