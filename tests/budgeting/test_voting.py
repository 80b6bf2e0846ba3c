"""Ballots of a round: one of each person counts, its seal is found again, and nobody can tell whose it was."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madang.kernel import clock, ids
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit
from madang.services.budgeting.domain import casting, closing, counting, deciding, slips
from madang.services.budgeting.logic import pabulib
from madang.services.budgeting.models import Ballot, Count, Election, Pot, Project, Round, Tally, Voter
from tests.budgeting import voting_made as made
from tests.factories import UserFactory, actor

pytestmark = pytest.mark.django_db


def test_from_the_first_ballot_to_what_is_funded() -> None:
    pot = made.opened()
    voters = [UserFactory() for _ in range(3)]
    first = made.cast(pot, ["A1", "A2"], voters[0])
    assert first.is_new and not first.is_change and ids.read_code(first.code)
    made.cast(pot, ["A1"], voters[1])
    made.cast(pot, ["A3", "A1"], voters[2])
    second = made.cast(pot, ["A2", "A3"], voters[0])
    assert second.is_change and second.code != first.code and second.ballot.seal != first.ballot.seal
    assert slips.by_code(first.code) is None
    round_ = made.closed(pot)
    assert round_.state == Round.State.COUNTING and round_.secret == ""
    tally, pot = Tally.objects.get(), Pot.objects.get()
    assert (tally.ballots, pot.turnout) == (3, 3)
    table = tally.seals.decode().splitlines()
    assert len(table) == 3 and table == sorted(table)
    found = slips.by_code(second.code)
    assert found is not None and found.seal in table and found.choices is None and found.salt == ""
    assert hashlib.sha256(tally.seals).hexdigest() == tally.digest
    act = Audit.objects.get(action="budgeting.round.close")
    assert pot.election is not None
    assert act.payload["data"]["pots"]["city"] == {
        "ballots": 3,
        "seals_sha256": tally.digest,
        "file_sha256": pot.election.digest,
    }
    assert pot.election.ballots.decode().partition("VOTES\n")[2] == (
        "voter_id;vote\n1;A1\n2;A1,A3\n3;A2,A3\n"
    )
    boss = made.approver(round_.host)
    with pytest.raises(RefusedError) as early:
        deciding.decide(actor=actor(boss), round_=round_, reason="두 집계가 같습니다.")
    assert early.value.status == 409
    assert Project.objects.filter(state="on_ballot").count() == 4
    counting.count_waiting()
    assert deciding.recount_waiting() == 1
    tally.refresh_from_db()
    assert tally.recount == "agrees", tally.said
    with pytest.raises(RefusedError):
        deciding.decide(actor=actor(UserFactory()), round_=round_, reason="나도 정하고 싶습니다.")
    round_ = deciding.decide(actor=actor(boss), round_=round_, reason="두 집계가 같습니다.")
    assert round_.state == Round.State.DECIDED and round_.decided_at is not None
    count = Count.objects.get(method=round_.method)
    assert count.result["settings"]["ties"] == "cost"
    funded = set(Project.objects.filter(state="funded").values_list("code", flat=True))
    assert funded == set(count.result["winners"]) == {"A1", "A2", "A3"}
    lost = Audit.objects.get(action="budgeting.project.pass_over")
    row = next(one for one in count.result["projects"] if one["id"] == "A4")
    assert (lost.reason, lost.payload["data"]["en"]) == (row["ko"], row["en"])
    assert list(pot.election.items.order_by("code").values_list("won", flat=True)) == [True, True, True, False]
