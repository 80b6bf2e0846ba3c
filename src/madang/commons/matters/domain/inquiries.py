"""The office asks for more: its clock stands still, the author answers, and silence has a limit."""

from __future__ import annotations

import logging

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madang.commons.matters import queries
from madang.commons.matters.domain import clocks
from madang.commons.matters.enums import State
from madang.commons.matters.events import MatterChanged
from madang.commons.matters.models import Clock, Inquiry, Matter
from madang.kernel import clock, text
from madang.kernel.actors import Actor, system
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish

log = logging.getLogger("madang.matters")


@transaction.atomic
def answer(*, actor: Actor, inquiry: Inquiry, words: str) -> Inquiry:
    """The author answers; the clock of the office runs on."""
    words = text.clean(words)
    if not words:
        raise RefusedError(_("Write your answer first."), "inquiry.empty", status=422)
    # The matter first, then the inquiry: the order of everybody who moves both.
    matter = Matter.objects.select_for_update().get(pk=inquiry.matter_id)
    fresh = move(inquiry, "answer", actor=actor, changes={"answer": words, "answered_at": clock.now()})
    publish(MatterChanged(matter.pk, "inquiry_answered", actor.user.pk if actor.user else None))
    clocks.resume(actor=system("inquiry"), matter=matter, reason=gettext("The author has answered."))
    return fresh


def open_inquiry(matter_id: int) -> Inquiry | None:
    """What an office waits for from the author of this matter; None where it asks nothing."""
    return Inquiry.objects.filter(matter=matter_id, state="open").select_related("matter").first()


def open_to(actor: Actor) -> QuerySet[Inquiry]:
    """What offices wait for from this person, by account or by the receipts of this session; what ends first, first."""
    mine = queries.filed_by(actor).order_by().values("pk")
    return (
        Inquiry.objects.filter(matter__in=mine, state="open")
        .select_related("matter", "office")
        .order_by("due_at", "pk")
    )


def lapse() -> int:
    """Silence has a limit: the office goes on with what is there. Each is moved once."""
    silent = Inquiry.objects.filter(state="open", due_at__lte=clock.now()).select_related("matter")
    moved = 0
    for row in silent.order_by("due_at")[:200]:
        try:
            _lapse(row)
        except RefusedError as refusal:  # answered or gone on meanwhile; the rest goes on
            log.info("%s did not lapse: %s", row.reference, refusal.code)
        else:
            moved += 1
    return moved


@transaction.atomic
def _lapse(row: Inquiry) -> None:
    matter = Matter.objects.select_for_update().get(pk=row.matter_id)
    move(row, "lapse", actor=system("inquiry_silence"))
    reason = gettext("The time to answer is over; the office goes on with what is there.")
    clocks.resume(actor=system("inquiry_silence"), matter=matter, reason=reason)


def close_stale(matter_id: int) -> None:
    """The clock runs again, or the matter has left the office: nothing is asked any more."""
    for row in Inquiry.objects.filter(matter=matter_id, state="open").select_related("matter"):
        stands = Clock.objects.filter(matter=matter_id, state=Clock.State.PAUSED).exists()
        if row.matter.state != State.ASSIGNED or not stands:
            move(row, "close", actor=system("clock"))
