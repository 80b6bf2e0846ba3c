"""The planning group: who votes, what is out by a conflict, how silence and the result are told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from madang.commons.matters.domain import handling
from madang.commons.notices.models import Event, Follow
from madang.kernel import clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Mandate, Organisation, Role, User
from madang.services.square import api as square
from madang.services.square import waiting
from madang.services.square.domain import authors, candidates, picking, planning_group
from madang.services.square.logic import picking as logic
from madang.services.square.logic.picking import Outcome
from madang.services.square.models import Candidate, Idea, PlanningVote
from tests import factories
from tests.factories import UserFactory, actor

pytestmark = pytest.mark.django_db

WORDS = st.lists(st.sampled_from(["for", "against", "recused", "left", ""]), max_size=15)
WHY = "두 동네의 말이 갈려 함께 이야기해야 합니다."


class TestCounting:
    @given(WORDS, st.integers(0, 100), st.randoms())
    def test_the_order_of_votes_changes_nothing_and_every_seat_is_counted_once(
        self, words, quorum, dice
    ) -> None:
        count = logic.count(words)
        assert count.seats == len(words)
        mixed = list(words)
        dice.shuffle(mixed)
        assert logic.outcome(logic.count(mixed), quorum) == logic.outcome(count, quorum)

    @given(WORDS, st.integers(0, 100))
    def test_one_more_vote_never_turns_a_decision_against_itself(self, words: list[str], quorum: int) -> None:
        """Where the quorum is there. One more vote against may bring the quorum: staying away is shown as silence."""
        before = logic.outcome(logic.count([*words, ""]), quorum)
        if before == Outcome.PICKED:
            assert logic.outcome(logic.count([*words, "for"]), quorum) == Outcome.PICKED
        if before == Outcome.PASSED:
            assert logic.outcome(logic.count([*words, "against"]), quorum) == Outcome.PASSED

    @given(WORDS, st.integers(0, 100))
    def test_who_is_out_or_gone_does_not_count_either_way(self, words: list[str], quorum: int) -> None:
        held = logic.outcome(logic.count(words), quorum)
        assert logic.outcome(logic.count([*words, "recused", "left"]), quorum) == held

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            (["for", "for", "against", "", ""], Outcome.PICKED),
            (["for", "against", "", ""], Outcome.PASSED),  # a tie does not pick
            (["for", "for", "", "", ""], Outcome.UNDECIDED),  # two of five is less than half
            (["for", "recused", "recused", "recused"], Outcome.UNDECIDED),  # nobody decides alone
            ([], Outcome.UNDECIDED),
        ],
    )
    def test_what_is_said_beforehand_holds(self, words: list[str], says: Outcome) -> None:
        assert logic.outcome(logic.count(words), 50) == says

    def test_a_word_nobody_may_say_is_not_counted_as_silence(self) -> None:
        with pytest.raises(ValueError, match="maybe"):
            logic.count(["for", "maybe"])


def host() -> Organisation:
    return factories.OrganisationFactory(code="host")


def group(size: int = 3) -> list[User]:
    """That many members; their seats are of one post."""
    return [factories.official(Role.PLANNER, host()) for _ in range(size)]


def proposed(idea: Idea | None = None, by: User | None = None) -> Candidate:
    return candidates.propose(actor=actor(by or UserFactory()), idea=idea or factories.idea(), why=WHY)


def vote(row: Candidate, member: User, choice: str = "for") -> PlanningVote:
    return picking.vote(actor=actor(member), candidate=row, choice=choice, reason="함께 정할 일입니다.")


def fresh(row: Candidate) -> Candidate:
    return Candidate.objects.get(pk=row.pk)


class TestProposing:
    def test_the_group_of_that_day_votes_and_all_are_told(self) -> None:
        idea, members = factories.idea(), group(3)
        author, by = idea.matter.author, UserFactory()
        row = proposed(idea, by)
        late = factories.official(Role.PLANNER, host())
        assert [seat.user for seat in row.seats.all()] == members
        with pytest.raises(RefusedError) as refusal:
            vote(row, late)
        assert refusal.value.code == "candidate.seat"
        told = Event.objects.get(kind="square.candidate_proposed")
        assert told.reference == row.reference
        assert told.also_references == [idea.matter.reference, row.space.reference]
        followers = set(Follow.objects.filter(reference=row.reference).values_list("user", flat=True))
        assert followers == {by.pk, author.pk, *(one.pk for one in members)}
        act = Audit.objects.get(action="square.candidate.propose")
        assert act.is_public and WHY not in str(act.payload), "words may have to be taken down"

    def test_once_at_a_time_also_in_the_database(self) -> None:
        group()
        idea = factories.idea()
        row = proposed(idea)
        with pytest.raises(RefusedError) as refusal:
            proposed(idea)
        assert refusal.value.code == "candidate.twice"
        assert Candidate.objects.count() == 1
        with pytest.raises(IntegrityError), transaction.atomic():
            Candidate.objects.create(
                space=row.space,
                number=99,
                idea=idea,
                by=row.by,
                why=WHY,
                at=row.at,
                due_at=row.due_at,
                terms={},
            )

    def test_nobody_floods_the_group(self) -> None:
        group()
        by = UserFactory()
        for _ in range(3):
            row = proposed(by=by)
        candidates.withdraw(actor=actor(by), candidate=row)
        with pytest.raises(RefusedError) as refusal:
            proposed(by=by)
        assert refusal.value.code == "candidate.many", "taking back makes no room on the same day"
        with clock.at(factories.later(2)):
            with pytest.raises(RefusedError) as again:
                candidates.propose(actor=actor(by), idea=row.idea, why=WHY)
            assert again.value.code == "candidate.again"
            proposed(by=by)

    def test_not_without_a_group_a_reason_or_a_public_idea(self) -> None:
        idea = factories.idea()
        with pytest.raises(RefusedError) as refusal:
            proposed(idea)
        assert refusal.value.code == "candidate.no_group"
        group()
        with pytest.raises(RefusedError) as refusal:
            candidates.propose(actor=actor(UserFactory()), idea=idea, why=" \n")
        assert refusal.value.code == "candidate.reason"
        with pytest.raises(RefusedError) as refusal:
            candidates.propose(actor=actor(None), idea=idea, why=WHY)
        assert refusal.value.code == "sign_in"
        handling.give_up(actor=actor(idea.matter.author), matter=idea.matter)
        with pytest.raises(RefusedError):
            proposed(idea)
        assert not Candidate.objects.exists()


class TestVoting:
    def test_every_vote_stays_and_the_last_one_counts(self) -> None:
        one, two, _three = group(3)
        row = proposed()
        first = vote(row, one, "against")
        vote(row, one, "for")
        vote(row, two, "for")
        count = planning_group.counted(fresh(row))
        assert (count.in_favour, count.against, count.silent) == (2, 0, 1)
        assert PlanningVote.objects.count() == 3
        first.choice = "for"
        with pytest.raises(TypeError):
            first.save()
        with pytest.raises(TypeError):
            first.delete()
        acts = Audit.objects.filter(action="square.candidate.vote")
        assert acts.count() == 3 and all(act.is_public and not act.reason for act in acts)

    def test_only_members_vote_and_each_with_a_reason(self) -> None:
        one = group(3)[0]
        row = proposed()
        for stranger in (UserFactory(), factories.official(Role.FACILITATOR, host()), row.by):
            with pytest.raises(RefusedError) as refusal:
                vote(row, stranger)
            assert refusal.value.code == "mandate.planner"
        elsewhere = factories.official(Role.PLANNER, factories.OrganisationFactory(code="elsewhere"))
        with pytest.raises(RefusedError):
            vote(row, elsewhere)
        with pytest.raises(RefusedError):  # a program with her token acts for her, never for the group
            picking.vote(
                actor=actor(one, is_in_office=False), candidate=row, choice="for", reason="이유입니다."
            )
        with pytest.raises(RefusedError):
            picking.vote(actor=actor(one), candidate=row, choice="for", reason="  ")
        with pytest.raises(RefusedError):
            picking.vote(actor=actor(one), candidate=row, choice="recused", reason="이유입니다.")
        assert not PlanningVote.objects.exists()

    def test_a_conflict_takes_her_out_for_good_and_her_earlier_vote_with_her(self) -> None:
        one, two, three = group(3)
        row = proposed()
        vote(row, one, "against")
        picking.recuse(actor=actor(one), candidate=row, reason="가족이 그 가게를 합니다.")
        with pytest.raises(RefusedError) as refusal:
            vote(row, one)
        assert refusal.value.code == "candidate.recused"
        with pytest.raises(RefusedError):
            picking.recuse(actor=actor(one), candidate=row, reason="다시 말합니다.")
        vote(row, two)
        vote(row, three)
        assert fresh(row).state == "counted", "the last one who is entitled has voted"
        assert planning_group.counted(fresh(row)).recused == 1
        with pytest.raises(RefusedError):
            picking.decide(actor=actor(one), candidate=fresh(row), reason="제가 이유를 씁니다.")
        assert fresh(row).decision == ""

    def test_an_author_does_not_vote_on_her_own_idea(self) -> None:
        one, two, three = group(3)
        idea = factories.idea(author=one)
        row = proposed(idea)
        with pytest.raises(RefusedError) as refusal:
            vote(row, one)
        assert refusal.value.code == "candidate.recused"
        vote(row, two)
        # Who becomes an author while the vote runs is out of it, with the vote she gave.
        invited = authors.invite(actor=actor(one), idea=idea, email=two.email)
        authors.accept(actor=actor(two), invitation=invited)
        vote(row, three)
        assert fresh(row).state == "undecided", "one vote alone decides nothing"
        count = planning_group.counted(fresh(row))
        assert (count.in_favour, count.recused) == (1, 2)

    def test_who_opened_the_receipt_of_it_is_its_author_too(self) -> None:
        one = group(2)[0]
        row = proposed()
        with pytest.raises(RefusedError) as refusal:
            picking.vote(
                actor=actor(one, receipts=frozenset({row.idea_id})),
                candidate=row,
                choice="for",
                reason="제가 낸 제안입니다.",
            )
        assert refusal.value.code == "candidate.recused"

    def test_who_has_left_the_group_votes_no_more_but_her_vote_stays(self) -> None:
        one, two, three, four = group(4)
        row = proposed()
        vote(row, one)
        Mandate.objects.filter(user__in=[one, two]).update(valid_to=clock.now())
        with pytest.raises(RefusedError):
            vote(row, two)
        vote(row, three)
        vote(row, four, "against")
        counted = fresh(row)
        assert counted.state == "counted"
        assert planning_group.result(counted) == Outcome.PICKED
        assert counted.seats.get(user=two).end == "left"


class TestTheEnd:
    def test_silence_is_shown_as_silence(self) -> None:
        one, two, three = group(3)
        row = proposed()
        vote(row, one)
        assert picking.count_due() == 0
        with clock.at(row.due_at + timedelta(seconds=1)):
            with pytest.raises(RefusedError) as refusal:
                vote(row, two)
            assert refusal.value.code == "candidate.over"
            assert picking.count_due() == 1
            assert picking.count_due() == 0
        done = fresh(row)
        assert done.state == "undecided"
        ends = dict(done.seats.values_list("user", "end"))
        assert ends == {one.pk: "", two.pk: "silent", three.pk: "silent"}
        assert Event.objects.filter(kind="square.candidate_undecided").count() == 1

    def test_nobody_publishes_another_result_than_the_votes(self) -> None:
        members = group(3)
        row = proposed()
        helper = factories.official(Role.FACILITATOR, host())
        with pytest.raises(RefusedError):
            picking.decide(actor=actor(helper), candidate=row, reason="표결 전에 정합니다.")
        for member, choice in zip(members, ("for", "against", "against"), strict=True):
            vote(row, member, choice)
        with pytest.raises(RefusedError):
            picking.decide(actor=actor(UserFactory()), candidate=fresh(row), reason="제가 정합니다.")
        with pytest.raises(RefusedError):
            picking.decide(actor=actor(helper), candidate=fresh(row), reason=" ")
        assert fresh(row).state == "counted"
        done = picking.decide(actor=actor(helper), candidate=fresh(row), reason="반대가 더 많았습니다.")
        assert done.state == "passed" and done.decision == "반대가 더 많았습니다."
        with pytest.raises(RefusedError):
            picking.decide(actor=actor(helper), candidate=done, reason="다시 정합니다.")
        with pytest.raises(RefusedError) as refusal:
            proposed(row.idea)
        assert refusal.value.code == "candidate.again"
        with clock.at(factories.later(91)):
            assert proposed(row.idea).number == 2
        told = Event.objects.get(kind="square.candidate_passed")
        assert row.idea.matter.reference in told.also_references

    def test_terms_are_those_of_the_day_it_was_proposed(self) -> None:
        one, two, *_others = group(5)
        row = proposed()
        factories.rule("square.planning", quorum=10, vote_days=1)
        vote(row, one)
        vote(row, two)
        with clock.at(row.due_at + timedelta(seconds=1)):
            picking.count_due()
        assert fresh(row).state == "undecided", "half was needed when it was proposed"

    def test_what_went_on_elsewhere_is_not_voted_on(self) -> None:
        one = group(3)[0]
        row = proposed()
        handling.give_up(actor=actor(row.idea.matter.author), matter=row.idea.matter)
        assert fresh(row).state == "ended"
        with pytest.raises(RefusedError):
            vote(row, one)

    def test_taken_back_only_by_its_proposer_and_before_the_first_vote(self) -> None:
        one = group(3)[0]
        row = proposed()
        with pytest.raises(RefusedError):
            candidates.withdraw(actor=actor(one), candidate=row)
        vote(row, one)
        with pytest.raises(RefusedError) as refusal:
            candidates.withdraw(actor=actor(row.by), candidate=row)
        assert refusal.value.code == "candidate.voted"
        assert fresh(row).state == "open"


def test_a_vote_waits_on_her_page_until_she_has_voted_and_stands_in_her_copy() -> None:
    one, two, _three = group(3)
    row = proposed(by=two)
    assert [item["url"] for item in waiting.rows(actor(one))] == [
        f"/desk/planning/{row.space.slug}/{row.number}/"
    ]
    vote(row, one)
    assert waiting.rows(actor(one)) == []
    mine = square.own_data(one.pk)
    assert [item["choice"] for item in mine["planning_votes"]] == ["for"]
    assert [item["why"] for item in square.own_data(two.pk)["candidates"]] == [WHY]
