"""What a row of the desk of cases waits for, in words."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from madang.commons.matters import api as matters
from madang.commons.matters import path
from madang.kernel import clock
from madang.kernel.templatetags.ui import seoul_text
from madang.services.casework import desk_queries
from madang.services.casework.models import FlagKind
from madang.services.casework.web import words

TABS: dict[str, str | Promise] = {
    "late": pgettext_lazy("desk of cases", "Late"),
    "today": pgettext_lazy("desk of cases", "Due today"),
    "week": pgettext_lazy("desk of cases", "Due within seven days"),
    "stuck": gettext_lazy("Held up"),
    "triage": gettext_lazy("To be given an office"),
    "approve": gettext_lazy("To approve"),
    "arbitration": gettext_lazy("Before the arbiter"),
    "all": pgettext_lazy("desk of cases", "All open"),
}
EMPTY: dict[str, str | Promise] = {
    "late": gettext_lazy("Nothing is late."),
    "today": gettext_lazy("Nothing is due today."),
    "week": gettext_lazy("Nothing is due in the next seven days."),
    "stuck": gettext_lazy("Nothing is held up."),
    "triage": gettext_lazy("Every case has its office."),
    "approve": gettext_lazy("No draft waits for approval."),
    "arbitration": gettext_lazy("No case is before the arbiter."),
    "all": gettext_lazy("No case is open here."),
}
KEYS = {"late": "1", "today": "2", "week": "3", "stuck": "4", "triage": "5", "approve": "6", "arbitration": "7", "all": "0"}  # fmt: skip


def wait(one: desk_queries.Wait) -> dict[str, Any]:
    """Whom a row waits for, since when, and whether that is too long."""
    said = {
        "triage": _("Triage desk"),
        "arbiter": _("Arbiter"),
        "author": _("Author or another body"),
        "approver": _("Approver"),
        "nobody": _("No officer named yet"),
        "draft": _("%(who)s, draft begun"),
        "officer": "%(who)s",
        "part": _("Part %(part)s: %(who)s"),
        "opinion": _("Opinion of %(who)s"),
    }[one.kind] % {"who": one.who, "part": one.part}
    days = desk_queries.days_since(one.since)
    since = ""
    if one.since is not None:
        count = ngettext("%(n)s day", "%(n)s days", days) % {"n": days} if days else _("today")
        since = _("since %(day)s, %(count)s") % {"day": seoul_text(one.since, "short"), "count": count}
    is_late = bool(one.until) and _passed(one.until)
    return {"text": said, "since": since, "late": is_late, "kind": one.kind}


def _passed(until: Any) -> bool:
    return bool(until < clock.now()) if hasattr(until, "hour") else bool(until < clock.today())


def row(one: desk_queries.Row) -> dict[str, Any]:
    """One line of the table."""
    matter, case = one.matter, one.case
    badge = path.state_badge(matter)
    many = ""
    if one.many > 1:
        many = ngettext("%(n)s case", "%(n)s cases", one.many) % {"n": one.many}
    flags = dict(FlagKind.choices)
    about = [str(case.get_type_display())] if case else []
    if case is not None and case.category is not None:
        about.append(case.category.name)
    if case is not None and (place := words.where(case)):
        about.append(place)
    return {
        "pk": matter.pk,
        "number": matter.number or _("Not public"),
        "title": matter.title,
        "url": reverse("desk_work", args=[matter.pk]),
        "part": one.part,
        "about": " · ".join(about),
        "state": badge.label,
        "tone": badge.tone,
        "waits": [wait(each) for each in one.waits],
        "office": matter.responsible.name,
        "officer": matter.officer.shown_name if matter.officer else "",
        "clock": matters.clock_badge(matter.due_at, paused=matter.is_paused),
        "due": seoul_text(matter.due_at, "short"),
        "late": matter.due_at is not None and matter.due_at < clock.now(),
        "flags": [str(flags[flag]) for flag in one.flags],
        "many": many,
    }


def pages(beside: desk_queries.Beside, *, is_arbiter: bool) -> list[dict[str, Any]]:
    """The pages beside the list."""
    found = [
        (reverse("desk_asked"), _("Opinions asked of you"), beside.asked, "o"),
        (reverse("desk_handed"), _("Handed back"), beside.handed, "h"),
        (reverse("desk_templates"), _("Answer templates"), None, "v"),
    ]
    if is_arbiter:
        found.append(
            (reverse("desk_reviews"), pgettext("desk of cases", "Review board"), beside.reviews, "r")
        )
    return [{"url": url, "label": label, "count": count, "key": key} for url, label, count, key in found]
