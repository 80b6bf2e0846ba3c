"""Filing, support, thresholds, merging: the rules of the square."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from madang.commons.matters.domain import handling
from madang.commons.matters.models import Assignment, Clock, Matter
from madang.kernel import clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Role, Trace
from madang.services.square.domain import ideas, moderation
from madang.services.square.models import Comment, Idea, Support
from tests import factories
from tests.factories import UserFactory, actor

pytestmark = pytest.mark.django_db


class TestFiling:
    def test_it_gets_number_code_office_and_the_rules_of_today(self) -> None:
        process = factories.process()
        idea, filed = ideas.file(actor=actor(), process=process, title="제목입니다", body="내용입니다")
        matter = filed.matter
        assert matter.number.startswith("ID-")
        assert matter.responsible == process.space.host
        assert matter.assignments.filter(ended_at__isnull=True).count() == 1
        assert idea.threshold == matter.rule.body["threshold"] == 3
        assert filed.code not in str(Matter.objects.values().get(pk=matter.pk))

    def test_later_rules_do_not_touch_it(self) -> None:
        process = factories.process()
        idea = factories.idea(process)
        factories.rule("square.test", threshold=1)
        factories.supporters(idea, 1)
        assert Idea.objects.get(pk=idea.pk).qualified_at is None
        assert factories.idea(process).threshold == 1

    def test_a_closed_phase_refuses_and_writes_nothing(self) -> None:
        process = factories.process()
        process.cells.update(can_file=False)
        with pytest.raises(RefusedError):
            ideas.file(actor=actor(UserFactory()), process=process, title="제목", body="내용")
        assert (Matter.objects.count(), Audit.objects.count()) == (0, 0)

    def test_an_account_is_asked_for_where_the_rules_say_so(self) -> None:
        process = factories.process(filing="account")
        with pytest.raises(RefusedError) as refused:
            ideas.file(actor=actor(), process=process, title="제목", body="내용")
        assert refused.value.code == "sign_in"
        assert Matter.objects.count() == 0

    def test_numbers_are_gapless_within_a_month(self) -> None:
        numbers = [factories.idea().matter.number for _ in range(3)]
        assert [int(number.split("-")[2]) for number in numbers] == [1, 2, 3]


class TestSupport:
    def test_twice_is_once(self) -> None:
        idea, person = factories.idea(), actor(UserFactory())
        assert ideas.support(actor=person, idea=idea) is True
        assert ideas.support(actor=person, idea=idea) is False
        assert Support.objects.filter(idea=idea).count() == 1

    def test_the_database_refuses_a_second_row(self) -> None:
        idea, person = factories.idea(), UserFactory()
        now = clock.now()
        Support.objects.create(idea=idea, supporter=person, at=now, changed_at=now)
        with pytest.raises(IntegrityError), transaction.atomic():
            Support.objects.create(idea=idea, supporter=person, at=now, changed_at=now)

    def test_taken_back_and_given_again(self) -> None:
        idea, person = factories.idea(), actor(UserFactory())
        ideas.support(actor=person, idea=idea)
        assert ideas.unsupport(actor=person, idea=idea) is True
        ideas.tally()
        assert Idea.objects.get(pk=idea.pk).support_total == 0
        assert ideas.support(actor=person, idea=idea) is True
        ideas.tally()
        assert Idea.objects.get(pk=idea.pk).support_total == 1

    def test_not_ones_own_and_not_without_account(self) -> None:
        author = UserFactory()
        idea = factories.idea(author=author)
        for who, code in ((actor(author), "idea.own"), (actor(), "sign_in")):
            with pytest.raises(RefusedError) as refused:
                ideas.support(actor=who, idea=idea)
            assert refused.value.code == code
        assert Support.objects.count() == 0

    @pytest.mark.django_db(transaction=True)
    def test_two_racing_clicks_count_once(self) -> None:
        idea, person = factories.idea(), UserFactory()
        barrier = threading.Barrier(2)
        outcomes: list[object] = []

        def click() -> None:
            try:
                barrier.wait(timeout=10)
                outcomes.append(ideas.support(actor=actor(person), idea=idea))
            except RefusedError as error:
                outcomes.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=click) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        assert sorted(map(str, outcomes)) == ["False", "True"]
        assert Support.objects.filter(idea=idea, withdrawn_at__isnull=True).count() == 1


class TestThreshold:
    def test_reaching_it_starts_the_clock_once(self) -> None:
        idea = factories.idea()
        factories.supporters(idea, 2)
        assert Matter.objects.get(pk=idea.pk).state == "open"
        factories.supporters(idea, 1)
        matter = Matter.objects.get(pk=idea.pk)
        assert (matter.state, Clock.objects.filter(matter=matter).count()) == ("triage", 1)
        assert matter.due_at is not None
        factories.supporters(idea, 1)
        assert Clock.objects.filter(matter=matter).count() == 1

    def test_support_that_counted_cannot_be_taken_back(self) -> None:
        idea, person = factories.idea(), actor(UserFactory())
        ideas.support(actor=person, idea=idea)
        factories.supporters(idea, 2)
        with pytest.raises(RefusedError) as refused:
            ideas.unsupport(actor=person, idea=Idea.objects.get(pk=idea.pk))
        assert refused.value.code == "support.counted"
        assert Support.objects.filter(idea=idea, withdrawn_at__isnull=True).count() == 3

    def test_below_it_the_discussion_ends_with_its_numbers(self) -> None:
        idea = factories.idea()
        factories.supporters(idea, 1)
        with clock.at(clock.now() + timedelta(days=61)):
            assert ideas.close_ended() == 1
        act = Audit.objects.get(action="matters.matter.close")
        assert (act.after, act.reason) == ("closed", "1 / 3")


class TestMerge:
    def test_people_move_along_and_count_once(self) -> None:
        first, twin = factories.idea(), factories.idea(title="같은 뜻의 다른 제안입니다")
        both, only = UserFactory(), UserFactory()
        for person, idea in ((both, first), (both, twin), (only, twin)):
            ideas.support(actor=actor(person), idea=idea)
        triage = factories.official(Role.TRIAGE, first.matter.host)
        ideas.merge(actor=actor(triage), idea=twin, into=first, reason="같은 제안입니다")
        ideas.tally()
        # both, only, and the author of the twin.
        assert Idea.objects.get(pk=first.pk).support_total == 3
        merged = Matter.objects.get(pk=twin.pk)
        assert (merged.state, merged.merged_into_id) == ("merged", first.pk)
        assert Trace.objects.filter(kind="merges", source=merged.reference).count() == 1

    def test_not_into_itself_nor_into_what_was_merged(self) -> None:
        first, second, third = factories.idea(), factories.idea(), factories.idea()
        who = actor(factories.official(Role.TRIAGE, first.matter.host))
        ideas.merge(actor=who, idea=second, into=first, reason="같은 제안")
        for target in (third, second):
            with pytest.raises(RefusedError):
                ideas.merge(actor=who, idea=third, into=Idea.objects.get(pk=target.pk), reason="같은 제안")
        assert Matter.objects.get(pk=third.pk).state == "open"


class TestRetype:
    def test_date_number_supporters_and_receipt_stay(self) -> None:
        idea = factories.idea()
        factories.supporters(idea, 2)
        before = Matter.objects.get(pk=idea.pk)
        who = actor(factories.official(Role.TRIAGE, before.host))
        handling.retype(actor=who, matter=before, kind="question", reason="절차를 묻는 글입니다")
        after = Matter.objects.get(pk=idea.pk)
        for name in ("number", "filed_at", "code_hash", "rule_id"):
            assert getattr(after, name) == getattr(before, name)
        assert (after.kind, after.state) == ("question", "triage")
        assert Support.objects.filter(idea=idea).count() == 2
        assert Clock.objects.get(matter=after).rule.code == "matters.answer.question"
        handling.retype(actor=who, matter=after, kind="idea", reason="다시 보니 제안입니다")
        back = Matter.objects.get(pk=idea.pk)
        assert (back.kind, back.state, back.due_at) == ("idea", "open", None)


class TestDatabaseRules:
    def test_one_open_assignment(self) -> None:
        matter = factories.idea().matter
        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.create(
                matter=matter, organisation=factories.OrganisationFactory(), started_at=clock.now()
            )

    def test_never_without_an_office(self) -> None:
        matter = factories.idea().matter
        with pytest.raises(IntegrityError), transaction.atomic():
            Matter.objects.filter(pk=matter.pk).update(responsible=None)

    def test_merged_means_merged_into_something(self) -> None:
        matter = factories.idea().matter
        with pytest.raises(IntegrityError), transaction.atomic():
            Matter.objects.filter(pk=matter.pk).update(state="merged", ended_at=clock.now())


class TestComments:
    def test_replies_hang_on_the_first_level(self) -> None:
        idea = factories.idea()
        first = ideas.comment(actor=actor(UserFactory()), idea=idea, body="찬성합니다", stance="for")
        second = ideas.comment(
            actor=actor(UserFactory()), idea=idea, body="왜요", stance="question", parent=first
        )
        third = ideas.comment(
            actor=actor(UserFactory()), idea=idea, body="그래서요", stance="for", parent=second
        )
        assert (second.parent, third.parent) == (first, first)

    def test_empty_words_are_refused(self) -> None:
        idea = factories.idea()
        with pytest.raises(RefusedError):
            ideas.comment(actor=actor(UserFactory()), idea=idea, body=" \u202e ", stance="for")
        assert Comment.objects.count() == 0

    def test_moderation_needs_a_published_reason_and_a_mandate(self) -> None:
        idea = factories.idea()
        comment = ideas.comment(actor=actor(UserFactory()), idea=idea, body="광고입니다", stance="for")
        moderator = actor(factories.official(Role.MODERATOR, idea.matter.host))
        with pytest.raises(RefusedError):
            moderation.hide_comment(actor=moderator, comment=comment, reason_code="because", reason="싫어서")
        with pytest.raises(RefusedError):
            moderation.hide_comment(
                actor=actor(UserFactory()), comment=comment, reason_code="advertising", reason="광고"
            )
        comment.refresh_from_db()
        assert comment.state == "shown"
        moderation.hide_comment(
            actor=moderator, comment=comment, reason_code="advertising", reason="광고입니다"
        )
        comment.refresh_from_db()
        assert (comment.state, comment.hide_reason) == ("hidden", "advertising")
