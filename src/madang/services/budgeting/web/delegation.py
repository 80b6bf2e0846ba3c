"""The delegation as everybody sees it: its seats, its people as numbers, its sessions, its rubric, what it found."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.commons.panels import api as panels
from madang.kernel import policy, text
from madang.kernel.templatetags.ui import seoul_text
from madang.kernel.web import saving
from madang.kernel.web.acting import actor_of
from madang.services.budgeting import delegation_reading as reading
from madang.services.budgeting.domain import verdicts
from madang.services.budgeting.models import Delegation, Finding, Round, Sitting
from madang.services.budgeting.models.delegation import Against, Verdict
from madang.services.budgeting.web.shell import round_of, shell

TONES = {Verdict.RECOMMEND: "jade", Verdict.CHANGE: "blue", Verdict.AGAINST: "persimmon"}
SITTING_TONES = {Sitting.State.PLANNED: "ochre", Sitting.State.OPEN: "plum", Sitting.State.CLOSED: "jade"}


def delegation_of(found: Round) -> Delegation:
    """The delegation of a round.

    Raises:
        Http404: it has none.
    """
    row = reading.of(found)
    if row is None:
        raise Http404
    return row


def points(thousandths: int | None) -> str:
    """A mark as it is read: 3.4."""
    if thousandths is None:
        return "–"
    return f"{thousandths / 1000:.3f}".rstrip("0").rstrip(".")


def verdict_tag(verdict: str) -> dict[str, str]:
    if not verdict:
        return {"label": _("Not scored"), "tone": ""}
    return {"label": str(Verdict(verdict).label), "tone": TONES[Verdict(verdict)]}


def reason(code: str) -> str:
    return str(Against(code).label) if code else ""


def sitting_rows(row: Delegation) -> list[dict[str, Any]]:
    """Sessions with how many came, and what is scored in each."""
    return [
        {
            "number": one.number,
            "title": one.meeting.title,
            "url": reverse("meeting", args=[one.meeting.number]),
            "when": seoul_text(one.meeting.starts_at),
            "tag": {
                "label": one.get_state_display(),
                "tone": SITTING_TONES[Sitting.State(one.state)],
            },
            "came": one.came if one.recorded_at else None,  # type: ignore[attr-defined]
            "of": one.of,  # type: ignore[attr-defined]
            "projects": [hearing.project for hearing in one.hearings.select_related("project")],
        }
        for one in reading.sittings(row)
    ]


def found_of(project_id: int) -> dict[str, Any] | None:
    """What the delegation found about a project, for its page; None before it is published."""
    row = Finding.objects.filter(project=project_id).exclude(verdict="").first()
    if row is None:
        return None
    return {
        "tag": verdict_tag(row.verdict),
        "why": reason(row.reason_code),
        "words": row.words,
        "mark": points(row.mark),
    }


def _results(row: Delegation) -> list[dict[str, Any]]:
    sat = row.delegates.count()
    words = {one.project_id: one.words for one in reading.findings(row)}
    criteria = list(row.rubric.all())
    return [
        {
            "project": one.project,
            "url": reverse("budget_project", args=[row.round.slug, one.project.code]),
            "tag": verdict_tag(one.verdict),
            "why": reason(one.reason_code),
            "words": words.get(one.project.pk, ""),
            "mark": points(one.mark),
            "scored": len(one.rows),
            "not_scored": sat - len(one.rows),
            "counts": [
                {"label": verdict_tag(code)["label"], "many": one.counts[code]} for code in Verdict.values
            ],
            "means": [points(verdicts.thousandths(one.judged.means[key.pk])) for key in criteria]
            if one.rows
            else [],
        }
        for one in reading.results(row)
    ]


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that is public of a delegation, on one page."""
    found, actor = round_of(request, slug), actor_of(request)
    row = delegation_of(found)
    is_published = row.state == Delegation.State.PUBLISHED
    # Before a lot is frozen in the log, a panel is the office's own.
    panel = panels.public().filter(pk=row.panel_id).first() if row.panel_id else None
    may_apply = policy.can("budgeting.delegation.apply", actor, row)
    context = shell(found, "budget_delegation") | {
        "delegation": row,
        "seats": reading.seats(row),
        "composition": reading.composition(row) if panel else [],
        "panel": panel,
        "panel_url": reverse("panel", args=[panel.slug]) if panel else "",
        "criteria_html": text.to_html(row.criteria) if row.criteria else "",
        "rubric": list(row.rubric.all()),
        "sittings": sitting_rows(row),
        "is_published": is_published,
        "results": _results(row) if is_published else [],
        "conflicts": reading.conflicts(row) if is_published else 0,
        "names": reading.by_name(row),
        "may_apply": may_apply or may_apply.code == "sign_in",
        "sits": reading.mine(actor, row) is not None,
    }
    return render(request, "budgeting/delegation.html", context)


@require_safe
def points_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """Every delegate's points by number, exactly the bytes whose digest stands in the log."""
    row = delegation_of(round_of(request, slug))
    if row.state != Delegation.State.PUBLISHED:
        raise Http404
    answer = HttpResponse(reading.published(row), content_type="text/csv; charset=utf-8")
    return saving.saved(answer, f"{slug}-delegation.csv")
