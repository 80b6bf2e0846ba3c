"""What the desk of cases does when something happens."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from madang.commons.matters import api as matters
from madang.commons.matters.models import Matter
from madang.commons.notices import api as notices
from madang.kernel.domain.offices import MandateEnded, OfficeEnded
from madang.kernel.events import on
from madang.services.casework.domain import handover, repeats, routing, templates
from madang.services.casework.models import Consultation, Flag, Note, Original, Repeat, TemplateUse
from madang.services.casework.web import desk_shown

notices.register_kind(
    "casework.review_refused",
    sentence=lambda data: _("stays closed: the board decided, and its reason stands on the page"),
)
matters.also_lacks(templates.lacks)
matters.also_lacks(repeats.lacks)
matters.also_on_desk(desk_shown.tabs)


def _forget(matter: Matter) -> Iterable[Matter]:
    """What the desk wrote down about a private case goes with its words; that it did stays, empty."""
    Original.objects.filter(pk=matter.pk).delete()
    TemplateUse.objects.filter(matter=matter).update(filled="")
    Note.objects.filter(matter=matter).update(text="–", whom="")
    Flag.objects.filter(matter=matter).update(what="–")
    Consultation.objects.filter(matter=matter).update(question="–")
    Consultation.objects.filter(matter=matter).exclude(opinion="").update(opinion="–")
    Repeat.objects.filter(matter=matter).update(nature="–", likeness="–", same_answer="–", no_cause="–")
    return []


matters.also_erase(_forget)


@on(OfficeEnded)
def go_on(fact: OfficeEnded) -> None:
    """What leads to an office that has ended, or was asked of it, is the next one's."""
    of, to = fact.organisation_id, fact.successor_id
    routing.go_on(of=of, to=to)
    Consultation.objects.filter(office=of, state="open").update(office=to)


@on(MandateEnded)
def fall_back(fact: MandateEnded) -> None:
    """What somebody worked on falls back to the office at the moment in which her mandate ends."""
    handover.release(user_id=fact.user_id)
