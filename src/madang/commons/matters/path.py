"""How a matter is shown wherever it appears: its state, its clock, its way from filing to effect.

The words and tones here are the only ones: cards, rows, pages, receipts and the desk all take them from
here, as the components `badge.html`, `clock.html` and `path.html` show them. Nothing here reads the database.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from madang.commons.matters.enums import ADOPTING, OWED, STILL, TALKING, Disposition, EffectState, Kind, State
from madang.commons.matters.models import Effect, Matter
from madang.kernel import clock
from madang.kernel.templatetags.ui import seoul_text

STATE_TONES = {
    State.OPEN: "plum",
    State.MATURING: "plum",
    State.TRIAGE: "ochre",
    State.ASSIGNED: "blue",
    State.ARBITRATION: "ochre",
    State.ANSWERED: "jade",
}
DISPOSITION_TONES = {
    Disposition.ADOPTED: "jade",
    Disposition.PARTLY: "jade",
    Disposition.DONE: "jade",
    Disposition.INFORMED: "jade",
    Disposition.REDIRECTED: "blue",
    Disposition.NOT_ADMISSIBLE: "ochre",
}
EFFECT_TONES = {
    EffectState.PROMISED: "ochre",
    EffectState.UNDER_WAY: "blue",
    EffectState.DONE: "jade",
    EffectState.STOPPED: "persimmon",
}
ENDED_UNANSWERED = (State.CLOSED, State.MERGED, State.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Tag:
    """A word with a tone and, where it helps, an icon."""

    label: str
    tone: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class ClockView:
    """How much time is left until the answer is due to the resident.

    `state`: running, late or paused; `why` says what stopped it. `office`: until when the office that has it now counts,
    where a transfer restarted its own count; it never moves `due`.
    """

    state: str
    text: str
    due: datetime | None = None
    why: str = ""
    office: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One place on the way. `state`: done, now, late, skipped or todo; `tone` overrides the colour."""

    label: str
    state: str
    tone: str = ""
    note: str = ""


def is_late(matter: Matter) -> bool:
    """Whether an answer is owed and its last moment has passed."""
    return matter.state in OWED and matter.due_at is not None and matter.due_at < clock.now()


def disposition_tone(value: str) -> str:
    """The tone of a disposition; neutral for what was not adopted."""
    return DISPOSITION_TONES.get(Disposition(value), "") if value in Disposition.values else ""


def effect_tone(value: str) -> str:
    return EFFECT_TONES[EffectState(value)]


def state_badge(matter: Matter) -> Tag:
    """The state alone, where clock and disposition stand beside it."""
    if matter.state == State.CLOSED and matter.disposition:
        return Tag(_("Ended without an answer"), "ochre")
    return Tag(matter.get_state_display(), STATE_TONES.get(State(matter.state), ""))


def state_tag(matter: Matter) -> Tag:
    """What a reader should know first: late before anything else, then how it was decided."""
    if is_late(matter):
        return Tag(_("Answer is late"), "persimmon", "late")
    if matter.state in (State.ANSWERED, State.CLOSED) and matter.disposition:
        return Tag(matter.get_disposition_display(), disposition_tone(matter.disposition), "answer")
    return state_badge(matter)


def clock_badge(
    due: datetime | None, *, paused: bool = False, why: str = "", office: datetime | None = None
) -> ClockView | None:
    """The badge of a running or stopped clock, in calendar days of Seoul; None where no clock runs."""
    if paused:
        return ClockView("paused", _("Clock stopped"), why=why)
    if due is None:
        return None
    left = (clock.seoul(due).date() - clock.today()).days
    if due < clock.now():
        late = max(-left, 1)
        said = ngettext("%(n)s day late", "%(n)s days late", late) % {"n": late}
        return ClockView("late", said, due, office=office)
    if left == 0:
        return ClockView("running", _("Answer due today"), due, office=office)
    said = ngettext("%(n)s day to answer", "%(n)s days to answer", left) % {"n": left}
    return ClockView("running", said, due, office=office)


def clock_view(matter: Matter) -> ClockView | None:
    """The answer clock of a matter that is owed an answer, and the office's own where it differs; None where nothing is owed."""
    if matter.state not in OWED:
        return None
    return clock_badge(matter.due_at, paused=matter.due_at is None, office=matter.office_due_at)


def steps(
    matter: Matter,
    *,
    discussed: Step | None = None,
    effects: Collection[Effect] | None = None,
    has_effect: bool = False,
    is_done: bool = False,
) -> list[Step]:
    """Filed → discussed → answered → effect. Questions and complaints are owed an answer without discussion.

    Args:
        discussed: the second step in the words of the service, which knows its threshold.
        effects: what was promised, where it is known; a list of matters gives the two flags instead.
        has_effect: an effect is under way or done.
        is_done: every promise is carried out.
    """
    second = discussed or _discussed(matter)
    return [
        Step(pgettext("step", "Filed"), "done", note=_day(matter.filed_at)),
        *([second] if second else []),
        _answered(matter),
        _progress(effects, is_done=is_done) if effects or has_effect else _effect(matter),
    ]


def _discussed(matter: Matter) -> Step | None:
    if matter.state in TALKING:
        return Step(pgettext("step", "Discussed"), "now", "plum")
    return Step(pgettext("step", "Discussed"), "done", "plum") if matter.kind == Kind.IDEA else None


def _answered(matter: Matter) -> Step:
    label = pgettext("step", "Answered")
    if matter.state == State.ANSWERED:
        said = " · ".join(filter(None, [_day(matter.ended_at), matter.get_disposition_display()]))
        return Step(label, "done", "jade", said)
    if is_late(matter):
        return Step(label, "late", note=_("was due %(day)s") % {"day": _day(matter.due_at)})
    if matter.state in OWED:
        note = _("by %(day)s") % {"day": _day(matter.due_at)} if matter.due_at else _("Clock stopped")
        return Step(label, "now", note=note)
    ended = {
        State.CLOSED: matter.get_disposition_display() if matter.disposition else _("Threshold not reached"),
        State.MERGED: _("Goes on in another one"),
        State.WITHDRAWN: _("Withdrawn"),
    }
    if matter.state in ENDED_UNANSWERED:
        return Step(label, "skipped", note=ended[State(matter.state)])
    return Step(label, "todo")


def _effect(matter: Matter) -> Step:
    """Where nothing is promised: done with the answer, still to come, or left out."""
    if matter.state == State.ANSWERED and matter.disposition == Disposition.DONE:
        return Step(pgettext("step", "Effect"), "done", "jade", _day(matter.ended_at))
    is_over = matter.state in ENDED_UNANSWERED or (
        matter.state == State.ANSWERED and matter.disposition not in ADOPTING
    )
    return Step(pgettext("step", "Effect"), "skipped" if is_over else "todo")


def _progress(effects: Collection[Effect] | None, *, is_done: bool) -> Step:
    """How the promises stand: the first day that is still open decides."""
    label = pgettext("step", "Effect")
    if effects is None:
        return Step(label, "done" if is_done else "now", "jade")
    done = [effect for effect in effects if effect.state == EffectState.DONE]
    waiting = [effect for effect in effects if effect.state in STILL]
    if not waiting:
        if not done:
            return Step(label, "skipped", note=pgettext("effect", "Stopped"))
        days = [effect.done_on for effect in done if effect.done_on]
        return Step(label, "done", "jade", _day(max(days)) if days else "")
    promised = [effect.promised_on for effect in waiting if effect.promised_on]
    if promised and min(promised) < clock.today():
        return Step(label, "late", note=_("was promised for %(day)s") % {"day": _day(min(promised))})
    if promised:
        return Step(label, "now", "jade", _("promised for %(day)s") % {"day": _day(min(promised))})
    return Step(label, "now", "jade", pgettext("effect", "Promised"))


def _day(moment: datetime | date | None) -> str:
    return seoul_text(moment, "day") if moment else ""
