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
from madang.services.budgeting.domain import casting, closing, counting, deciding, rounds, slips
from madang.services.budgeting.flows import ROUND
from madang.services.budgeting.logic import pabulib
from madang.services.budgeting.models import (
    Arrival,
    Ballot,
    Count,
    Election,
    Pot,
    Project,
    Round,
    Tally,
    Voter,
)
from tests.budgeting import voting_made as made
from tests.factories import UserFactory, actor, official

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
    assert list(pot.election.items.order_by("code").values_list("won", flat=True)) == [
        True,
        True,
        True,
        False,
    ]


def _refused(call: object) -> RefusedError:
    with pytest.raises(RefusedError) as found:
        call()  # type: ignore[operator]
    return found.value


def test_who_may_not_vote_is_told_why_and_nothing_is_written() -> None:
    pot, user = made.opened(level="resident"), UserFactory()
    assert _refused(lambda: made.cast(pot, ["A1"], user)).code == "level.resident"
    assert _refused(lambda: casting.cast(actor=actor(None), pot=pot, given=["A1"])).code == "sign_in"
    for moment in (pot.round.votes_from - timedelta(seconds=1), pot.round.votes_until):
        with clock.at(moment):
            assert _refused(lambda: made.cast(pot, ["A1"], user)).code == "budgeting.not_open"
    assert (Ballot.objects.count(), Voter.objects.count()) == (0, 0)


PAPERS = (
    ({"most": 2}, ["A1", "A2", "A3"], "many"),
    ({"least": 2}, ["A1"], "few"),
    ({}, ["A1", "Z9"], "unknown"),
    ({}, ["A1", "A1"], "twice"),
    ({}, "A1", "list"),
    ({"ballot": "knapsack"}, ["A1", "A4", "A2"], "dear"),
    ({"ballot": "points", "points": 10}, {"A1": 6, "A2": 5}, "points_over"),
    ({"ballot": "points", "points": 10}, {"A1": -1}, "whole"),
    ({"ballot": "points", "points": 10}, {"A1": True}, "whole"),
    ({"ballot": "points", "points": 10}, ["A1"], "points_object"),
    ({"ballot": "ranking"}, ["A1", "A2", "A3", "A4"], "many"),
)


@pytest.mark.parametrize(("rules", "sent", "key"), PAPERS, ids=[key for _r, _s, key in PAPERS])
def test_a_ballot_beyond_the_rules_changes_nothing(rules: dict[str, object], sent: object, key: str) -> None:
    pot, user = made.opened(**rules), UserFactory()
    good = {"A1": 1} if rules.get("ballot") == "points" else ["A1", "A2"]
    before = made.cast(pot, good, user).ballot
    error = _refused(lambda: made.cast(pot, sent, user))
    assert isinstance(error, casting.PaperError) and key in {one.key for one in error.findings}
    kept = Ballot.objects.get()
    assert (kept.choices, kept.seal, kept.code) == (before.choices, before.seal, before.code)


def test_of_one_person_the_pseudonyms_in_two_pots_differ_and_none_is_left() -> None:
    pot, user = made.opened(), UserFactory()
    other = made.pot_of(pot.round, "east", {"B1": 1_000_000}, 5_000_000)
    made.cast(pot, ["A1"], user)
    made.cast(other, ["B1"], user)
    one, two = Voter.objects.order_by("pot").values_list("pseudonym", flat=True)
    assert one != two
    round_ = made.closed(pot)
    assert Voter.objects.count() == 0
    assert slips.of_person(round_, pot, user) is None
    assert _refused(lambda: slips.pseudonym(round_, pot, user)).code == "budgeting.closed"
    assert not Ballot.objects.exclude(choices=None, salt="").exists()
    text = "".join(str(act.payload) for act in Audit.objects.all())
    assert one not in text and two not in text


def test_the_turnout_is_the_number_of_ballots_whatever_comes_between() -> None:
    pot = made.opened()
    other = made.pot_of(pot.round, "east", {"B1": 1_000_000}, 5_000_000)
    voters = [UserFactory() for _ in range(4)]

    def is_true() -> bool:
        return all(one.turnout == one.ballots.count() for one in Pot.objects.all())

    assert casting.count_turnout() == 0
    for voter in voters:
        made.cast(pot, ["A1"], voter)
    made.cast(other, ["B1"], voters[0])
    assert not is_true() and casting.count_turnout() == 2 and is_true()
    made.cast(pot, ["A2"], voters[0])  # in place of her first
    assert casting.count_turnout() == 0 and is_true() and Arrival.objects.count() == 0
    made.cast(other, ["B1"], voters[1])
    with pytest.raises(casting.PaperError):
        made.cast(other, ["B9"], voters[2])
    assert casting.count_turnout() == 1 and is_true()
    made.cast(other, ["B1"], voters[3])
    round_ = made.closed(
        pot
    )  # closing counts the ballots themselves; what had not been added is not added twice
    assert casting.count_turnout() == 0 and Arrival.objects.count() == 0
    assert [one.turnout for one in round_.pots.order_by("pk")] == [4, 3]


def test_arrivals_that_are_left_over_after_closing_add_nothing() -> None:
    pot = made.opened()
    made.closed(pot, [["A1"]])
    Arrival.objects.create(pot=pot)
    assert casting.count_turnout() == 0 and Pot.objects.get().turnout == 1 and not Arrival.objects.exists()


def test_calling_off_empties_the_boxes() -> None:
    """In the same moment: no worker has to come for it. Another round keeps its own."""
    pot, user = made.opened(), UserFactory()
    other = made.opened("other")
    code = made.cast(pot, ["A1"], user).code
    made.cast(other, ["A1"], user)
    casting.count_turnout()
    facilitator = official("facilitator", pot.round.host)
    row = rounds.call_off(actor=actor(facilitator), row=pot.round, reason="의회가 예산을 줄였습니다.")
    assert (row.state, row.secret, Pot.objects.get(pk=pot.pk).turnout) == ("called_off", "", 0)
    assert not Ballot.objects.filter(pot=pot).exists() and not Voter.objects.filter(pot=pot).exists()
    assert slips.by_code(code) is None
    assert (Ballot.objects.count(), Voter.objects.count(), Tally.objects.count()) == (1, 1, 0)
    with clock.at(other.round.votes_until):
        assert closing.close_due() == 1  # the other one
    assert Round.objects.get(pk=row.pk).state == "called_off"
    assert _refused(lambda: made.cast(pot, ["A1"], user)).code == "budgeting.not_open"


def test_a_vote_ends_by_closing_or_by_calling_off_and_by_nothing_else() -> None:
    leaving = {
        step.name for step in ROUND.steps if "voting" in step.sources and step.to not in (None, "voting")
    }
    assert leaving == {"close", "call_off"}


def test_a_ballot_that_was_changed_in_the_database_stops_the_closing() -> None:
    pot = made.opened()
    made.cast(pot, ["A1"])
    Ballot.objects.update(choices=["A4"])
    with clock.at(pot.round.votes_until), pytest.raises(closing.BrokenSealError):
        closing.close(pot.round)
    assert Round.objects.get().state == Round.State.VOTING and Voter.objects.count() == 1


def test_a_pot_without_a_ballot_funds_nothing_and_says_so() -> None:
    round_ = made.counted(made.opened(), [])
    deciding.decide(actor=actor(made.approver(round_.host)), round_=round_, reason="표가 없습니다.")
    assert set(Project.objects.values_list("state", flat=True)) == {"not_funded"}
    assert (
        Audit.objects.filter(
            action="budgeting.project.pass_over", reason__contains="투표한 사람이 없"
        ).count()
        == 4
    )
    assert not Election.objects.exists()


def test_when_the_two_counts_differ_nothing_is_decided_until_they_agree() -> None:
    pot = made.opened()
    round_ = made.closed(pot, [["A1"], ["A2"]])
    counting.count_waiting()
    right = Count.objects.get(method=round_.method)
    wrong = {**right.result, "winners": ["A4"]}
    Count.objects.filter(pk=right.pk).update(result=wrong)
    deciding.recount_waiting()
    assert Tally.objects.get().recount == "differs"
    boss = actor(made.approver(round_.host))
    assert (
        _refused(lambda: deciding.decide(actor=boss, round_=round_, reason="그래도")).code
        == "budgeting.recount"
    )
    assert Round.objects.get().state == Round.State.COUNTING
    assert deciding.count_again(actor=boss, round_=round_) == 1
    counting.count_waiting()
    deciding.recount_waiting()
    assert (
        deciding.decide(actor=boss, round_=round_, reason="두 집계가 같습니다.").state == Round.State.DECIDED
    )


def test_a_project_taken_off_during_the_vote_leaves_the_file_and_no_ballot_is_lost() -> None:
    pot = made.opened()
    made.cast(pot, ["A1"])
    made.cast(pot, ["A1", "A2"])
    Project.objects.filter(code="A1").update(state=Project.State.DROPPED, drop_code="law")
    made.closed(pot)
    election = Pot.objects.get().election
    assert election is not None and election.voters == 2
    assert [(one.code, one.votes) for one in election.items.all()] == [("A2", 1), ("A3", 0), ("A4", 0)]


CODES = list(made.COSTS)
KINDS = {
    "approval": st.lists(st.sampled_from(CODES), min_size=1, max_size=3, unique=True),
    "ranking": st.lists(st.sampled_from(CODES), min_size=1, max_size=3, unique=True),
    "points": st.dictionaries(st.sampled_from(CODES), st.integers(1, 3), min_size=1, max_size=3),
}


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(
    acts=st.sampled_from(sorted(KINDS)).flatmap(
        lambda kind: st.tuples(
            st.just(kind), st.lists(st.tuples(st.integers(0, 3), KINDS[kind]), min_size=1, max_size=10)
        )
    )
)
def test_whatever_the_order_one_of_each_person_counts_and_the_file_holds_just_that(
    acts: tuple[str, list[tuple[int, object]]],
) -> None:
    kind, casts = acts
    pot = made.opened(f"r{Round.objects.count()}", ballot=kind, points=9)
    people = [UserFactory() for _ in range(4)]
    last: dict[int, object] = {}
    codes: dict[int, str] = {}
    for who, choice in casts:
        done = made.cast(pot, choice, people[who])
        last[who], codes[who] = done.ballot.choices, done.code
    assert Ballot.objects.filter(pot=pot).count() == Voter.objects.filter(pot=pot).count() == len(last)
    made.closed(pot)
    pot = Pot.objects.select_related("election", "tally").get(pk=pot.pk)
    assert pot.election is not None
    read = pabulib.read(pot.election.ballots)
    assert read.voters == len(last) == pot.tally.ballots == len(pot.tally.seals.split())
    names = [project.id for project in read.projects]
    found = []
    for ballot in read.ballots:
        chosen: object = [names[at] for at in ballot.projects]
        if ballot.points is not None:
            chosen = dict(zip(chosen, ballot.points, strict=True))  # type: ignore[call-overload]
        found += [chosen] * ballot.count
    assert sorted(map(repr, found)) == sorted(map(repr, last.values()))
    for code in codes.values():
        kept = slips.by_code(code)
        assert kept is not None and kept.seal.encode() in pot.tally.seals
