"""What the desk adds to the page of a case: opinions that are shown, the original of covered words, the board."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext

from madang.commons.matters.desk_tabs import Tab
from madang.commons.matters.models import Matter
from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.services.casework.domain import notes, repeats
from madang.services.casework.models import Case, ClusterMember, Consultation, Covering, Part, Repeat


def body(matter: Matter, *, is_inside: bool) -> str:
    """The words of a case: for its author and the office as they were filed, else the public copy."""
    return notes.original_of(matter)[1] if is_inside else matter.body


def beside(case: Case, *, is_mine: bool, is_inside: bool) -> dict[str, Any]:
    """What stands beside the words; nothing of it for strangers but that something was covered."""
    matter = case.matter
    found: dict[str, Any] = {
        "is_covered": Covering.objects.filter(matter=matter).exists(),
        "is_inside": is_inside,
    }
    if not is_inside:
        return found
    found["opinions"] = list(
        Consultation.objects.filter(Q(matter=matter) | Q(matter__case_part__case=case), is_shown=True)
        .exclude(state="taken_back")
        .select_related("office")
    )
    found["together"] = ClusterMember.objects.filter(case=case, left_at__isnull=True).exists()
    repeat = repeats.closed_as_repeat(matter) or Repeat.objects.filter(matter=matter).first()
    if repeat is not None:
        until = repeats.review_until(matter)
        review = getattr(repeat, "review", None)
        found |= {
            "repeat": repeat,
            "review": review,
            "review_until": until,
            "review_url": reverse("case_review", args=[case.ref])
            if is_mine and review is None and until is not None and clock.now() <= until
            else "",
        }
    return found


def tabs(actor: Actor, matter: Matter) -> list[Tab]:
    """The pages of a case or part at the desk beside the one where it is answered."""
    part = Part.objects.filter(matter=matter.pk).first()
    if part is None and not Case.objects.filter(pk=matter.pk).exists():
        return []
    if not policy.can("matters.matter.desk", actor, matter):
        return []
    whole = gettext("Parts, type and photos")
    if part is not None:
        whole = gettext("The whole case (this is part %(number)s)") % {"number": part.number}
    return [
        Tab(whole, reverse("desk_case", args=[part.case_id if part else matter.pk])),
        Tab(gettext("Opinions, notes and templates"), reverse("desk_work", args=[matter.pk])),
    ]
