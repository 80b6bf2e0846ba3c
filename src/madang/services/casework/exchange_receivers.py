"""What follows from a filing for other systems."""

from __future__ import annotations

from madang.commons.matters.api import Channel
from madang.kernel.events import on
from madang.services.casework.domain import forwarding
from madang.services.casework.events import CaseFiled
from madang.services.casework.models import Case


@on(CaseFiled)
def pass_on(fact: CaseFiled) -> None:
    """Cases of some categories go to another server by themselves.

    What comes by Open311 is passed on by `open311.filing`, which knows whose key it came with; old cases stay here.
    """
    case = Case.objects.select_related("matter").get(pk=fact.case_id)
    if case.matter.channel not in (Channel.API, Channel.IMPORT):
        forwarding.put_automatically(case)
