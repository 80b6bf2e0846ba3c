"""How a round is shown: its state, its way, its dates, and its rules in plain words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from madang.commons.matters import api as matters
from madang.kernel import clock, places
from madang.kernel.levels import Level
from madang.kernel.money import won
from madang.kernel.saying import tongue
from madang.kernel.templatetags.ui import seoul_text
from madang.services.budgeting.enums import BY_KEY, TIE_ORDERS
from madang.services.budgeting.logic import writing
from madang.services.budgeting.models import Delegation, Pot, Round
from madang.services.budgeting.web import shown

Part = dict[str, Any]
State = Round.State
TONES = {
    State.ANNOUNCED: "blue",
    State.INTAKE: "plum",
    State.SCREENING: "ochre",
    State.BALLOT: "ochre",
    State.VOTING: "plum",
    State.COUNTING: "ochre",
    State.DECIDED: "jade",
    State.SETTLED: "jade",
    State.CALLED_OFF: "persimmon",
}
PLACES = {
    State.INTAKE: 0,
    State.SCREENING: 1,
    State.BALLOT: 1,
    State.VOTING: 2,
    State.COUNTING: 3,
    State.DECIDED: 4,
    State.SETTLED: 5,
}
"""On which of the five steps a round stands."""


def phase(row: Round) -> Round.State:
    """The state as the clock has it: the worker may be some seconds behind."""
    now, state = clock.now(), State(row.state)
    if state == State.ANNOUNCED and now >= row.intake_from:
        state = State.INTAKE
    if state == State.INTAKE and now >= row.intake_until:
        state = State.SCREENING
    if state == State.BALLOT and now >= row.votes_from:
        state = State.VOTING
    if state == State.VOTING and now >= row.votes_until:
        state = State.COUNTING
    return state


def tags(row: Round) -> list[Part]:
    state = phase(row)
    found: list[Part] = [{"label": str(state.label), "tone": TONES.get(state, "")}]
    return [*found, {"label": _("Demo"), "tone": "plum"}] if row.is_demo else found


def _day(moment: datetime | date) -> str:
    return seoul_text(moment, "day")


def _span(start: datetime, end: datetime) -> str:
    return f"{_day(start)} – {_day(end)}"


def way(row: Round, *, is_short: bool = False) -> list[matters.Step]:
    """Proposals → offices → vote → result → spent; in single words where there is little room."""
    state, now, today = phase(row), clock.now(), clock.today()
    here = PLACES.get(state, -1)
    labels = (
        [
            pgettext("step", "Proposals"),
            pgettext("step", "Offices"),
            pgettext("step", "Vote"),
            pgettext("step", "Result"),
            pgettext("step", "Spent"),
        ]
        if is_short
        else [
            _("Residents propose"),
            _("Offices look and estimate"),
            _("Residents vote"),
            _("The result stands"),
            _("The money is spent"),
        ]
    )
    notes = [
        _span(row.intake_from, row.intake_until),
        _("until %(day)s") % {"day": _day(row.votes_from)},
        _span(row.votes_from, row.votes_until),
        _day(row.decided_at) if row.decided_at else _("by %(day)s") % {"day": _day(row.results_on)},
        _("by %(day)s") % {"day": seoul_text(row.settles_on, "date")},
    ]
    late = {
        1: now >= row.votes_from,
        3: today > row.results_on,
        4: today > row.settles_on,
    }
    found = []
    for place, (label, note) in enumerate(zip(labels, notes, strict=True)):
        how = "done" if place < here else "todo"
        if place == here:
            how = "late" if late.get(place) else "now"
        if state == State.CALLED_OFF:
            how = "skipped"
        tone = (
            "jade"
            if place > 2 and how in ("done", "now")
            else "plum"
            if how == "now" and place in (0, 2)
            else ""
        )
        found.append(matters.Step(label, how, tone, note))
    return found


def row_of(row: Round, url: str) -> Part:
    """A round as one line of a list; `row.money` as `queries.rounds` gives it."""
    whole: int = row.money or 0  # type: ignore[attr-defined]
    label = _("decided by residents") if row.state in (State.DECIDED, State.SETTLED) else _("to be decided")
    return {
        "title": row.title,
        "url": url,
        "tags": tags(row),
        "meta": [row.host.name, _("Budget of %(year)s") % {"year": row.year}],
        "steps": way(row, is_short=True),
        "figure": won(whole) if whole else "",
        "figure_label": label if whole else "",
    }


def pots(found: list[Pot]) -> list[Part]:
    """The pots with who votes on each, and how wide its bar is in percent of the largest."""
    most = max((pot.amount for pot in found), default=1)
    return [
        {
            "title": pot.title,
            "money": won(pot.amount),
            "bar": pot.amount * 100 / most,
            "who": area.label if (area := places.district(pot.district)) else _("Everybody who may vote"),
        }
        for pot in found
    ]


def whole(row: Round, found: list[Pot]) -> Part:
    """All the money of the round, beside the whole budget of the year where that is known."""
    total = sum(pot.amount for pot in found)
    known: Part = {"total": won(total), "share": "", "source": row.whole_source}
    if row.whole_budget:
        known["share"] = _("%(percent)s %% of the whole budget of %(year)s (%(money)s)") % {
            "percent": shown.percent(total, row.whole_budget),
            "year": row.year,
            "money": won(row.whole_budget),
        }
    return known


def dates(row: Round) -> list[tuple[str, datetime | None, datetime | date]]:
    """Label, first moment where there is one, and the moment (or day) at which it ends."""
    return [
        (_("Proposals"), row.intake_from, row.intake_until),
        (pgettext("budget", "Vote"), row.votes_from, row.votes_until),
        (_("Result by"), None, row.results_on),
        (_("What was spent is told by"), None, row.settles_on),
    ]


def deadline(row: Round) -> str:
    """What comes next, and until when; empty where nothing is promised any more."""
    said = {
        State.ANNOUNCED: (_("Proposals from %(day)s"), row.intake_from),
        State.INTAKE: (_("Proposals until %(day)s"), row.intake_until),
        State.SCREENING: (_("Vote from %(day)s"), row.votes_from),
        State.BALLOT: (_("Vote from %(day)s"), row.votes_from),
        State.VOTING: (_("Vote until %(day)s"), row.votes_until),
        State.COUNTING: (_("Result by %(day)s"), row.results_on),
        State.DECIDED: (_("What was spent is told by %(day)s"), row.settles_on),
    }.get(phase(row))
    return said[0] % {"day": seoul_text(said[1])} if said else ""


def ballot(row: Round) -> str:
    """What a voter does."""
    limits = {"least": row.least, "most": row.most, "points": row.points}
    if row.ballot == Round.Ballot.KNAPSACK:
        return (
            ngettext(
                "Each voter chooses projects until the money of the pot is used up, at least %(least)s.",
                "Each voter chooses projects until the money of the pot is used up, at least %(least)s.",
                row.least,
            )
            % limits
        )
    if row.ballot == Round.Ballot.POINTS:
        return _("Each voter gives out %(points)s points among %(least)s to %(most)s projects.") % limits
    if row.ballot == Round.Ballot.RANKING:
        return _("Each voter ranks %(least)s to %(most)s projects, the best first.") % limits
    return _("Each voter chooses %(least)s to %(most)s projects.") % limits


def voters(row: Round, found: list[Pot]) -> str:
    """Who votes, from which age on, and how it is known where somebody lives."""
    said = [
        _("Verified residents vote: whoever lives here proves it once, with an account.")
        if row.level == Level.RESIDENT
        else _("Everybody with a confirmed e-mail address votes.")
    ]
    if row.born_until is not None:
        said.append(
            _("Who votes is %(n)s years old by %(day)s.")
            % {"n": row.minimum_age, "day": seoul_text(row.last_day, "date")}
        )
    if any(pot.district for pot in found):
        said.append(
            _("About the money of a district the people who live there vote, as they say themselves, once.")
            if row.district_by == Round.DistrictBy.WORD
            else _("About the money of a district the people who live there vote, as their proof says.")
        )
    return " ".join(said)


def rules(row: Round, found: list[Pot]) -> list[Part]:
    """How it is decided, in plain words, for somebody who reads it the first time."""
    method = BY_KEY.get(row.method)
    return [
        {"name": _("Who votes"), "words": voters(row, found)},
        *(
            [{"name": _("Booths and paper"), "words": f"{Round.OnPaper(row.on_paper).label}."}]
            if row.on_paper
            else []
        ),
        {"name": _("The ballot"), "words": ballot(row)},
        {
            "name": _("How it is counted"),
            "words": f"{method.label}. {method.about}" if method else row.method,
            "url": f"{reverse('elections')}#elections",
            "label": _("See this rule on real ballots"),
        },
        *(
            [
                {
                    "name": _("Step of a share"),
                    "words": f"{_('Everybody’s share grows by the same step')}: {writing.STEP[tongue()]}.",
                }
            ]
            if method and method.grows
            else []
        ),
        *_delegation(row),
        {"name": _("Of equal projects"), "words": str(TIE_ORDERS.get(row.tie_order, row.tie_order))},
        {
            "name": _("Proposals get an answer"),
            "words": ngettext(
                "An office answers each proposal within %(n)s day, with a reason. Whoever does not agree may object.",
                "An office answers each proposal within %(n)s days, with a reason. Whoever does not agree may object.",
                row.answer_days,
            )
            % {"n": row.answer_days},
        },
    ]


def _seats(of: Delegation) -> str:
    if not of.open_seats:
        return _("%(lot)s residents by lot weigh the projects and publish their points: %(criteria)s.")
    if not of.by_lot:
        return _(
            "%(open)s residents on open seats weigh the projects and publish their points: %(criteria)s."
        )
    return _(
        "%(lot)s residents by lot and %(open)s on open seats weigh the projects and publish their points: %(criteria)s."
    )


def _delegation(row: Round) -> list[Part]:
    """Who weighs the projects, where the round has a delegation."""
    if not hasattr(row, "delegation"):
        return []
    of = row.delegation
    criteria = ", ".join(f"{one.title} {one.weight} %" for one in of.rubric.all())
    return [
        {
            "name": pgettext("budget page", "Delegation"),
            "words": _seats(of) % {"lot": of.by_lot, "open": of.open_seats, "criteria": criteria},
            "url": reverse("budget_delegation", args=[row.slug]),
            "label": _("About the delegation"),
        }
    ]


def whole_round(row: Round, found: list[Pot]) -> Part:
    """What a page needs to show money, dates and rules of a round."""
    return {"pots": pots(found), "whole": whole(row, found), "dates": dates(row), "rules": rules(row, found)}
