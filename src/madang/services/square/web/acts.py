"""Acts and clocks in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from madang.commons.matters.enums import Disposition, ExtensionReason, Kind, PauseReason, TransferReason
from madang.commons.matters.models import Clock, ClockEvent
from madang.commons.matters.periods import period_words
from madang.commons.matters.web import words
from madang.kernel.logic.deadlines import ClockState
from madang.kernel.models import Audit, Trace
from madang.services.square.enums import HideReason
from madang.services.square.models.challenges import Claim
from madang.services.square.web.pages import answer_period_words, optional_url

Part = dict[str, Any]

ACTS: dict[str, words.Act] = words.ACTS | {
    "square.topic.gather": (gettext_lazy("Topic made of several ideas"), "merge", "plum"),
    "square.topic.add": (gettext_lazy("Another idea taken into the topic"), "merge", "plum"),
    "square.topic.release": (gettext_lazy("An idea left the topic"), "reply", "plum"),
    "square.coauthor.accept": (gettext_lazy("Another author"), "people", "plum"),
    "square.coauthor.lead": (gettext_lazy("The next author goes on"), "people", "plum"),
    "square.step_back.open": (gettext_lazy("Its author stepped back"), "back", "ochre"),
    "square.step_back.take": (gettext_lazy("A supporter took it over"), "people", "plum"),
    "square.step_back.come_back": (gettext_lazy("Its author stayed"), "people", "plum"),
    "square.step_back.lapse": (gettext_lazy("Nobody took it over"), "late", ""),
    "square.step_back.close": (gettext_lazy("It ended meanwhile"), "stop", ""),
    "square.synthesis.submit": (gettext_lazy("Synthesis handed to the approver"), "edit", ""),
    "square.synthesis.give_back": (gettext_lazy("Synthesis returned by the approver"), "reply", "ochre"),
    "square.synthesis.publish": (gettext_lazy("Synthesis published"), "check", "jade"),
    "square.synthesis.supersede": (gettext_lazy("Replaced by a later synthesis"), "edit", ""),
    "square.coauthor.leave": (gettext_lazy("An author left"), "people", ""),
    "square.amendment.propose": (gettext_lazy("Amendment proposed"), "edit", "plum"),
    "square.amendment.accept": (gettext_lazy("Amendment accepted"), "check", "jade"),
    "square.amendment.take_up": (gettext_lazy("Unanswered amendment taken up"), "check", "jade"),
    "square.amendment.refuse": (gettext_lazy("Amendment refused"), "close", ""),
    "square.amendment.withdraw": (gettext_lazy("Amendment taken back"), "back", ""),
    "square.amendment.lapse": (gettext_lazy("Amendment stayed unanswered"), "late", "persimmon"),
    "square.amendment.hide": (gettext_lazy("Amendment taken down"), "eye", "persimmon"),
    "square.comment.hide": (gettext_lazy("Comment taken down"), "eye", "persimmon"),
    "square.flag.dismiss": (gettext_lazy("Reported, looked at, left up"), "check", ""),
    "square.flag.lapse": (gettext_lazy("Reported by few, not decided in time: stays up"), "clock", "ochre"),
    "square.appeal.file": (gettext_lazy("The author appealed"), "scale", "plum"),
    "square.appeal.grant": (gettext_lazy("Appeal granted: put back"), "scale", "jade"),
    "square.appeal.uphold": (gettext_lazy("Appeal decided: stays down"), "scale", "persimmon"),
    "square.edition.publish": (gettext_lazy("Version of a space published"), "plan", "jade"),
    "square.edition.supersede": (gettext_lazy("Version of a space replaced"), "history", ""),
    "square.candidate.propose": (gettext_lazy("Proposed to the planning group"), "people", "plum"),
    "square.candidate.vote": (gettext_lazy("Vote in the planning group"), "edit", ""),
    "square.candidate.recuse": (gettext_lazy("Out of the vote: conflict of interest"), "scale", "ochre"),
    "square.candidate.count": (gettext_lazy("Votes of the planning group counted"), "check", ""),
    "square.candidate.lapse": (gettext_lazy("Undecided: too few voted"), "late", "persimmon"),
    "square.candidate.pick": (gettext_lazy("Picked by the planning group"), "check", "jade"),
    "square.candidate.pass_over": (gettext_lazy("Not picked by the planning group"), "close", ""),
    "square.candidate.withdraw": (gettext_lazy("Candidate taken back"), "back", ""),
    "square.candidate.end": (gettext_lazy("Ended: the idea went on elsewhere"), "stop", ""),
    "square.candidate.hide": (gettext_lazy("Words of a candidate taken down"), "eye", "persimmon"),
    "square.planning_vote.hide": (
        gettext_lazy("Reason of a member of a planning group taken down"),
        "eye",
        "persimmon",
    ),
    "square.planning_vote.restore": (
        gettext_lazy("Reason of a member of a planning group put back"),
        "eye",
        "jade",
    ),
    "square.challenge.file": (gettext_lazy("A conflict of interest was challenged"), "scale", "plum"),
    "square.challenge.grant": (gettext_lazy("The challenge was right"), "scale", "ochre"),
    "square.challenge.reject": (gettext_lazy("The challenge was not right"), "scale", ""),
    "square.challenge.hide": (gettext_lazy("Words of a challenge taken down"), "eye", "persimmon"),
    "square.comment.restore": (gettext_lazy("Comment put back"), "eye", "jade"),
}
REASONS: dict[str, Any] = {
    **dict(HideReason.choices),
    **dict(TransferReason.choices),
    **dict(PauseReason.choices),
    **dict(ExtensionReason.choices),
    **dict(Disposition.choices),
    "own_affairs": gettext_lazy("A complaint about its author's own affairs"),
    "below_threshold": gettext_lazy("Not enough supporters in time"),
    "author": gettext_lazy("She is an author of the idea"),
    "challenge": gettext_lazy("By the decision about a challenge"),
    **dict(Claim.choices),
    "topic_dissolved": gettext_lazy("All ideas have left the topic"),
}
ACTORS: dict[str, Any] = {
    "system": gettext_lazy("By rule"),
    "official": gettext_lazy("An official"),
    "person": gettext_lazy("A person with an account"),
    "anonymous": gettext_lazy("A person without an account"),
}
TRACES: dict[str, Any] = {
    Trace.Kind.ANSWERS: pgettext_lazy("trace", "Answers"),
    Trace.Kind.MERGES: pgettext_lazy("trace", "Merged"),
    Trace.Kind.BECOMES: pgettext_lazy("trace", "Became"),
    Trace.Kind.FUNDS: pgettext_lazy("trace", "Money"),
    Trace.Kind.AMENDS: pgettext_lazy("trace", "Changes a rule"),
    Trace.Kind.MEASURES: pgettext_lazy("trace", "Measured by"),
    Trace.Kind.SUPERSEDES: pgettext_lazy("trace", "Replaces"),
    Trace.Kind.RELATES: pgettext_lazy("trace", "Related"),
    Trace.Kind.DISCUSSES: pgettext_lazy("trace", "Talked about in"),
}
EVENTS: dict[str, Any] = {
    ClockEvent.Kind.STARTED: gettext_lazy("Clock started"),
    ClockEvent.Kind.PAUSED: gettext_lazy("Clock stopped"),
    ClockEvent.Kind.RECEIVED: gettext_lazy("Received by another office"),
    ClockEvent.Kind.RESUMED: gettext_lazy("Clock running again"),
    ClockEvent.Kind.EXTENDED: gettext_lazy("Period extended"),
    ClockEvent.Kind.STOPPED: gettext_lazy("Clock ended"),
    ClockEvent.Kind.OUTAGE: gettext_lazy("System out of order: this time is left out"),
    ClockEvent.Kind.UNDONE: gettext_lazy("The declared outage was taken back"),
}


def _actor(act: Audit) -> str:
    who = str(ACTORS.get(act.actor_kind, ""))
    return (
        f"{act.organisation.name} · {who}"
        if act.organisation_id and act.organisation and act.actor_kind != "person"
        else who
    )


def _reason(act: Audit) -> str:
    label = str(REASONS.get(act.reason_code, "")) if act.reason_code else ""
    data = (act.payload or {}).get("data", {})
    if act.action.startswith("matters.matter.retype"):
        kinds = dict(Kind.choices)
        label = f"{kinds.get(data.get('from'), '')} → {kinds.get(data.get('to'), '')}"
    if act.action == "matters.matter.qualify" and data.get("threshold"):
        label = f"{data.get('supports', 0):,} / {data['threshold']:,}"
    return " · ".join(part for part in (label, act.reason) if part)


def event(act: Audit) -> Part:
    """One act for a time line, with its place in the public log once it has one."""
    title, icon, tone = ACTS.get(act.action, (act.action, "dot", ""))
    outbox = getattr(act, "outbox", None)
    index = outbox.index if outbox is not None else None
    url = ""
    if index is not None:
        url = optional_url("ledger_entry", index) or optional_url("ledger")
    return {
        "at": act.at,
        "title": title,
        "text": _reason(act),
        "actor": _actor(act),
        "tone": tone,
        "icon": icon,
        "url": url,
        "link_label": _("Place %(index)s in the public log") % {"index": index} if index is not None else "",
        "index": index,
        "hash": outbox.leaf_hash if outbox is not None else "",
    }


def _amount(state: ClockState, value: int) -> str:
    if state.counting == "working_seconds":
        hours, minutes = divmod(value // 60, 60)
        return f"{hours}:{minutes:02d}"
    return str(value) if value else ""


def counted(row: Clock, state: ClockState) -> Part:
    """A clock's count as a table anyone can check, with the events it was computed from."""
    language = get_language() or "ko"
    lines = []
    for step in state.steps:
        why = words.day(step.reason, step.day, language)
        lines.append(
            {
                "day": step.day,
                "why": why,
                "amount": _amount(state, step.amount),
                "running": _amount(state, step.running) if step.amount else "",
                "counted": step.counted,
                "extended": step.extended,
            }
        )
    events = [
        {
            "at": event.at,
            "title": EVENTS[event.kind],
            "text": " · ".join(
                str(part)
                for part in (
                    period_words(event.amount, event.unit) if event.amount else "",
                    REASONS.get(event.reason_code, "") if event.reason_code else "",
                    event.reason,
                )
                if part
            ),
        }
        for event in row.events.all()
    ]
    return {
        "rule": row.rule,
        "period": answer_period_words(row.rule),
        "started_at": row.started_at,
        "stopped_at": row.stopped_at,
        "due": state.due,
        "late": state.late,
        "in_hours": state.counting == "working_seconds",
        "lines": lines,
        "events": events,
    }
