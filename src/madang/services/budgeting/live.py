"""What open pages watch of a vote: how many ballots lie in each pot. Never for what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from madang.kernel import clock, live
from madang.services.budgeting.models import Pot, Round

SLUG = re.compile(r"[\w-]{1,40}")


def address(round_: Round) -> str:
    """Answered beside the pages, so no name leads there."""
    return f"/events/budget/{round_.slug}/"


def turnout(pots: Iterable[Pot]) -> int:
    """Ballots in these pots: as fixed at closing, before that as counted some seconds ago."""
    return sum(pot.tally.ballots if hasattr(pot, "tally") else pot.turnout for pot in pots)


def value_of(round_: Round) -> dict[str, Any]:
    """The public value of a round whose pots are at hand."""
    return {
        "open": round_.takes_ballots(clock.now()),
        "pots": {pot.code: turnout([pot]) for pot in round_.pots.all()},
    }


@live.topic("budget", lambda typed: typed if SLUG.fullmatch(typed) else None)
def rounds(slugs: Sequence[str]) -> dict[str, Any]:
    """The turnout of each public round."""
    found = Round.objects.filter(slug__in=slugs, frozen__isnull=False).prefetch_related("pots__tally")
    return {round_.slug: value_of(round_) for round_ in found}
