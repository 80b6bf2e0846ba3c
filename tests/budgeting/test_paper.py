"""Ballots on paper: the same right as online, read by two, and every sheet accounted for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madang.kernel import clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Role
from madang.services.budgeting.domain import booth as devices
from madang.services.budgeting.domain import boxes, counting, deciding, roll, rounds, sheets, voters
from madang.services.budgeting.domain.casting import PaperError
from madang.services.budgeting.logic import boxes as arithmetic
from madang.services.budgeting.logic import marking, pabulib
from madang.services.budgeting.logic.paper import Paper
from madang.services.budgeting.models import Ballot, Box, Key, Mark, Reading, Sheet, Voter
from tests.budgeting import paper_made as p
from tests.budgeting import voting_made as made
from tests.factories import OrganisationFactory, UserFactory, actor, official

pytestmark = pytest.mark.django_db


def refusal(act, *args, **named) -> RefusedError:
    """The refusal of an act, which has written nothing."""
    before = _rows()
    with pytest.raises(RefusedError) as refused:
        act(*args, **named)
    assert _rows() == before
    return refused.value


def _rows() -> list[object]:
    tables = (Ballot, Voter, Mark, Key, Reading)
    return [
        *(set(table.objects.values_list("pk", flat=True)) for table in tables),
        list(Sheet.objects.order_by("pk").values_list("pk", "state", "why")),
        list(Box.objects.order_by("pk").values_list("pk", "state", "handed", "keyed", "keyed_cast")),
        Audit.objects.count(),
    ]


def test_paper_and_online_ballots_end_in_one_file_and_both_counts_agree():
    at = p.booth(size=5)
    made.cast(at.pot, ["A1", "A2"])
    key = at.hand(as_code=True)
    done = devices.cast(round_=at.pot.round, typed=key.lower().replace("-", " "), given=["A1"])
    at.voted({"A1": [1]}, {"A1": [1], "A3": [1]}, {})
    stub = sheets.receipt_code(at.pot.round, at.sheet())
    assert at.end().state == "voting"  # an open box: nothing is counted
    assert at.close(2, 1, 2).state == "closed"
    assert Ballot.objects.count() == 4
    round_ = at.end()
    assert (round_.state, round_.secret) == ("counting", "")
    assert not (Mark.objects.exists() or Key.objects.exists() or Voter.objects.exists())
    counting.count_waiting()
    deciding.recount_waiting()
    at.pot.refresh_from_db()
    read = pabulib.read(at.pot.election.ballots)
    votes = {project.id: many for project, many in zip(read.projects, read.votes(), strict=True)}
    assert (read.voters, votes) == (4, {"A1": 4, "A2": 1, "A3": 1, "A4": 0})
    assert b"paper" not in at.pot.election.ballots
    tally = at.pot.tally
    assert (tally.ballots, tally.recount) == (4, "agrees")
    # Paper and device have their line in the table, found by the code on the stub or on the receipt.
    from madang.services.budgeting.domain import slips

    assert done.ballot.seal.encode() in tally.seals
    assert slips.by_code(stub).seal.encode() in tally.seals
    assert boxes.channels(at.pot) == {"paper": 2, "booth": 1}
    said = Audit.objects.get(action="budgeting.round.close").payload["data"]["boxes"]
    assert said == boxes.published(round_)
    assert {name: said[0][name] for name in ("issued", "cast", "spoiled", "unused", "handed", "codes_cast")} == {
        "issued": 5, "cast": 2, "spoiled": 1, "unused": 2, "handed": 3, "codes_cast": 1,
    }  # fmt: skip
    deciding.decide(actor=at.approver, round_=round_, reason="두 집계가 같습니다.")


@pytest.mark.parametrize("rule", ["first", "booth"])
def test_one_person_has_one_ballot_whichever_way_she_comes(rule):
    at = p.booth(on_paper=rule)
    ann, ben = UserFactory(), UserFactory()
    online = made.cast(at.pot, ["A4"], ann)
    if rule == "first":
        assert refusal(at.hand, ann).code == "budgeting.voted"
        assert Ballot.objects.filter(pk=online.ballot.pk).exists()
    else:
        at.hand(ann)
        assert not Ballot.objects.exists()
        assert not Voter.objects.exists()
        assert refusal(made.cast, at.pot, ["A4"], ann).code == "budgeting.marked"
    at.hand(ben)
    assert refusal(made.cast, at.pot, ["A1"], ben).code == "budgeting.marked"
    assert refusal(at.hand, ben).code == "budgeting.marked"
    assert refusal(at.hand, ben, as_code=True).code == "budgeting.marked"
    # The roll names nobody; her own copy of her data says it, and leaving cuts the link.
    assert ben.pk not in Mark.objects.values_list("pk", flat=True)
    assert voters.own_data(ben.pk)["at_booths"] == [{"round": "2027", "pot": "city"}]
    many = Mark.objects.count()
    voters.erase_person(actor=actor(ben), user=ben)
    assert voters.own_data(ben.pk)["at_booths"] == []
    assert Mark.objects.count() == many


def test_handing_is_logged_without_the_person():
    at = p.booth()
    ann = UserFactory()
    at.hand(ann)
    row = Audit.objects.get(action="budgeting.box.hand")
    assert (row.actor_id, row.is_public, row.payload["data"]) == (at.first.account.pk, False, {"as": "sheet"})
    assert ann.email not in str(row.__dict__)


def test_only_people_of_this_booth_hand_out_and_read():
    at = p.booth()
    elsewhere = actor(official(Role.OPERATOR, OrganisationFactory()))
    for one in (elsewhere, at.approver, actor(UserFactory())):
        assert refusal(sheets.read, actor=one, sheet=at.sheet(), marks=p.TICK).code == "mandate.operator"
        person = roll.by_account(UserFactory())
        assert refusal(roll.hand, actor=one, box=at.fresh, person=person).code == "mandate.operator"
    assert refusal(boxes.open_box, actor=at.second, pot=at.pot, place="시청", size=3).code == "mandate.triage"
    with clock.at(at.pot.round.votes_until):
        assert refusal(at.hand).code == "budgeting.not_open"
    with clock.at(at.pot.round.votes_from - timedelta(days=1)):
        assert refusal(sheets.read, actor=at.first, sheet=at.sheet(), marks=p.TICK).code == "box.early"


def test_a_round_without_booths_has_no_boxes_and_more_sheets_than_issued_are_not_handed_out():
    at = p.booth(size=1)
    at.hand()
    assert refusal(at.hand).code == "box.empty"
    plain = made.opened("plain", host=at.pot.round.host)
    assert refusal(boxes.open_box, actor=at.first, pot=plain, place="시청", size=3).code == "box.none"
    for size, large in ((0, 0), (501, 0), (3, 4)):
        refused = refusal(boxes.open_box, actor=at.first, pot=at.pot, place="시청", size=size, large=large)
        assert refused.code == "box.size"


def test_two_people_read_a_sheet_and_a_third_decides():
    at = p.booth()
    sheet = at.sheet()
    assert sheets.read(actor=at.first, sheet=sheet, marks={"A1": [1]}).state == "typed"
    assert not Ballot.objects.exists()
    assert refusal(sheets.read, actor=at.first, sheet=sheet, marks={"A1": [1]}).code == "sheet.same_hands"
    assert sheets.read(actor=at.second, sheet=sheet, marks={"A2": [1]}).state == "disputed"
    assert not Ballot.objects.exists()
    looked = sheets.second_look(Sheet.objects.get(pk=sheet.pk))
    assert [one["marks"] for one in looked] == [{"A1": [1]}, {"A2": [1]}]
    assert sheets.read(actor=at.third, sheet=sheet, marks={"A2": [1]}).state == "cast"
    assert Ballot.objects.get().choices == ["A2"]
    # What was read is gone; who agreed with whom is in the log, and what was chosen is not.
    assert not Reading.objects.exists()
    row = Audit.objects.get(action="budgeting.sheet.cast")
    assert row.payload["data"] == {"readers": 3, "scanner": False, "agreed": [False, True]}
    assert "A2" not in str(row.payload)
    refused = refusal(sheets.read, actor=at.first, sheet=sheet, marks={"A1": [1]})
    assert (refused.status, refused.code) == (409, "sheet.settled")


def test_the_scanner_is_one_of_the_two_once_and_only_where_it_is_sure():
    at = p.booth()
    sure, unsure = at.sheet(0), at.sheet(1)
    assert sheets.scanned(actor=at.first, sheet=sure, picture=b"one", marks={"A3": [1]}).state == "typed"
    assert sheets.scanned(actor=at.second, sheet=sure, picture=b"two", marks={"A3": [1]}).state == "typed"
    assert Reading.objects.filter(sheet=sure).count() == 1
    kept = Sheet.objects.get(pk=sure.pk).picture
    assert sheets.read(actor=at.first, sheet=sure, marks={"A3": [1]}).state == "cast"
    assert not Sheet.objects.get(pk=sure.pk).picture
    assert kept.name
    assert sheets.scanned(actor=at.first, sheet=unsure, picture=b"one", marks=None).state == "out"
    assert sheets.read(actor=at.first, sheet=unsure, marks={}).state == "typed"
    # What the scanner says after people have begun is no reading.
    assert sheets.scanned(actor=at.first, sheet=unsure, picture=b"one", marks={}).state == "typed"
    assert sheets.read(actor=at.second, sheet=unsure, marks={}).why == "blank"


LIMITS = {"least": 2, "most": 2}


@pytest.mark.parametrize(
    ("fields", "marks", "why"),
    [
        ({}, {}, "blank"),
        ({}, {"A1": [1], "A2": [1], "A3": [1], "A4": [1]}, "over"),
        (LIMITS, {"A1": [1]}, "under"),
        ({"ballot": "knapsack"}, {"A1": [1], "A2": [1], "A3": [1], "A4": [1]}, "over"),
        ({"ballot": "knapsack"}, {"A1": [1], "A4": [1]}, ""),
        ({"ballot": "points", "points": 5}, {"A1": [3], "A2": [3]}, "over"),
        ({"ballot": "points", "points": 5}, {"A1": [2, 3]}, "conflict"),
        ({"ballot": "points", "points": 5}, {"A1": [3], "A2": [2]}, ""),
        ({"ballot": "ranking"}, {"A1": [1], "A2": [1]}, "conflict"),
        ({"ballot": "ranking"}, {"A2": [1], "A1": [2]}, ""),
    ],
)  # fmt: skip
def test_what_a_page_would_put_right_is_spoiled_on_paper_for_its_reason(fields, marks, why):
    at = p.booth(**fields)
    done = at.read(at.sheet(), marks)
    assert (done.state, done.why) == ("spoiled" if why else "cast", why)
    assert Ballot.objects.count() == (not why)
    if why:
        assert Audit.objects.get(action="budgeting.sheet.spoil").reason_code == why


def test_one_person_alone_spoils_nothing():
    at = p.booth()
    sheet = at.sheet()
    assert sheets.read(actor=at.first, sheet=sheet, why="unreadable").state == "typed"
    assert sheets.read(actor=at.second, sheet=sheet, marks=p.TICK).state == "disputed"
    assert sheets.read(actor=at.third, sheet=sheet, marks=p.TICK).state == "cast"
    for why in ("missing", "blank", "over", "anything"):
        assert refusal(sheets.read, actor=at.first, sheet=at.sheet(1), why=why).code == "sheet.why"
    assert refusal(sheets.read, actor=at.first, sheet=at.sheet(1), marks={"X9": [1]}).code == "sheet.project"


def test_a_sheet_of_another_round_and_a_number_that_nobody_issued():
    at, other = p.booth(), p.booth(slug="2028")
    assert sheets.find(at.pot.round, at.sheet().serial) == at.sheet()
    assert refusal(sheets.find, at.pot.round, other.sheet().serial).code == "sheet.round"
    assert refusal(sheets.find, at.pot.round, "BS-2611-000000001-0").code == "sheet.unknown"


def test_a_box_that_does_not_add_up_is_closed_only_by_an_approver_with_a_reason():
    at = p.booth(size=4)
    at.voted({"A1": [1]}, {"A2": [1]})
    at.hand()  # she took her sheet home
    assert refusal(at.close, 2, 0, 1).code == "box.apart"
    assert refusal(at.close, 2, 0, 1, "한 분이 용지를 가져가셨습니다.", at.first).code == "mandate.approver"
    assert at.end().state == "voting"
    done = at.close(2, 0, 1, "한 분이 용지를 가져가셨습니다.")
    assert (done.state, done.apart, done.adjusted) == (
        "closed",
        {"unused": -1},
        "한 분이 용지를 가져가셨습니다.",
    )
    row = Audit.objects.get(action="budgeting.box.adjust")
    assert (row.actor_id, row.is_public, row.reason) == (at.approver.account.pk, True, done.adjusted)
    known = boxes.counts([done])[done.pk]
    assert (known.cast, known.spoiled, known.missing, known.unused, known.difference) == (2, 1, 1, 1, 0)
    round_ = at.end()
    assert round_.state == "counting"
    assert boxes.published(round_)[0]["adjusted"] == done.adjusted


def test_ballots_that_nobody_was_handed_do_not_add_up():
    at = p.booth(size=3)
    at.hand()
    at.read(at.sheet(0))
    at.read(at.sheet(1))  # two in the box, one handed out
    assert refusal(at.close, 2, 0, 1).code == "box.apart"
    assert at.close(2, 0, 1, "한 장이 더 나왔습니다. 조사 중입니다.").apart == {"handed": 1}


def test_a_box_waits_for_sheets_that_one_has_read_and_takes_nothing_after_closing():
    at = p.booth(size=2)
    at.hand()
    sheets.read(actor=at.first, sheet=at.sheet(), marks=p.TICK)
    assert refusal(at.close, 0, 0, 2, "이유가 있습니다.").code == "box.pending"
    sheets.read(actor=at.second, sheet=at.sheet(), marks=p.TICK)
    with pytest.raises(RefusedError) as early:
        boxes.close(actor=at.first, box=at.fresh, counted={"cast": 1, "spoiled": 0, "unused": 1})
    assert early.value.code == "box.early"
    at.close(1, 0, 1)
    other = Sheet.objects.get(box=at.box, state="unused")
    assert refusal(sheets.read, actor=at.first, sheet=other, marks=p.TICK).code == "box.closed"
    assert refusal(at.close, 1, 0, 1).code in ("box.closed", "flow.state")
    at.end()
    assert (
        refusal(sheets.scanned, actor=at.first, sheet=other, picture=b"x", marks=p.TICK).code == "box.closed"
    )


def test_a_code_counts_once_at_the_device_and_only_while_the_vote_is_open():
    at, other = p.booth(), p.booth(slug="2028")
    key = at.hand(as_code=True)
    round_ = at.pot.round
    assert key.replace("-", "") not in str(Key.objects.values())
    assert refusal(devices.cast, round_=round_, typed="AAAA-AAAA", given=["A1"]).code == "budgeting.key"
    assert refusal(devices.cast, round_=other.pot.round, typed=key, given=["A1"]).code == "budgeting.key"
    with pytest.raises(PaperError):
        devices.cast(round_=round_, typed=key, given=list(made.COSTS))
    with clock.at(round_.votes_until):
        assert refusal(devices.cast, round_=round_, typed=key, given=["A1"]).code == "budgeting.not_open"
    done = devices.cast(round_=round_, typed=key, given=["A1"])
    again = devices.cast(round_=round_, typed=key, given=["A1"], code=done.code)
    assert (again.ballot, again.is_new) == (done.ballot, False)
    assert refusal(devices.cast, round_=round_, typed=key, given=["A2"]).code == "budgeting.key_used"
    assert (at.fresh.keyed, at.fresh.keyed_cast, at.fresh.handed) == (1, 1, 0)


def test_called_off_nothing_of_the_roll_is_left_and_nothing_is_read():
    at = p.booth()
    at.voted(p.TICK)
    at.hand(as_code=True)
    chief = actor(official(Role.FACILITATOR, at.pot.round.host))
    rounds.call_off(actor=chief, row=at.pot.round, reason="예산이 없어졌습니다.")
    assert not (Mark.objects.exists() or Key.objects.exists() or Ballot.objects.exists())
    assert refusal(sheets.read, actor=at.first, sheet=at.sheet(2), marks=p.TICK).code == "box.closed"


def test_a_sheet_stays_what_it_was_printed_when_the_ballot_is_corrected():
    at = p.booth(ballot="knapsack")
    at.pot.projects.filter(code="A4").update(cost=90_000_000)
    assert at.read(at.sheet(), {"A1": [1], "A4": [1]}).state == "cast"


STATES = st.lists(
    st.sampled_from(
        [("out", ""), ("cast", ""), ("unused", ""), ("typed", ""), ("disputed", "")]
        + [("spoiled", why) for why in Sheet.Why.values]
    ),
    max_size=40,
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states=STATES, handed=st.integers(0, 40), piles=st.tuples(*[st.integers(0, 40)] * 3))
def test_property_every_sheet_is_in_one_place_and_a_box_that_adds_up_is_explained(states, handed, piles):
    known = arithmetic.count(len(states), states)
    assert known.difference == 0
    assert arithmetic.total([known, known]).issued == 2 * known.issued
    counted = dict(zip(arithmetic.PILES, piles, strict=True))
    unused, missing = arithmetic.split(known, counted["unused"])
    # Whatever was counted, afterwards issued = cast + spoiled + unused (+ what still waits).
    assert unused + missing == known.out
    assert unused >= 0 <= missing
    after = known.cast + (known.spoiled + missing) + (known.unused + unused) + known.pending
    assert after == known.issued
    apart = arithmetic.apart(known, handed, counted)
    adds_up = (
        counted["cast"] == known.cast
        and counted["spoiled"] == known.spoiled - known.missing
        and counted["unused"] == known.unused + known.out
        and handed == known.from_voters
    )
    assert (not apart) == adds_up
    if adds_up:
        assert missing == 0
        assert sum(counted.values()) + known.missing + known.pending == known.issued


def test_marks_mean_one_thing_however_they_are_written():
    paper = Paper("ranking", dict.fromkeys(("A", "B", "C"), 10), 1, 2, 0, 100)
    assert marking.tidy({"B": [2, 2], "A": [1], "C": []}) == {"A": [1], "B": [2]}
    assert marking.judge(paper, {"B": [2], "A": [1]}) == (["A", "B"], "")
    assert marking.judge(paper, {"A": [1], "B": [2], "C": [3]})[1] == "over"


def test_a_mark_made_by_mistake_is_taken_back_and_she_votes_once_all_the_same():
    at = p.booth(size=4)
    wrong = UserFactory()
    at.hand(wrong)
    roll.take_back(actor=at.second, box=at.fresh, person=roll.by_account(wrong))
    assert (at.fresh.handed, at.fresh.taken_back) == (0, 1)
    row = Audit.objects.get(action="budgeting.box.take_back")
    assert (row.is_public, row.payload["data"]) == (False, {"as": "sheet"})
    at.hand(wrong)  # she is handed one again, and then no second
    assert refusal(at.hand, wrong).code == "budgeting.marked"


def test_a_code_is_taken_back_only_while_no_ballot_was_cast_with_it():
    at = p.booth(size=4)
    first, second = UserFactory(), UserFactory()
    unused = devices.read_code(at.hand(first, as_code=True))
    used = at.hand(second, as_code=True)
    devices.cast(round_=at.pot.round, typed=used, given=["A1"])
    before = _rows()
    back = {"actor": at.first, "box": at.fresh}
    for person, slip, why in (
        (second, devices.read_code(used), "budgeting.key"),
        (first, "ABCDEFGH", "budgeting.key"),
        (first, "", "box.none_handed"),
        (UserFactory(), unused, "budgeting.not_marked"),
    ):
        found = refusal(roll.take_back, **back, person=roll.by_account(person), slip=slip)
        assert found.code == why
    stranger = actor(official(Role.TRIAGE, OrganisationFactory()))
    assert refusal(roll.take_back, actor=stranger, box=at.fresh, person=roll.by_account(first), slip=unused)
    assert _rows() == before
    roll.take_back(**back, person=roll.by_account(first), slip=unused)
    assert (at.fresh.keyed, at.fresh.keyed_cast, at.fresh.taken_back) == (1, 1, 1)
    assert refusal(devices.opened_by, at.pot.round, unused).status == 422


def test_a_mark_taken_back_for_a_sheet_in_the_box_leaves_the_box_apart():
    at = p.booth(size=2)
    voter = UserFactory()
    at.hand(voter)
    at.read(at.sheet())
    roll.take_back(actor=at.first, box=at.fresh, person=roll.by_account(voter))
    assert refusal(at.close, 1, 0, 1).code == "box.apart"
