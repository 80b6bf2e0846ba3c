"""Whoever follows a case is told of each step of its report or request."""

from __future__ import annotations

from madang.commons.notices import api as notices
from madang.kernel.actors import Actor
from madang.services.casework.models import Case


def tell(case: Case, kind: str, actor: Actor) -> None:
    """In the transaction of the act; `kind` is registered in `waste_receivers`."""
    notices.tell(
        reference=case.reference,
        kind=f"casework.{kind}",
        title=case.matter.title,
        not_user=actor.user,
    )
