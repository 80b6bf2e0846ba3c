"""The address of someone who filed without an account: added, changed and erased by her alone."""

from __future__ import annotations

from django.db import transaction

from madang.commons.matters.models import Contact, Matter
from madang.commons.notices import api as notices
from madang.kernel import policy
from madang.kernel.actors import Actor


@transaction.atomic
def leave(*, actor: Actor, matter: Matter, email: str) -> None:
    """Keep an address for news of this matter; an earlier one is erased and hears nothing more.

    No act is logged: an address is not an act, and what is not written need not be erased.

    Raises:
        RefusedError: the actor did not file this.
    """
    policy.require("matters.matter.contact", actor, matter)
    _erase(matter)
    Contact.objects.create(matter=matter, email=email)
    notices.follow(reference=matter.reference, address=email, why="author", language=matter.language)


@transaction.atomic
def erase(*, actor: Actor, matter: Matter) -> None:
    """Erase the address; no mail goes to it any more. No error when there is none."""
    policy.require("matters.matter.contact", actor, matter)
    _erase(matter)


def _erase(matter: Matter) -> None:
    known = Contact.objects.select_for_update().filter(matter=matter).first()
    if known is not None:
        notices.unfollow(reference=matter.reference, address=known.email)
        known.delete()
