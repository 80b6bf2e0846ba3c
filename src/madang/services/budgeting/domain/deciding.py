"""A second, independent program counts the same file; only when both agree is it decided what is funded."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madang.kernel import actors, clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.services.budgeting import logic
from madang.services.budgeting.domain import telling
from madang.services.budgeting.domain.counting import LONGEST
from madang.services.budgeting.models import Count, Item, Pot, Project, Round, Tally

PROGRAM = Path(logic.__file__).parent / "recount.py"
SAID = 2_000
State = Tally.Recount


def deciding_count(round_: Round, pot: Pot) -> Count | None:
    """The count of a pot by the round's own rule; None where nobody voted."""
    if pot.election_id is None:
        return None
    return Count.objects.filter(election_id=pot.election_id, method=round_.method).first()


def recount_waiting() -> int:
    """Count a second time what the first program has counted; how many pots. Run by the worker, as often as it likes."""
    done = 0
    waiting = Tally.objects.filter(recount=State.WAITING, ballots__gt=0)
    for tally in waiting.select_related("pot__round", "pot__election"):
        first = deciding_count(tally.pot.round, tally.pot)
        if first is None or first.state == Count.State.WAITING:
            continue
        found, said = (
            _recount(tally.pot, first)
            if first.state == Count.State.DONE
            else (State.FAILED, "\n".join(first.said))
        )
        done += _keep(tally, first, found, said)
    return done


@transaction.atomic
def _keep(tally: Tally, first: Count, found: str, said: str) -> int:
    """Write down what came of it, once."""
    fresh = Tally.objects.select_for_update().get(pk=tally.pk)
    if fresh.recount != State.WAITING:
        return 0
    fresh.recount, fresh.said, fresh.recounted_at = found, said[:SAID], clock.now()
    fresh.save(update_fields=["recount", "said", "recounted_at"])
    audit.record(
        actor=actors.system("budgeting.recount"),
        action="budgeting.election.recount",
        target=tally.pot.election.reference if tally.pot.election else tally.pot.round.reference,
        after=found,
        payload={"method": first.method, "result_digest": first.digest},
    )
    return 1


def _recount(pot: Pot, first: Count) -> tuple[str, str]:
    """What the second program says of the first one's result."""
    assert pot.election is not None
    with tempfile.TemporaryDirectory(prefix="madang-recount-") as folder:
        ballots, result = Path(folder) / "ballots.pb", Path(folder) / "result.json"
        ballots.write_bytes(pot.election.ballots)
        result.write_text(json.dumps(first.result), encoding="utf-8")
        command = [sys.executable, "-I", str(PROGRAM), str(ballots), "--against", str(result)]
        try:
            done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=LONGEST)  # noqa: S603 - our own program
        except subprocess.TimeoutExpired:
            return State.FAILED, f"{LONGEST} s"
    found = {0: State.AGREES, 1: State.DIFFERS}.get(done.returncode, State.FAILED)
    return found, (done.stdout + done.stderr).strip()


@transaction.atomic
def count_again(*, actor: Actor, round_: Round) -> int:
    """Have both programs count again where they did not agree; how many pots.

    Raises:
        RefusedError: no mandate, or nothing is to be counted again.
    """
    locked = Round.objects.select_for_update().get(pk=round_.pk)
    policy.require("budgeting.round.count_again", actor, locked)
    rows = Tally.objects.filter(pot__round=locked, recount__in=[State.DIFFERS, State.FAILED])
    pots = [tally.pot for tally in rows.select_related("pot")]
    if locked.state != Round.State.COUNTING or not pots:
        raise RefusedError(_("There is nothing to count again."), "budgeting.count_again", status=409)
    rows.update(recount=State.WAITING, said="", recounted_at=None)
    Count.objects.filter(election__in=[pot.election_id for pot in pots], method=locked.method).update(
        state=Count.State.WAITING, result=None, digest="", said=[], served=None
    )
    audit.record(
        actor=actor,
        action="budgeting.round.count_again",
        target=locked.reference,
        organisation=locked.host,
        payload={"pots": [pot.code for pot in pots]},
    )
    return len(pots)


def missing(round_: Round) -> list[Pot]:
    """Pots for which the two counts do not agree (yet)."""
    rows = round_.pots.select_related("tally").order_by("order", "pk")
    return [pot for pot in rows if pot.tally.ballots and pot.tally.recount != State.AGREES]


@transaction.atomic
def decide(*, actor: Actor, round_: Round, reason: str) -> Round:
    """What the counts say stands: projects are funded or not, each with the reason that the count gives.

    Raises:
        RefusedError: no mandate, not counted yet, no reason, or in some pot the two counts do not agree.
    """
    locked = Round.objects.select_for_update().get(pk=round_.pk)
    policy.require("budgeting.round.decide", actor, locked)
    results = {pot: deciding_count(locked, pot) for pot in locked.pots.select_related("tally", "election")}
    fresh = move(
        locked,
        "decide",
        actor=actor,
        reason=reason,
        organisation=locked.host,
        payload={"results": {pot.code: row.digest for pot, row in results.items() if row is not None}},
        changes={"decided_at": clock.now()},
    )
    if lacking := missing(fresh):
        raise RefusedError(
            _("Two independent counts have to agree first. They do not yet for: %(pots)s.")
            % {"pots": ", ".join(pot.title for pot in lacking)},
            "budgeting.recount",
            status=409,
        )
    for pot, row in results.items():
        _settle(pot, row.result if row is not None else None, actor)
    telling.of_round(fresh, "decided", actor=actor)
    return fresh


def _settle(pot: Pot, result: dict[str, Any] | None, actor: Actor) -> None:
    """Move the projects of a pot, tell whose they are, and say in its election what was decided."""
    by_count = actors.system("budgeting.decide")
    said = {row["id"]: row for row in result["projects"]} if result is not None else {}
    projects = Project.objects.filter(pot=pot, state=Project.State.ON_BALLOT)
    for project in projects.select_related("round").order_by("pk"):
        row = said.get(project.code)
        reason, english = (row["ko"], row["en"]) if row else _nobody()
        won = bool(row and row["won"])
        step = "fund" if won else "pass_over"
        moved = move(project, step, actor=by_count, reason=reason, payload={"en": english})
        said_of_it = {"ko": reason, "en": english}
        telling.of_project(moved, "won" if won else "lost", actor=actor, data=said_of_it)
    if pot.election_id is not None:
        items = Item.objects.filter(election_id=pot.election_id)
        winners = [code for code, row in said.items() if row["won"]]
        items.update(won=False)
        items.filter(code__in=winners).update(won=True)


def _nobody() -> tuple[str, str]:
    found = []
    for code in ("ko", "en"):
        with translation.override(code):
            found.append(gettext("Nobody voted about this money."))
    return found[0], found[1]
