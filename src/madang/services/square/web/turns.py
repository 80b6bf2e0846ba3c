"""Whose turn it is, in words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.commons.matters.models import Matter
from madang.kernel import clock
from madang.kernel.templatetags.ui import seoul_text
from madang.services.square.logic.turns import Does, Turn, Who

Part = dict[str, Any]

WHO: dict[Who, Any] = {
    Who.NOBODY: pgettext_lazy("turn", "Nobody"),
    Who.EVERYONE: pgettext_lazy("turn", "Everyone"),
    Who.AUTHORS: pgettext_lazy("turn", "The authors"),
    Who.SUPPORTERS: pgettext_lazy("turn", "The supporters"),
    Who.FACILITATOR: pgettext_lazy("turn", "The facilitator"),
    Who.TRIAGE: pgettext_lazy("turn", "The triage desk"),
    Who.ARBITER: pgettext_lazy("turn", "The arbiter"),
}
# What she does, and what happens where she does not.
DOES: dict[Does, tuple[Any, Any]] = {
    Does.NOTHING: (_("It has ended."), ""),
    Does.DISCUSS: (
        _("Discuss it and support it."),
        _("Below the threshold at the end it is closed, with its numbers."),
    ),
    Does.ANSWER_AMENDMENT: (
        _("Answer a proposed amendment."),
        _("Otherwise it stands as unanswered, and a facilitator may take it up."),
    ),
    Does.ANSWER_QUESTION: (
        _("Answer the question of the office."),
        _("Otherwise the office goes on with what is there."),
    ),
    Does.TAKE_OVER: (
        _("Take it over: its author has stepped back."),
        _("Otherwise it is withdrawn."),
    ),
    Does.MATURE: (
        _("Work the ideas into one proposal, with their authors."),
        _("Otherwise the topic ends, and its ideas are discussed by themselves again."),
    ),
    Does.IN_TOPIC: (_("Work on the topic that it is part of."), ""),
    Does.NAME_OFFICE: (
        _("Name the office that answers."),
        _("Otherwise it stands on the public list of late answers."),
    ),
    Does.ANSWER: (_("Answer with a reason."), _("Otherwise it stands on the public list of late answers.")),
    Does.DECIDE_OFFICE: (
        _("Name the office for good, after the third transfer."),
        _("Otherwise it stands on the public list of late answers."),
    ),
    Does.CARRY_OUT: (
        _("Carry out what was promised, and report."),
        _("Otherwise the promise is shown as late."),
    ),
    Does.ANSWER_DISPUTE: (
        _("Answer the dispute: somebody says it is not done."),
        _("Otherwise it is shown as unanswered, and the arbiter decides without it."),
    ),
    Does.DECIDE_DISPUTE: (_("Decide whether the promise is kept."), ""),
    Does.OBJECT: (_("May object to the answer."), _("Otherwise the answer stands.")),
}


def is_over(until: datetime | date | None) -> bool:
    """Whether the limit has passed; a plain day lasts until its end."""
    if until is None:
        return False
    return until < clock.now() if isinstance(until, datetime) else until < clock.today()


def name_of(turn: Turn, matter: Matter, owner: str = "") -> str:
    """Who it is: an office by its name."""
    if turn.who in (Who.OFFICE, Who.OWNER):
        return owner or matter.responsible.name
    return str(WHO[turn.who])


def view(turn: Turn, matter: Matter, owner: str = "") -> Part:
    """For a page: who, what, since when, until when, and what happens otherwise."""
    does, otherwise = DOES[turn.does]
    return {
        "who": name_of(turn, matter, owner),
        "does": str(does),
        "since": turn.since,
        "until": turn.until,
        "is_over": is_over(turn.until),
        "otherwise": str(otherwise),
        "is_ended": turn.who == Who.NOBODY,
    }


def line(turn: Turn, matter: Matter) -> str:
    """For a row of a list, in a few words: "Turn: Transport Policy, until 3 March"."""
    who = name_of(turn, matter)
    if turn.who in (Who.NOBODY, Who.EVERYONE):
        return ""
    if turn.until is None:
        return str(_("Turn: %(who)s")) % {"who": who}
    return str(_("Turn: %(who)s, until %(day)s")) % {"who": who, "day": seoul_text(turn.until, "day")}
