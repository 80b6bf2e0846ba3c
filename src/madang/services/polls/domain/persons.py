"""What polls keep of one person: for her copy, and what goes when she leaves.

A response names nobody. While a poll that each person answers once is open, her account leads to her answer through a
pseudonym; when she leaves, that link goes and the answer stays, as it does for everybody at closing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction

from madang.kernel.actors import Actor
from madang.kernel.models import User
from madang.services.polls.domain import responses, slips
from madang.services.polls.models import Poll, Slip


def _slips(user: User) -> Iterator[Slip]:
    """Her slips in polls that still know her."""
    for poll in Poll.objects.filter(once=True, state="open").exclude(secret=""):
        known = Slip.objects.filter(poll=poll, participant=slips.participant(poll, user))
        yield from known.select_related("response", "poll")


def own_data(user_id: int) -> dict[str, Any]:
    """Answers that her account leads to now: those of open polls in which each person answers once."""
    user = User.objects.get(pk=user_id)
    return {
        "answers": [
            {
                "poll": slip.poll.code,
                "day": slip.response.day.isoformat(),
                "channel": slip.response.channel,
                "withdrawn": slip.response.is_withdrawn,
                **responses.said_of(slip.response),
            }
            for slip in _slips(user)
        ],
        "prepared": list(Poll.objects.filter(changed_by=user).values_list("code", flat=True)),
    }


@transaction.atomic
def erase_person(*, actor: Actor, user: User) -> None:
    """Cut the link from her account to her answers; who prepared a draft is no longer named."""
    for slip in _slips(user):
        slip.participant = ""
        slip.save(update_fields=["participant"])
    Poll.objects.filter(changed_by=user).update(changed_by=None)
