"""What follows from a change: the search index and the people who are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.audience import others_of
from madang.commons.matters.domain import clocks, inquiries, more_time
from madang.commons.matters.events import MatterChanged
from madang.commons.matters.found import entries, put_in_index
from madang.commons.matters.models import Matter
from madang.commons.notices import api as notices
from madang.commons.search import api as search
from madang.kernel.domain.days import DayDeclared
from madang.kernel.events import on
from madang.kernel.models import User

SENTENCES = {
    "filed": _("was filed"),
    "qualified": _("reached its threshold: the office now owes an answer"),
    "assigned": _("was given to an office"),
    "transferred": _("was passed to another office"),
    "arbitration": _("went to the arbiter after the third transfer"),
    "settled": _("got its office from the arbiter"),
    "paused": _("The clock was stopped: the office asks for something"),
    "resumed": _("The clock runs again"),
    "extended": _("The period was extended"),
    "answered": _("was answered"),
    "objected": _("was objected to: the office answers again"),
    "reclassified": _("has another type now: another period, from the same first day"),
    "retyped": _("was given another kind"),
    "maturing": _("matures together with similar ones"),
    "let_go": _("is discussed by itself again"),
    "reworded": _("Its text was changed; your support stays, and you may take it back"),
    "merged": _("was merged with a similar one"),
    "withdrawn": _("was withdrawn by its author"),
    "closed": _("The discussion ended without reaching the threshold"),
    "hidden": _("was taken down by moderation"),
    "restored": _("was put back"),
    "effect": _("There is news of its effect"),
    "synthesised": _("has a synthesis: what was said, and what is replied to each part"),
    "inquiry_answered": _("The author answered the question of the office"),
    "handed_over": _("goes on with another author"),
    "disputed": _("Somebody disputes that its promise is kept"),
    "dispute_replied": _("The office replied to the dispute of its promise"),
    "dispute_taken_back": _("The dispute of its promise was taken back"),
    "dispute_upheld": _("A dispute was upheld: its promise is not kept yet"),
    "dispute_refused": _("A dispute was not upheld: its promise counts as kept"),
    "reconsidered": _("The board decided that it is answered again"),
    "covered": _("Personal details were covered in its public copy"),
    "fell_back": _("Its officer has left; another one of the same office takes it"),
    "succeeded": _("Its office has ended; the one that goes on with its tasks has it now"),
    "officer": _("has another officer in charge"),
    "overdue": _("The answer is late"),
    "outage": _("The due date moved: the system was out of order for a time"),
    "recounted": _("The due date moved: a day was declared a holiday or a working day"),
    "progress": _("is still being worked on; see how it stands and when the answer is due"),
    "more_time_asked": _("The office asks for more time: say whether you agree"),
    "more_time_refused": _("The author did not agree to more time"),
    "inquiry_prolonged": _("The author takes longer to answer the question of the office"),
    "sent_back": _("was sent back with reasons: what was asked for did not come"),
    "undelivered": _("was ended: letters to its author came back"),
}
# What concerns the author alone; everybody else who follows it learns it from the page.
FOR_AUTHORS = ("progress", "more_time_asked")


def _always(said: Promise) -> Callable[[Mapping[str, Any]], Promise]:
    return lambda data: said


for what, sentence in SENTENCES.items():
    notices.register_kind(f"matters.{what}", sentence=_always(sentence))


@on(DayDeclared)
def recount(fact: DayDeclared) -> None:
    clocks.recount(day=fact.day)


@on(MatterChanged)
def index(change: MatterChanged) -> None:
    """Whoever files a matter puts it into the index once, when what belongs to it stands beside it."""
    if change.what != "filed":
        put_in_index(change.matter_id)


search.register_source("matter", entries)


@on(MatterChanged)
def tell(change: MatterChanged) -> None:
    if change.what in ("filed", "corrected"):  # nobody follows it yet; a few words, nobody need look again
        return
    matter = Matter.objects.select_related("author", "merged_into").get(pk=change.matter_id)
    if change.what == "merged" and matter.merged_into is not None:
        notices.merge_followers(matter.reference, matter.merged_into.reference)
    notices.tell(
        reference=matter.reference,
        kind=f"matters.{change.what}",
        title=matter.title,
        data={"state": matter.state, "disposition": matter.disposition},
        also_references=() if change.what in FOR_AUTHORS else others_of(matter),
        authors_only=change.what in FOR_AUTHORS,
        not_user=User.objects.filter(pk=change.actor_id).first() if change.actor_id else None,
    )


@on(MatterChanged)
def close_inquiries(change: MatterChanged) -> None:
    """Where the clock runs again, or the matter left its office, nothing is asked any more."""
    if change.what not in ("filed", "effect", "paused", "inquiry_answered", "inquiry_prolonged", "progress"):
        inquiries.close_stale(change.matter_id)
        more_time.close_stale(change.matter_id)
