"""What follows from a filing for other systems."""

from __future__ import annotations

from madang.kernel.events import on
from madang.services.casework.domain import forwarding
from madang.services.casework.events import CaseFiled
from madang.services.casework.models import Case


@on(CaseFiled)
def pass_on(fact: CaseFiled) -> None:
    """Cases of some categories go to another server by themselves."""
    forwarding.put_automatically(Case.objects.select_related("matter").get(pk=fact.case_id))
