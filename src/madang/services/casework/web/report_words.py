"""Reports and requests in words and colours, for the components of the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from madang.commons.matters import api as matters
from madang.kernel import clock, manifest
from madang.kernel.money import won
from madang.kernel.templatetags.ui import seoul_text
from madang.services.casework import regulation_queries, waste_queries
from madang.services.casework.models import RegulationRequest, Saving, WasteReport
from madang.services.casework.models.waste import SPENT
from madang.services.casework.web.report_forms import FIGURES

TONES = {
    "received": ("ochre", "clock"),
    "in_scope": ("blue", "clock"),
    "assigned": ("blue", "office"),
    "checked": ("blue", "search"),
    "valid": ("jade", "check"),
    "partly": ("jade", "check"),
    "planned": ("blue", "calendar"),
    "estimated": ("ochre", "clock"),
    "verified": ("jade", "shield"),
    "rewarded": ("jade", "check"),
    "learned": ("jade", "check"),
    "suggested": ("ochre", "clock"),
    "accepted": ("blue", "check"),
    "long_term": ("ochre", "clock"),
    "asked": ("ochre", "reply"),
    "committee": ("plum", "people"),
    "recommended": ("plum", "scale"),
    "implemented": ("jade", "effect"),
    "confirmed": ("jade", "check"),
    "doubted": ("ochre", "scale"),
}

WAY = (
    "received",
    "assigned",
    "checked",
    "verdict",
    "planned",
    "estimated",
    "verified",
    "rewarded",
    "learned",
)
REACHED = {
    "received": 0,
    "in_scope": 0,
    "assigned": 1,
    "checked": 2,
    "valid": 3,
    "partly": 3,
    "planned": 4,
    "estimated": 5,
    "verified": 6,
    "rewarded": 7,
    "unrewarded": 7,
    "learned": 8,
}


def tag(row: WasteReport | RegulationRequest) -> matters.Tag:
    tone, icon = TONES.get(row.state, ("", "dot"))
    return matters.Tag(row.get_state_display(), tone, icon)


def waste_steps(report: WasteReport) -> list[dict[str, Any]]:
    """The way of a report, for `path.html`; where it ended early, the rest is left out."""
    labels = {
        "received": pgettext("waste step", "Received"),
        "assigned": pgettext("waste step", "Checking office"),
        "checked": pgettext("waste step", "Site check"),
        "verdict": pgettext("waste step", "Verdict"),
        "planned": pgettext("waste step", "Correction"),
        "estimated": pgettext("waste step", "Estimated"),
        "verified": pgettext("waste step", "Verified"),
        "rewarded": pgettext("waste step", "Reward"),
        "learned": pgettext("waste step", "Lesson"),
    }
    if report.state not in REACHED:
        return [
            {"label": labels["received"], "state": "done"},
            {"label": report.get_state_display(), "state": "done"},
        ]
    reached = REACHED[report.state]
    return [
        {
            "label": labels[name],
            "state": "done" if place <= reached else "now" if place == reached + 1 else "todo",
            "tone": "jade" if name in ("verified", "rewarded", "learned") else "",
            "note": report.get_state_display()
            if name == "verdict" and report.state in ("valid", "partly")
            else "",
        }
        for place, name in enumerate(WAY)
    ]


def regulation_steps(row: RegulationRequest) -> list[dict[str, Any]]:
    """The way of a request, for `path.html`."""
    late = regulation_queries.is_late(row)
    answered = row.answered_at is not None
    changed = row.state in ("implemented", "confirmed", "doubted")
    way = [
        {
            "label": pgettext("regulation step", "Filed"),
            "state": "done",
            "note": seoul_text(row.case.matter.filed_at, "short"),
        },
        {
            "label": pgettext("regulation step", "Named answer"),
            "state": "done" if answered else "late" if late else "now",
            "note": row.get_decision_display() if answered else "",
        },
    ]
    if row.state in ("asked", "justified", "stands", "committee") or row.justification or row.recommendation:
        is_over = row.state not in ("asked", "justified", "committee")
        way.append(
            {
                "label": pgettext("regulation step", "Justification and committee"),
                "state": "done" if is_over else "late" if late else "now",
                "tone": "plum",
                "note": "" if is_over else row.get_state_display(),
            }
        )
    if row.state in ("refused", "stands", "withdrawn", "not_implemented"):
        if row.state == "not_implemented":
            way.append({"label": row.get_state_display(), "state": "done"})
        return way
    open_change = row.state in ("accepted", "long_term", "recommended", "doubted")
    way += [
        {
            "label": pgettext("regulation step", "Text changed"),
            "state": "done"
            if changed and row.state != "doubted"
            else "late"
            if open_change and late
            else "now"
            if open_change
            else "todo",
            "note": seoul_text(row.promulgated_on, "short") if changed and row.promulgated_on else "",
        },
        {
            "label": pgettext("regulation step", "Confirmed"),
            "state": "done" if row.state == "confirmed" else "now" if row.state == "implemented" else "todo",
            "tone": "jade",
        },
    ]
    return way


def late_text(row: RegulationRequest) -> str:
    """`3 days late`, for everybody to see; empty where it is not."""
    due = regulation_queries.due_at(row)
    if due is None or not regulation_queries.is_late(row):
        return ""
    days = max(1, (clock.today() - clock.seoul(due).date()).days)
    return ngettext("%(days)s day late", "%(days)s days late", days) % {"days": f"{days:,}"}


def line_of(report: WasteReport, links: dict[str, manifest.Link] | None = None) -> dict[str, str]:
    """The budget line in words, with its page where something of this site is meant."""
    known = (links if links is not None else manifest.links([report.line])) if report.line else {}
    link = known.get(report.line)
    if link is not None:
        return {"text": link.title, "url": link.url}
    return {"text": report.line_text, "url": ""}


def saving(row: Saving) -> dict[str, Any]:
    """A saving for the page: its three figures with their proof, and what remains."""
    return {
        "row": row,
        "figures": [
            {
                "label": FIGURES[name],
                "amount": won(getattr(row, name)),
                "sign": "" if name == "baseline" else "−",
                "method": getattr(row, f"{name}_method"),
                "document": getattr(row, f"{name}_document"),
                "by": getattr(row, f"{name}_by"),
            }
            for name in SPENT
        ],
        "net": won(row.net),
    }


def register_rows(
    rows: Sequence[WasteReport], others: dict[int, int], told: dict[int, dict[str, int]]
) -> list[dict[str, Any]]:
    """Lines of the register; of a report that is not public only its state and its money are told."""
    links = manifest.links({row.line for row in rows if row.line and row.is_public})
    lines = []
    for row in rows:
        matter, money = row.case.matter, told.get(row.pk, {})
        line = line_of(row, links) if row.is_public else {"text": "", "url": ""}
        lines.append(
            {
                "title": matter.title if row.is_public else _("A report that is not public"),
                "ref": row.case.ref if row.is_public else "",
                "language": matter.language if row.is_public else "",
                "number": matter.number if row.is_public else "",
                "filed_at": matter.filed_at,
                "office": matter.responsible.name,
                "tag": tag(row),
                "others": others.get(row.pk, 0),
                "line": line,
                "claimed": won(row.claimed) if row.claimed is not None else "–",
                "estimated": won(money["estimate"]) if "estimate" in money else "–",
                "verified": won(money["verified"]) if "verified" in money else "–",
            }
        )
    return lines


def reward_rows(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """The register of rewards; a name only where its bearer agreed."""
    return [
        {
            "at": row.at,
            "kind": row.get_kind_display(),
            "amount": won(row.amount),
            "name": waste_queries.named(row.report),
            "title": row.report.case.matter.title if row.report.is_public else "",
            "language": row.report.case.matter.language,
            "ref": row.report.case.ref if row.report.is_public else "",
            "reason": row.reason if row.report.is_public else "",
            "rule": row.rule,
        }
        for row in rows
    ]
