"""What happened to reports and requests, for the timeline of a case."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from madang.commons.matters.web.words import ACTS, Act

REPORT_ACTS: dict[str, Act] = {
    "casework.waste.detail": (pgettext_lazy("act", "Details added by the reporter"), "edit", ""),
    "casework.waste.admit": (pgettext_lazy("act", "Taken up as a report of waste"), "check", "blue"),
    "casework.waste.refuse": (pgettext_lazy("act", "Not about waste"), "stop", "ochre"),
    "casework.waste.join": (pgettext_lazy("act", "Joined to an earlier report"), "merge", "plum"),
    "casework.waste.assign": (pgettext_lazy("act", "Given to the checking office"), "office", "blue"),
    "casework.waste.check": (pgettext_lazy("act", "Checked on site"), "search", "blue"),
    "casework.waste.uphold": (pgettext_lazy("act", "Upheld"), "check", "jade"),
    "casework.waste.uphold_partly": (pgettext_lazy("act", "Upheld in part"), "check", "jade"),
    "casework.waste.dismiss": (pgettext_lazy("act", "Not upheld"), "stop", "ochre"),
    "casework.waste.plan": (pgettext_lazy("act", "Correction planned"), "calendar", "blue"),
    "casework.waste.estimate": (pgettext_lazy("act", "Saving estimated"), "edit", "ochre"),
    "casework.waste.verify": (pgettext_lazy("act", "Saving verified by somebody else"), "shield", "jade"),
    "casework.waste.refute": (pgettext_lazy("act", "Estimate not confirmed"), "reply", "ochre"),
    "casework.waste.reward": (pgettext_lazy("act", "Reward decided"), "check", "jade"),
    "casework.waste.decline": (pgettext_lazy("act", "No reward"), "stop", ""),
    "casework.waste.teach": (pgettext_lazy("act", "Lesson published"), "answer", "jade"),
    "casework.waste.reopen": (pgettext_lazy("act", "Looked at again"), "reply", "ochre"),
    "casework.waste.withdraw": (pgettext_lazy("act", "Report withdrawn"), "back", ""),
    "casework.waste.consent": (
        pgettext_lazy("act", "The reporter decided whether to be named"),
        "person",
        "",
    ),
    "casework.regulation.detail": (pgettext_lazy("act", "Details added by the author"), "edit", ""),
    "casework.regulation.decide": (
        pgettext_lazy("act", "An officer put a name to an answer"),
        "person",
        "blue",
    ),
    "casework.regulation.accept": (pgettext_lazy("act", "Change accepted"), "check", "jade"),
    "casework.regulation.defer": (pgettext_lazy("act", "Change needs long-term study"), "clock", "ochre"),
    "casework.regulation.refuse": (pgettext_lazy("act", "Change not accepted"), "stop", "ochre"),
    "casework.regulation.ask_why": (pgettext_lazy("act", "Justification asked for"), "reply", "ochre"),
    "casework.regulation.justify": (pgettext_lazy("act", "Refusal justified"), "answer", "blue"),
    "casework.regulation.let_stand": (pgettext_lazy("act", "The refusal stands"), "stop", ""),
    "casework.regulation.refer": (pgettext_lazy("act", "Brought before the committee"), "people", "plum"),
    "casework.regulation.recommend": (
        pgettext_lazy("act", "Committee recommends the change"),
        "scale",
        "jade",
    ),
    "casework.regulation.turn_down": (pgettext_lazy("act", "Committee recommends no change"), "scale", ""),
    "casework.regulation.implement": (pgettext_lazy("act", "Text changed"), "effect", "jade"),
    "casework.regulation.explain": (pgettext_lazy("act", "Will not come, with reasons"), "stop", "persimmon"),
    "casework.regulation.confirm": (pgettext_lazy("act", "Change confirmed by its author"), "check", "jade"),
    "casework.regulation.doubt": (
        pgettext_lazy("act", "Its author says it did not change"),
        "scale",
        "ochre",
    ),
    "casework.regulation.reopen": (pgettext_lazy("act", "Another answer is owed"), "reply", "ochre"),
    "casework.regulation.withdraw": (pgettext_lazy("act", "Request withdrawn"), "back", ""),
}
ACTS.update(REPORT_ACTS)
