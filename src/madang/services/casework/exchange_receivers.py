"""What follows from a filing for other systems."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.commons.matters.api import Channel
from madang.commons.matters.events import MatterChanged
from madang.commons.notices import api as notices
from madang.kernel.events import on
from madang.services.casework.domain import forwarding
from madang.services.casework.events import CaseFiled
from madang.services.casework.models import Case

notices.register_kind("casework.filed", sentence=lambda data: _("was filed as a case"))


@on(MatterChanged)
def withhold(change: MatterChanged) -> None:
    """What was taken back or merged before it was sent stays here."""
    if change.what in ("withdrawn", "merged"):
        forwarding.withhold(change.matter_id)


@on(CaseFiled)
def tell_hooks(fact: CaseFiled) -> None:
    """Web hooks hear of new public cases. Its author knows, nobody else follows it yet, and old cases are no news."""
    if not notices.has_hooks():
        return
    case = Case.objects.select_related("matter__author", "category").get(pk=fact.case_id)
    if case.matter.is_public and case.matter.channel != Channel.IMPORT:
        notices.tell(
            reference=case.reference,
            kind="casework.filed",
            title=case.matter.title,
            data={"type": case.type, "category": case.category.code if case.category else ""},
            not_user=case.matter.author,
        )
