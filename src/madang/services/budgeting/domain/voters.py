"""What votes keep of one person: for her copy, and what goes when she leaves. Only while a vote is open is there anything."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

from django.db import transaction

from madang.kernel.actors import Actor
from madang.kernel.models import User
from madang.services.budgeting.domain import roll, slips
from madang.services.budgeting.models import Mark, Pot, Residence, Round, Voter


def _voters(user: User) -> Iterator[Voter]:
    """Her rows in pots that still know her."""
    for pot in Pot.objects.select_related("round").filter(round__state__in=slips.LIVE):
        if slips.has_secret(pot.round):
            mine = Voter.objects.filter(pot=pot, pseudonym=slips.pseudonym(pot.round, pot, user))
            yield from mine.select_related("ballot", "pot__round")


def _residences(user: User) -> Iterator[Residence]:
    """Where she votes in rounds that still know her."""
    for round_ in Round.objects.filter(state__in=slips.LIVE):
        if slips.has_secret(round_):
            mine = slips.pseudonym(round_, None, user)
            yield from Residence.objects.filter(round=round_, pseudonym=mine).select_related("round")


def _marks(user: User) -> Iterator[Mark]:
    """That booths have handed her ballots, in pots that still know her."""
    for pot in Pot.objects.select_related("round").filter(round__state__in=slips.LIVE):
        if pot.round.on_paper and slips.has_secret(pot.round):
            yield from roll.marks_of(pot, user).select_related("pot__round")


def own_data(user_id: int) -> dict[str, Any]:
    """Ballots that her account leads to now."""
    user = User.objects.get(pk=user_id)
    return {
        "at_booths": [{"round": one.pot.round.slug, "pot": one.pot.code} for one in _marks(user)],
        "ballots": [
            {"round": one.pot.round.slug, "pot": one.pot.code, "choices": one.ballot.choices}
            for one in _voters(user)
        ],
        "votes_in": [{"round": one.round.slug, "district": one.district} for one in _residences(user)],
    }


@transaction.atomic
def erase_person(*, actor: Actor, user: User) -> None:
    """Cut the link from her account to her ballots; they stay and count, as they do for everybody after closing."""
    for one in (*_voters(user), *_residences(user)):
        one.delete()
    for mark in list(_marks(user)):
        mark.pseudonym = secrets.token_hex(slips.SIZE // 2)
        mark.save(update_fields=["pseudonym"])
