"""How a hackathon is shown: its tag, its way, its dates."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from madang.commons.matters import api as matters
from madang.kernel import clock
from madang.kernel.templatetags.ui import seoul_text
from madang.services.hackathons.models import Hackathon

State = Hackathon.State
TONES = {
    State.OPEN: "plum",
    State.SUBMITTING: "plum",
    State.JUDGING: "blue",
    State.DECIDED: "jade",
    State.FOLLOWED: "jade",
}


def phase(hackathon: Hackathon) -> str:
    """The state as the clock has it: the worker may be some seconds behind."""
    now = clock.now()
    if hackathon.state == State.OPEN and now >= hackathon.forms_until:
        return State.SUBMITTING if now < hackathon.submits_until else State.JUDGING
    if hackathon.state == State.SUBMITTING and now >= hackathon.submits_until:
        return State.JUDGING
    return hackathon.state


def tag(hackathon: Hackathon) -> matters.Tag:
    state = State(phase(hackathon))
    if state == State.CLOSED and hackathon.decided_at is None:
        return matters.Tag(_("Called off"), "persimmon")
    return matters.Tag(str(state.label), TONES.get(state, ""))


def day(moment: datetime | date | None) -> str:
    return seoul_text(moment, "day") if moment else ""


def way(hackathon: Hackathon, *, is_short: bool = False) -> list[matters.Step]:
    """Teams → work → jury and vote → winners → carried out; in single words where there is little room."""
    order = [State.OPEN, State.SUBMITTING, State.JUDGING, State.DECIDED, State.FOLLOWED]
    state = State(phase(hackathon))
    if state == State.CLOSED:
        here = len(order) if hackathon.decided_at else -1
    else:
        here = order.index(state) if state in order else -1
    is_off = state == State.CLOSED and hackathon.decided_at is None
    ends = [
        _("until %(day)s") % {"day": day(hackathon.forms_until)},
        _("until %(day)s") % {"day": day(hackathon.submits_until)},
        _("until %(day)s") % {"day": day(max(hackathon.judges_until, hackathon.votes_until))},
        day(hackathon.decided_at) or _("by %(day)s") % {"day": day(hackathon.results_on)},
        "",
    ]
    labels = [_("Teams form"), _("Teams work"), _("Jury and public vote"), _("Winners"), _("Carried out")]
    if is_short:
        labels = [
            pgettext("step", "Teams"),
            pgettext("step", "Work"),
            pgettext("step", "Jury"),
            pgettext("step", "Winners"),
            pgettext("step", "Effect"),
        ]
    is_late = state == State.JUDGING and clock.today() > hackathon.results_on
    found = []
    for place, (label, note) in enumerate(zip(labels, ends, strict=True)):
        how = "skipped" if is_off else "done" if place < here else "now" if place == here else "todo"
        if place == 3 and here == 3:  # decided: winners stand; now it is about carrying out
            how = "done"
        if place == 4 and here == 3:
            how = "now"
        if place == 3 and is_late:
            how = "late"
        found.append(matters.Step(label, how, "jade" if place > 2 and how in ("done", "now") else "", note))
    return found


def decimal(exact: str, times: int = 1) -> str:
    """A frozen fraction with two decimals, rounded half up."""
    if not exact:
        return "–"
    value = Fraction(exact) * times
    hundredths = (value.numerator * 200 + value.denominator) // (value.denominator * 2)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def row(hackathon: Hackathon, url: str, **more: Any) -> dict[str, Any]:
    return {
        "title": hackathon.title,
        "url": url,
        "tags": [tag(hackathon)],
        "meta": [hackathon.host.name],
        "steps": way(hackathon, is_short=True),
        **more,
    }
