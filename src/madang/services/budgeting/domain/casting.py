"""A ballot is cast, and cast again: whatever the means, everything comes through here and one of them counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from madang.kernel import ids, policy, rows
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.rows import Ready
from madang.services.budgeting.domain import residences, slips
from madang.services.budgeting.logic import paper
from madang.services.budgeting.logic.paper import Finding, Paper
from madang.services.budgeting.models import Arrival, Ballot, Pot, Project, Round, Voter

AT_ONCE = 10_000


class PaperError(RefusedError):
    """The ballot has to be put right; `findings` say how. Nothing was written."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(_("Something has to be corrected first."), "budgeting.paper", status=422)
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Cast:
    """What a voter takes home: the code, told this once, and the seal. `is_new`: this call wrote something; `is_change`:
    it replaced an earlier ballot of hers."""

    ballot: Ballot
    code: str
    is_new: bool
    is_change: bool


_listed = Ready(
    lambda pot: (
        Project.objects.filter(pot=pot, state=Project.State.ON_BALLOT)
        .order_by("code")
        .values_list("code", "cost")
    ),
    pot=int,
)
_voted = Ready(
    lambda pot, name: Voter.objects.filter(pot=pot, pseudonym=name).values_list("ballot")[:1],
    pot=int,
    name=str,
)


def paper_of(round_: Round, pot: Pot) -> Paper:
    """The ballot paper of a pot as it stands now."""
    costs = {code: cost or 0 for code, cost in _listed.all(pot=pot.pk)}
    return Paper(round_.ballot, costs, round_.least, round_.most, round_.points, pot.amount)


def hold(round_id: int) -> Round:
    """The round's row, held against closing until this ballot is written: it is then counted or refused.

    Those who vote share the row and do not wait for each other.
    """
    return rows.by_key(Round, round_id, held=True)


def cast(*, actor: Actor, pot: Pot, given: object, code: str = "") -> Cast:
    """Keep what somebody chooses, in place of what she chose before. Nothing about her is written: no act in the log, no
    session, no day.

    Args:
        given: a list of codes of projects; for points how many by code.
        code: the receipt code that this ballot will have, so that the same form sent twice is one act; fresh where empty.

    Raises:
        RefusedError: not open, or may not vote here.
        PaperError: 422, with what has to be corrected.
    """
    code = code or ids.new_code()
    slips.need_secret(pot.round)
    for _try in range(3):
        try:
            return _cast(actor, pot, given, code)
        except IntegrityError:
            # Two windows of one person at the same moment: the second finds what the first has written.
            if connection.in_atomic_block:
                raise
    raise RefusedError(_("Too much at once. Try again."), "budgeting.busy", status=409)


@transaction.atomic
def _cast(actor: Actor, pot: Pot, given: object, code: str) -> Cast:
    pot.round = hold(pot.round_id)
    policy.require("budgeting.ballot.cast", actor, pot)
    chosen, findings = paper.read(paper_of(pot.round, pot), given)
    if findings:
        raise PaperError(findings)
    if pot.district:
        residences.fix(actor=actor, pot=pot)
    mine = slips.pseudonym(pot.round, pot, actor.account)
    known = _known(pot, mine) if _voted.first(pot=pot.pk, name=mine) else None
    hashed, salt = ids.code_hash(code), slips.new_salt()
    if known is None:
        ballot = Ballot(pot=pot)
    else:
        ballot = known.ballot
        if ballot.code == hashed and ballot.choices == chosen:
            return Cast(ballot, code, is_new=False, is_change=False)
    ballot.choices, ballot.salt, ballot.code = chosen, salt, hashed
    ballot.seal = slips.seal(pot, salt, chosen)
    if known is None:
        rows.insert(ballot)
        rows.insert(Voter(ballot=ballot, pot=pot, pseudonym=mine))
        rows.insert_once(Arrival(pot=pot))
    else:
        ballot.save()
    return Cast(ballot, code, is_new=True, is_change=known is not None)


def _known(pot: Pot, pseudonym: str) -> Voter | None:
    """Who has voted already, with her ballot; both rows are hers alone until the transaction ends."""
    found = Voter.objects.select_for_update(of=("self", "ballot")).select_related("ballot")
    return found.filter(pot=pot, pseudonym=pseudonym).first()


def count_turnout() -> int:
    """Bring the turnout of open votes up to date; returns in how many pots it changed.

    What has arrived since is added and taken away in one transaction, so a kill or a second worker counts nothing twice,
    and the work is that of the new ballots, however many there are. A ballot that replaces another has not arrived anew.
    """
    waiting = Arrival.objects.order_by().values_list("pot__round", flat=True).distinct()
    return sum(_count_in(key) for key in list(waiting))


@transaction.atomic
def _count_in(round_id: int) -> int:
    is_open = hold(round_id).state in slips.LIVE  # closing has counted the ballots themselves
    waiting = Arrival.objects.filter(pot__round=round_id).select_for_update(of=("self",))
    # In the order of arrival: nobody's ballot is taken out before it was counted.
    taken = list(waiting.order_by("pk")[:AT_ONCE])
    Arrival.objects.filter(pk__in=[one.pk for one in taken]).delete()
    new = Counter[int]()
    for one in taken if is_open else ():
        new[one.pot_id] += one.many
    for pot, many in new.items():
        Pot.objects.filter(pk=pot).update(turnout=F("turnout") + many)
    return len(new)
