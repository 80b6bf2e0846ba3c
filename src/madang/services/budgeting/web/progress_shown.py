"""The steps after the vote, in words and rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from madang.commons.matters.api import Origin
from madang.kernel import money, plan
from madang.kernel.saying import tongue
from madang.kernel.templatetags.ui import seoul_text
from madang.services.budgeting.domain.trail import ORDER
from madang.services.budgeting.funnel import PENDING, Step
from madang.services.budgeting.models import Project, Proposal, Round, Stage
from madang.services.budgeting.models.stages import Kind, Stop
from madang.services.budgeting.progress import Line, Money
from madang.services.budgeting.web.shown import percent

Part = dict[str, Any]
STATES: dict[str, tuple[str | Promise, str]] = {
    "waiting": (gettext_lazy("Days not promised yet"), "ochre"),
    "promised": (pgettext_lazy("stage", "Promised"), "ochre"),
    "proposed": (Kind.PROPOSED.label, "blue"),
    "enacted": (Kind.ENACTED.label, "blue"),
    "contracted": (Kind.CONTRACTED.label, "blue"),
    "executed": (Kind.EXECUTED.label, "blue"),
    "result": (Kind.RESULT.label, "jade"),
    "reopened": (gettext_lazy("Not finished: a dispute was upheld"), "persimmon"),
    "stopped": (Kind.STOPPED.label, "persimmon"),
}
STEPS: dict[str, str | Promise] = {
    "handed_in": gettext_lazy("Handed in"),
    "eligible": gettext_lazy("Eligible"),
    "joined": gettext_lazy("Part of a project"),
    "on_ballot": gettext_lazy("On the ballot"),
    "funded": gettext_lazy("Funded"),
    "carried_out": gettext_lazy("Carried out"),
}
REASONS: dict[str, str | Promise] = {
    "waiting": gettext_lazy("Waits for its office"),
    "withdrawn": gettext_lazy("Withdrawn"),
    "not_joined": gettext_lazy("Not part of a project yet"),
    "worked_out": gettext_lazy("Still being worked out"),
    "not_decided": gettext_lazy("Waits for the vote"),
    "not_funded": gettext_lazy("Not enough votes for its cost"),
    "under_way": gettext_lazy("Still under way"),
}


def won(amount: int | None) -> str:
    """An amount in won: 1억 8,000만 원 · ₩180,000,000; a dash where nothing was told."""
    return money.won(amount, "–")


def slip(days: int | None) -> str:
    """Days against the promise, with their sign."""
    if days is None:
        return ""
    if days == 0:
        return _("on the promised day")
    return ngettext("%(n)s day", "%(n)s days", abs(days)) % {"n": f"{'+' if days > 0 else '−'}{abs(days):,}"}


def reason(key: str) -> str:
    """A reason of the funnel in words. Codes of offices have the words of their own lists."""
    kind, _colon, code = key.partition(":")
    if kind == "stop":
        return str(Stop(code).label)
    if kind in ("proposal", "project"):
        model = Proposal if kind == "proposal" else Project
        return str(dict(model._meta.get_field("drop_code").flatchoices).get(code, code))
    return str(REASONS[key])


def tag(line: Line) -> Part:
    label, tone = STATES[line.state]
    return {"label": label, "tone": tone}


def row(line: Line) -> Part:
    """A project as a line of the table."""
    next_day = line.day(line.next) if line.next else None
    return {
        "code": line.project.code,
        "title": line.project.title,
        "url": reverse("budget_project_progress", args=[line.project.round.slug, line.project.code]),
        "lead": line.lead.name if line.lead else "",
        "tag": tag(line),
        "disputed": line.disputed,
        "late": line.is_late,
        "decided": won(line.project.cost),
        "enacted": won(line.amount("enacted")),
        "executed": won(line.amount("executed")),
        "slip": slip(line.slipped),
        "next": str(Kind(line.next).label) if line.next else "",
        "next_on": next_day,
        "why": _died(line),
    }


def _died(line: Line) -> str:
    last = line.last.get("stopped")
    return f"{last.get_stop_code_display()}: {last.note}" if last else ""


def bars(whole: Money) -> list[Part]:
    """The money at each step, each against the largest."""
    amounts = [
        (_("Residents decided"), whole.decided, "blue"),
        (_("In the budget bill"), whole.proposed, "blue"),
        (_("Enacted by the council"), whole.enacted, "blue"),
        (_("Under contract"), whole.contracted, "ochre"),
        (_("Paid out"), whole.executed, "jade"),
    ]
    most = max(amount for _label, amount, _tone in amounts) or 1
    return [
        {
            "label": label,
            "tone": tone,
            "money": won(amount),
            "share": percent(amount, whole.decided),
            "width": amount / most * 100,
        }
        for label, amount, tone in amounts
    ]


def _not_over(whole: Money) -> list[str]:
    """What keeps projects from their end, or ended them early."""
    stopped = ngettext("%(n)s stopped", "%(n)s stopped", whole.stopped) % {"n": whole.stopped}
    if not whole.disputed:
        return [stopped]
    return [ngettext("%(n)s disputed", "%(n)s disputed", whole.disputed) % {"n": whole.disputed}, stopped]


def stats(of: Round, whole: Money) -> list[Part]:
    """The round in four figures."""
    found: list[Part] = [
        {
            "label": _("Projects at their end"),
            "value": whole.over,
            "of": ngettext("of %(n)s funded project", "of %(n)s funded projects", whole.projects)
            % {"n": whole.projects},
            "note": " · ".join(_not_over(whole)),
            "tone": "jade" if whole.over else "",
        },
        {
            "label": _("Behind their promise"),
            "value": whole.late,
            "of": _("next step is past its day"),
            "tone": "persimmon" if whole.late else "",
        },
        {
            "label": _("Paid out"),
            "value": percent(whole.executed, whole.decided),
            "unit": "%",
            "of": _("of what residents decided"),
        },
    ]
    if of.whole_budget:
        found.append(
            {
                "label": _("Of the whole budget"),
                "value": f"{whole.decided * 100 / of.whole_budget:.2f}",
                "unit": "%",
                "of": _("of %(whole)s in %(year)s") % {"whole": won(of.whole_budget), "year": of.year},
                "source": of.whole_source,
            }
        )
    return found


def parts_of(rows: Iterable[tuple[str, Money]]) -> list[Part]:
    """Pots or values with their money and how much of it is paid."""
    return [
        {
            "label": label,
            "projects": part.projects,
            "decided": won(part.decided),
            "proposed": won(part.proposed),
            "enacted": won(part.enacted),
            "executed": won(part.executed),
            "bar": min(100.0, part.executed * 100 / part.decided) if part.decided else 0.0,
            "share": percent(part.executed, part.decided),
        }
        for label, part in rows
    ]


def value_name(number: int) -> str:
    return plan.load().value(number).name[tongue()]


def funnel_rows(steps: Sequence[Step]) -> list[Part]:
    """Steps with their numbers by origin; the bar is the share of everything handed in."""
    first = steps[0].total or 1
    return [
        {
            "label": STEPS[step.key],
            "total": step.total,
            "bar": step.total / first * 100,
            "share": percent(step.total, steps[0].total),
            "origins": [step.by_origin[origin] for origin in Origin.values],
        }
        for step in steps
    ]


def loss_rows(steps: Sequence[Step]) -> list[Part]:
    """What did not come further: before which step, why, and from whom."""
    return [
        {
            "step": STEPS[step.key],
            "reason": reason(key),
            "pending": key in PENDING,
            "total": many.total(),
            "origins": [many[origin] for origin in Origin.values],
        }
        for step in steps
        for key, many in step.reasons
    ]


def way(line: Line) -> list[Part]:
    """The path of a project: what happened on which day, and what is promised."""
    found: list[Part] = [
        {
            "label": _("Funded by residents"),
            "state": "done",
            "note": seoul_text(line.project.round.decided_at, "short"),
        }
    ]
    stopped = line.last.get("stopped")
    for kind in ORDER:
        day, told = line.day(kind), line.last.get(kind)
        if told is None and (stopped is not None or (kind == "contracted" and day is None)):
            continue
        again = kind == "result" and line.state == "reopened"
        late = (line.slip(kind) or 0) > 0
        if told is not None and not again:
            state, note = "done", seoul_text(told.on_date, "short")
        else:
            state = "late" if late else "now" if kind == line.next else "todo"
            note = _("by %(day)s") % {"day": seoul_text(day, "short")} if day else ""
        tone = "jade" if kind == "result" else ""
        found.append({"label": Kind(kind).label, "state": state, "note": note, "tone": tone})
    if stopped is not None:
        found.append(
            {
                "label": Kind.STOPPED.label,
                "state": "now",
                "tone": "persimmon",
                "note": seoul_text(stopped.on_date, "short"),
            }
        )
    return found


def compared(line: Line) -> list[Part]:
    """Each step beside its promise."""
    return [
        {
            "label": Kind(kind).label,
            "promised": line.day(kind),
            "happened": line.last[kind].on_date if kind in line.last else None,
            "slip": slip(line.slip(kind)),
            "late": (line.slip(kind) or 0) > 0,
            "amount": won(line.amount(kind)),
            "payments": sum(one.kind == kind for one in line.standing) if kind == "executed" else 0,
        }
        for kind in ORDER
        if line.day(kind) or kind in line.last
    ]


def told(line: Line) -> list[Part]:
    """Every row that was told, the latest first; those that were corrected name what took their place."""
    gone = {one.supersedes_id: one for one in line.told if one.supersedes_id}
    return [
        {
            "row": one,
            "label": one.get_kind_display(),
            "amount": won(one.amount) if one.amount is not None else "",
            "stop": one.get_stop_code_display(),
            "corrected_by": gone.get(one.pk),
            "files": [
                {
                    "name": file.name,
                    "is_picture": file.is_picture,
                    "url": reverse(
                        "budget_stage_file", args=[line.project.round.slug, line.project.code, file.pk]
                    ),
                }
                for file in one.files.all()
            ],
        }
        for one in sorted(line.told, key=lambda one: (one.at, one.pk), reverse=True)
    ]


def total_line(line: Line) -> str:
    """What all payments come to, where there are several."""
    payments: list[Stage] = [one for one in line.standing if one.kind == "executed"]
    if len(payments) < 2:
        return ""
    return _("%(n)s payments come to %(sum)s.") % {"n": len(payments), "sum": won(line.amount("executed"))}
