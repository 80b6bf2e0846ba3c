"""The vote ends: ballots become a file that anyone can count, and what leads to a person is destroyed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from django.db import transaction

from madang.kernel import actors, clock
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.services.budgeting.domain import boxes, delegating, importing, roll, slips, telling
from madang.services.budgeting.enums import BY_KEY
from madang.services.budgeting.logic import writing
from madang.services.budgeting.logic.paper import Chosen
from madang.services.budgeting.models import (
    Arrival,
    Ballot,
    Count,
    Election,
    Pot,
    Project,
    Residence,
    Round,
    Tally,
    Voter,
)

WRITTEN = {"approval": "approval", "knapsack": "approval", "points": "cumulative", "ranking": "ordinal"}
RULES = {"equal-shares": "equalshares"}
ACTOR = actors.system("budgeting.close")


class BrokenSealError(Exception):
    """A ballot is no longer the one that was sealed. Closing stops; somebody has to look into the database."""


def close_due() -> int:
    """Close the votes whose end has come; how many. Run by the worker."""
    done = 0
    for round_ in Round.objects.filter(state__in=slips.LIVE, votes_until__lte=clock.now()):
        try:
            close(round_)
        except RefusedError:  # another worker was first, or it was called off
            continue
        done += 1
    return done


@transaction.atomic
def close(round_: Round) -> Round:
    """End the vote: files and tables fixed, their digests in the log, secret and pseudonyms destroyed. All of it, or nothing.

    The row is locked first: a ballot that is being written is either counted here or refused.

    Raises:
        RefusedError: 409, it is not open, its end has not come, or a ballot box is not reconciled.
        BrokenSealError: a ballot does not fit its seal.
    """
    locked = Round.objects.select_for_update().get(pk=round_.pk)
    if locked.state == Round.State.BALLOT:  # nobody was awake between the beginning and the end
        locked = move(locked, "vote", actor=ACTOR)
    boxes.require_closed(locked)
    fixed = {pot.code: _fix(locked, pot) for pot in locked.pots.all()}
    fresh = move(
        locked,
        "close",
        actor=ACTOR,
        payload={"pots": fixed, "boxes": boxes.published(locked)},
        changes={"secret": ""},
    )
    roll.forget(fresh)
    Voter.objects.filter(pot__round=fresh).delete()
    Residence.objects.filter(round=fresh).delete()
    Arrival.objects.filter(pot__round=fresh).delete()
    Ballot.objects.filter(pot__round=fresh).update(choices=None, salt="")
    telling.of_vote(fresh, "counting")
    return fresh


def _fix(round_: Round, pot: Pot) -> dict[str, Any]:
    """The file and the table of one pot; what the log says of them."""
    seals: list[str] = []
    content = file_of(round_, pot, _opened(pot, seals))
    table = "".join(f"{seal}\n" for seal in sorted(seals)).encode()
    tally = Tally(
        pot=pot, ballots=len(seals), digest=hashlib.sha256(table).hexdigest(), closed_at=clock.now()
    )
    tally.seals = table
    tally.save(force_insert=True)
    said: dict[str, Any] = {"ballots": len(seals), "seals_sha256": tally.digest}
    pot.turnout = len(seals)
    if seals:
        pot.election = _bring_in(round_, pot, content, len(seals))
        said["file_sha256"] = pot.election.digest
    pot.save(update_fields=["turnout", "election"])
    return said


def _opened(pot: Pot, seals: list[str]) -> Iterator[Chosen]:
    """What every ballot says, after a look whether it is still what was sealed."""
    rows = Ballot.objects.filter(pot=pot).values_list("choices", "salt", "seal")
    for choices, salt, seal in rows.iterator(chunk_size=5_000):
        if choices is None or slips.seal(pot, salt, choices) != seal:
            raise BrokenSealError(f"a ballot in {pot} does not fit its seal")
        seals.append(seal)
        yield choices


def file_of(round_: Round, pot: Pot, ballots: Iterator[Chosen]) -> bytes:
    """The ballots of a pot as everybody may have them, with the projects that stand on the ballot at this moment."""
    projects = Project.objects.filter(pot=pot, state=Project.State.ON_BALLOT).order_by("code")
    rule = BY_KEY[round_.method].rule
    marks = delegating.marks(round_) if BY_KEY[round_.method].weights else {}
    lines = [writing.Line(one.code, one.title, one.cost or 0, marks.get(one.code, "")) for one in projects]
    kind = WRITTEN[round_.ballot]
    meta: dict[str, object] = {
        "description": f"{round_.title_ko} · {pot.title_ko}",
        "country": "대한민국",
        "unit": round_.host.name_ko,
        "subunit": pot.title_ko,
        "instance": round_.year,
        "budget": pot.amount,
        "currency": "KRW",
        "vote_type": kind,
        "rule": RULES.get(rule, rule),
        "date_begin": f"{clock.seoul(round_.votes_from):%d.%m.%Y}",
        "date_end": f"{clock.seoul(round_.votes_until):%d.%m.%Y}",
        "language": "ko",
        "min_length": min(round_.least, len(lines)),
        "max_length": len(lines) if round_.ballot == Round.Ballot.KNAPSACK else min(round_.most, len(lines)),
    }
    if round_.ballot == Round.Ballot.KNAPSACK:
        meta["max_sum_cost"] = pot.amount
    if round_.ballot == Round.Ballot.POINTS:
        meta["max_sum_points"] = round_.points
    return writing.written(meta, lines, ballots, has_points=kind == "cumulative")


def _bring_in(round_: Round, pot: Pot, content: bytes, voters: int) -> Election:
    slug = f"{round_.slug}-{pot.code}".lower()
    election, _is_new = importing.bring_in(
        content,
        slug="" if Election.objects.filter(slug=slug).exists() else slug,
        title=f"{round_.title_ko} · {pot.title_ko}",
        source=round_.host.name_ko,
        is_demo=round_.is_demo,
        tie_order=round_.tie_order,
        increment=str(writing.step_of(pot.amount, voters)),
    )
    if BY_KEY[round_.method].weights:
        # Not among the rules by which every election is counted: other files have no committee's part.
        Count.objects.get_or_create(election=election, method=round_.method)
    return election
