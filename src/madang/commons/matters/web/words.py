"""Words for acts, days and tabs, shared by the desk, the receipt and the pages of services."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.commons.matters.enums import ExtensionReason, PauseReason
from madang.kernel.calendar import holiday_name
from madang.kernel.models import Rule

# Title, icon and tone of an act, wherever acts are listed.
Act = tuple[str | Promise, str, str]
ACTS: dict[str, Act] = {
    "matters.matter.file": (_("Filed"), "receipt", "blue"),
    "matters.matter.import": (_("Imported from its source"), "download", ""),
    "matters.matter.qualify": (_("Threshold reached: an answer is owed"), "people", "plum"),
    "matters.matter.assign": (_("Given to the office that answers"), "office", "blue"),
    "matters.matter.transfer": (_("Passed to another office"), "transfer", "ochre"),
    "matters.matter.arbitrate": (_("Third transfer: the arbiter decides"), "scale", "ochre"),
    "matters.matter.settle": (_("The arbiter named the office"), "scale", "blue"),
    "matters.matter.take": (_("Officer in charge named"), "person", "blue"),
    "matters.matter.pause": (_("Clock stopped"), "pause", "ochre"),
    "matters.matter.resume": (_("Clock running again"), "clock", "blue"),
    "matters.matter.extend": (_("Period extended"), "calendar", "ochre"),
    "matters.matter.answer": (_("Answered"), "answer", "jade"),
    "matters.matter.send_back": (_("Sent back with reasons"), "back", "ochre"),
    "matters.matter.close_undelivered": (_("Ended: letters came back"), "stop", "ochre"),
    "matters.matter.progress": (_("The author was told how it stands"), "bell", ""),
    "matters.more_time.ask": (_("The office asks the author for more time"), "calendar", "ochre"),
    "matters.more_time.agree": (_("The author agreed to more time"), "check", "blue"),
    "matters.more_time.refuse": (_("The author did not agree to more time"), "stop", ""),
    "matters.more_time.close": (_("More time is no longer asked for"), "clock", ""),
    "matters.matter.object": (_("The author objected: another answer is owed"), "reply", "ochre"),
    "matters.matter.follow": (_("Goes along with one that says the same"), "merge", "blue"),
    "matters.matter.answer_with": (_("Answered together with one that says the same"), "answer", "jade"),
    "matters.matter.reconsider": (_("The board had it opened again"), "scale", "ochre"),
    "matters.matter.cover": (_("Personal details covered in the public copy"), "lock", ""),
    "matters.matter.cover_file": (_("A file is not shown to the public any more"), "lock", ""),
    "matters.matter.show_file": (_("A file is shown to the public again"), "eye", ""),
    "matters.matter.fall_back": (_("Back with the office: another officer takes it"), "people", "ochre"),
    "matters.matter.succeed": (
        _("Its office has ended: the one that goes on has it now"),
        "transfer",
        "blue",
    ),
    "matters.matter.reclassify": (_("Its type was corrected"), "edit", "blue"),
    "matters.matter.retype_owed": (_("Handled as another kind"), "edit", "blue"),
    "matters.matter.retype_idea": (_("Handled as an idea again"), "edit", "blue"),
    "matters.matter.seclude": (_("Only its author and the office read it now"), "lock", "ochre"),
    "matters.matter.mature": (_("Matures as part of a topic"), "merge", "plum"),
    "matters.matter.let_go": (_("Discussed by itself again"), "reply", "plum"),
    "matters.matter.reword": (_("Text changed"), "edit", "plum"),
    "matters.matter.merge": (_("Merged into a similar one"), "merge", "plum"),
    "matters.matter.absorb": (_("A similar one was merged into this"), "merge", "plum"),
    "matters.matter.withdraw": (_("Withdrawn by its author"), "back", ""),
    "matters.matter.close": (_("Discussion ended below the threshold"), "stop", ""),
    "matters.matter.hide": (_("Taken down by moderation"), "eye", "persimmon"),
    "matters.matter.restore": (_("Put back by moderation"), "eye", "jade"),
    "matters.matter.overdue": (_("Answer is late"), "late", "persimmon"),
    "matters.matter.hand_over": (pgettext_lazy("act", "Another author"), "people", "plum"),
    "matters.inquiry.answer": (_("The author answered the office"), "reply", "blue"),
    "matters.inquiry.prolong": (_("The author takes longer to answer"), "clock", ""),
    "matters.inquiry.bounce": (_("The question came back"), "back", "ochre"),
    "matters.inquiry.lapse": (_("The author did not answer in time"), "late", "ochre"),
    "matters.inquiry.close": (_("The office went on"), "clock", "blue"),
    "matters.dispute.open": (_("Somebody disputes that it is done"), "scale", "ochre"),
    "matters.dispute.reply": (_("The office replied to the dispute"), "reply", "blue"),
    "matters.dispute.take_back": (_("The dispute was taken back"), "back", ""),
    "matters.dispute.uphold": (_("Dispute upheld"), "scale", "persimmon"),
    "matters.dispute.refuse": (_("Dispute not upheld"), "scale", ""),
    "matters.effect.reopen": (_("Promise under way again"), "effect", "ochre"),
    "matters.effect.succeed": (
        _("Its office has ended: the one that goes on has it now"),
        "transfer",
        "blue",
    ),
    "matters.effect.begin": (_("Work on the promise began"), "effect", "blue"),
    "matters.effect.report": (_("Report on the promise"), "effect", "blue"),
    "matters.effect.finish": (_("Promise kept, with evidence"), "effect", "jade"),
    "matters.effect.stop": (_("Promise stopped"), "stop", "persimmon"),
    "matters.answer.submit": (_("Draft handed to the approver"), "edit", ""),
    "matters.answer.give_back": (_("Draft returned by the approver"), "reply", "ochre"),
    "matters.answer.publish": (_("Answer approved"), "check", "jade"),
}

# Why a day counts or not; the law's reasons for stopping a clock come from the enumeration.
DAYS: dict[str, str | Promise] = {
    "counted": pgettext_lazy("day of a period", "Counted"),
    "saturday": pgettext_lazy("day of a period", "Saturday"),
    "sunday": pgettext_lazy("day of a period", "Sunday"),
    "holiday": pgettext_lazy("day of a period", "Public holiday"),
    "after_hours": pgettext_lazy("day of a period", "After office hours"),
    "first_day": pgettext_lazy("day of a period", "First day, not counted"),
    "moved_to": pgettext_lazy("day of a period", "The last day moved here"),
    "paused": pgettext_lazy("day of a period", "Clock stopped"),
    "outage": pgettext_lazy("day of a period", "System out of order"),
}
REASONS: dict[str, str | Promise] = {**dict(PauseReason.choices), **dict(ExtensionReason.choices)}


def day(code: str, at: date, language: str) -> str:
    """Why a day of a period counts or not; a holiday by its name."""
    name = holiday_name(at, language) if code == "holiday" else None
    return name or str((DAYS | dict(PauseReason.choices)).get(code, code))


TABS: dict[str, str | Promise] = {
    "late": pgettext_lazy("desk", "Late"),
    "today": pgettext_lazy("desk", "Due today"),
    "week": pgettext_lazy("desk", "Within 7 days"),
    "triage": pgettext_lazy("desk", "To assign"),
    "approve": pgettext_lazy("desk", "To approve"),
    "arbitration": pgettext_lazy("desk", "To arbitrate"),
    "open": pgettext_lazy("desk", "In discussion"),
    "all": pgettext_lazy("desk", "All that are owed an answer"),
}
EMPTY: dict[str, str | Promise] = {
    "late": _("Nothing is late."),
    "today": _("Nothing is due today."),
    "week": _("Nothing is due within seven days."),
    "triage": _("Nothing waits for an office."),
    "approve": _("No draft waits for approval."),
    "arbitration": _("Nothing waits for the arbiter."),
    "open": _("Nothing is in discussion."),
    "all": _("No answer is owed now."),
}


RULES: dict[str, tuple[str | Promise, str | Promise]] = {
    "matters.office_clock": (
        pgettext_lazy("rule", "Clock of the office"),
        _("An office that receives it by transfer, or from the arbiter, counts anew from then."),
    ),
    "matters.transfer_limits": (
        pgettext_lazy("rule", "Limits for passing on"),
        _(
            "In hours of work: %(to_owner)s to the office that answers, %(within_agency)s within the agency, "
            "%(to_another_agency)s to another agency."
        ),
    ),
    "matters.supplement": (
        pgettext_lazy("rule", "Asking the author for more"),
        _(
            "%(most_days)s days at the most; the author may take longer %(author_extensions)s times; asked once more within "
            "%(again_days)s days, then sent back with reasons; ended where letters came back %(undelivered)s times."
        ),
    ),
    "matters.progress": (
        pgettext_lazy("rule", "Progress notices"),
        _("The author is told every %(every_days)s days how it stands, until the end."),
    ),
    "matters.excluded": (
        pgettext_lazy("rule", "Time left out"),
        _("Each stop has one of the reasons that the rule of the matter lists, and its days are left out."),
    ),
}


def rule_said(rule: Rule) -> dict[str, Any]:
    """A rule about clocks in words: its name, what it says, and the row with its source."""
    name, says = RULES[rule.code]
    if rule.code == "matters.office_clock" and not rule.body.get("steps"):
        says = _("No transfer restarts any clock.")
    return {"rule": rule, "name": name, "says": str(says) % rule.body}


def also_named(acts: dict[str, Act]) -> None:
    """A service names its acts, for wherever acts are listed."""
    ACTS.update(acts)
