"""Versions, amendments, authors and topics: what a text becomes, and who counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.commons.matters import queries
from madang.commons.matters.domain import handling
from madang.commons.matters.models import Matter
from madang.commons.notices.models import Event, Follow
from madang.kernel import clock, policy
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Role, Trace
from madang.services.square.domain import amendments, authors, ideas, topics, versions
from madang.services.square.logic import texts
from madang.services.square.models import Amendment, CoAuthor, Idea, Support, TextVersion
from tests import factories
from tests.factories import UserFactory, actor

pytestmark = pytest.mark.django_db

WORDS = st.lists(
    st.sampled_from(["학교", "앞", "길을", "밝게", "the", "road,", "\n", "9시"]), max_size=12
).map(" ".join)


class TestTexts:
    @given(WORDS, WORDS)
    def test_putting_one_change_onto_the_untouched_text_gives_it_back(self, base: str, other: str) -> None:
        assert texts.merge(base, base, other) == texts.Merged(other, ())
        assert texts.merge(base, other, base) == texts.Merged(other, ())

    def test_changes_at_two_places_come_together_and_a_clash_is_said(self) -> None:
        base = "학교 앞 길을 밝게 해 주세요"
        both = texts.merge(base, "학교 앞 도로를 밝게 해 주세요", base + " 밤 9시까지")
        assert both == texts.Merged("학교 앞 도로를 밝게 해 주세요 밤 9시까지", ())
        clash = texts.merge(base, "학교 앞 도로를 밝게 해 주세요", "학교 앞 골목을 밝게 해 주세요")
        assert clash == texts.Merged("학교 앞 도로를 밝게 해 주세요", ("골목을",))

    @given(WORDS, WORDS)
    def test_how_much_changed_lies_between_nothing_and_all(self, one: str, other: str) -> None:
        assert texts.changed(one, one) == 0
        assert 0 <= texts.changed(one, other) <= 1000


def new_text(idea: Idea, body: str = "", **more):
    return versions.write(
        actor=actor(idea.matter.author),
        idea=idea,
        base=more.pop("base", versions.number_of(idea)),
        title=idea.matter.title,
        body=body or idea.matter.body + " 아침 8시부터 9시까지요.",
        reason=more.pop("reason", "시간을 분명히 했습니다."),
    )


class TestVersions:
    def test_the_filed_text_stays_and_the_next_one_stands(self) -> None:
        idea = factories.idea()
        before = idea.matter.body
        new_text(idea)
        rows = list(idea.versions.all())
        assert [(row.number, row.body == before) for row in rows] == [(1, True), (2, False)]
        matter = Matter.objects.get(pk=idea.pk)
        assert matter.body == rows[1].body
        act = Audit.objects.get(action="matters.matter.reword")
        assert act.payload["data"]["version"] == 2

    def test_nothing_written_is_changed_or_deleted(self) -> None:
        idea = factories.idea()
        row = new_text(idea)
        row.body = "다른 글"
        with pytest.raises(TypeError):
            row.save()
        with pytest.raises(TypeError):
            row.delete()
        with pytest.raises(IntegrityError), transaction.atomic():
            TextVersion.objects.create(
                idea=idea, number=2, title="t", body="b", at=clock.now(), reason="again"
            )

    def test_who_read_an_older_version_is_refused(self) -> None:
        idea = factories.idea()
        new_text(idea)
        acts = Audit.objects.count()
        with pytest.raises(RefusedError) as refused:
            new_text(idea, "전혀 다른 내용입니다. 이미 바뀐 줄 몰랐습니다.", base=1)
        assert (refused.value.code, refused.value.status) == ("text.moved", 409)
        assert (idea.versions.count(), Audit.objects.count()) == (2, acts)

    @pytest.mark.parametrize("who", ["stranger", "anonymous"])
    def test_others_do_not_write(self, who: str) -> None:
        idea = factories.idea()
        person = actor(UserFactory() if who == "stranger" else None)
        with pytest.raises(RefusedError):
            versions.write(actor=person, idea=idea, base=1, title="새 제목", body="새 내용", reason="그냥")
        assert not idea.versions.exists()

    def test_once_an_answer_is_owed_it_does_not_change(self) -> None:
        idea = factories.idea()
        factories.supporters(idea, 3)
        with pytest.raises(RefusedError):
            new_text(idea)
        assert not idea.versions.exists()

    def test_supporters_hear_once_of_a_substantial_change_and_never_of_a_small_one(self) -> None:
        idea = factories.idea(
            body="가 나 다 라 마 바 사 아 자 차 카 타 파 하 거 너 더 러 머 버 서 어 저 처 커 터"
        )
        factories.supporters(idea, 1)
        new_text(idea, idea.matter.body + " 퍼")
        assert not Event.objects.filter(kind="matters.reworded").exists()
        idea.matter.refresh_from_db()
        new_text(idea, "완전히 다른 생각을 새로 적었습니다. 모두 다시 읽어 주세요.")
        assert Event.objects.filter(kind="matters.reworded").count() == 1
        assert Support.objects.get(idea=idea).withdrawn_at is None


def proposal(idea: Idea, person=None, body: str = "", base: int = 1) -> Amendment:
    return amendments.propose(
        actor=actor(person or UserFactory()),
        idea=idea,
        base=base,
        title=idea.matter.title,
        body=body or idea.matter.body + " 밤에는 끄면 됩니다.",
        reason="밤에는 필요하지 않습니다.",
    )


class TestAmendments:
    def test_accepted_it_is_the_next_version_with_credit(self) -> None:
        idea = factories.idea()
        row = proposal(idea)
        title, merged = amendments.rebased(row)
        done = amendments.accept(
            actor=actor(idea.matter.author), amendment=row, base=1, title=title, body=merged.text
        )
        version = idea.versions.get(number=2)
        assert (done.state, done.is_partly) == ("accepted", False)
        assert (version.author, version.amendment) == (row.by, done)

    def test_accepted_in_part_says_so(self) -> None:
        idea = factories.idea()
        row = proposal(idea)
        done = amendments.accept(
            actor=actor(idea.matter.author),
            amendment=row,
            base=1,
            title=idea.matter.title,
            body=idea.matter.body + " 밤 10시부터 끄면 됩니다.",
            answer="시간만 정했습니다.",
        )
        assert done.is_partly

    def test_refused_needs_a_reason_that_is_published(self) -> None:
        idea = factories.idea()
        row = proposal(idea)
        with pytest.raises(RefusedError):
            amendments.refuse(actor=actor(idea.matter.author), amendment=row, reason=" ")
        assert Amendment.objects.get().state == "open"
        amendments.refuse(actor=actor(idea.matter.author), amendment=row, reason="밤에도 위험합니다.")
        assert Audit.objects.get(action="square.amendment.refuse").is_public

    def test_a_second_change_meanwhile_is_put_onto_the_version_that_stands(self) -> None:
        idea = factories.idea()
        row = proposal(idea)
        new_text(idea, "먼저, " + idea.matter.body)
        row = Amendment.objects.select_related("idea__matter").get(pk=row.pk)
        _title, merged = amendments.rebased(row)
        assert merged.text.startswith("먼저,") and merged.text.endswith("밤에는 끄면 됩니다.")
        with pytest.raises(RefusedError) as refused:
            amendments.accept(
                actor=actor(idea.matter.author), amendment=row, base=1, title=row.title, body=row.body
            )
        assert refused.value.code == "text.moved"
        assert (Amendment.objects.get().state, idea.versions.count()) == ("open", 2)

    def test_silence_is_said_once_and_then_a_facilitator_may_take_it_up(self) -> None:
        idea = factories.idea()
        row = proposal(idea)
        helper = actor(factories.official(Role.FACILITATOR, idea.matter.host))
        with pytest.raises(RefusedError):  # not while the authors have time
            amendments.accept(
                actor=helper, amendment=row, base=1, title=row.title, body=row.body, answer="필요합니다."
            )
        with clock.at(row.due_at + timedelta(minutes=1)):
            assert (amendments.lapse(), amendments.lapse()) == (1, 0)
            row = Amendment.objects.select_related("idea__matter").get()
            assert row.state == "unanswered"
            amendments.accept(
                actor=helper, amendment=row, base=1, title=row.title, body=row.body, answer="필요합니다."
            )
        assert Amendment.objects.get().state == "accepted"
        assert Audit.objects.filter(action="square.amendment.take_up").count() == 1

    def test_authors_change_the_text_instead_and_nobody_floods(self) -> None:
        idea, person = factories.idea(), UserFactory()
        with pytest.raises(RefusedError):
            proposal(idea, idea.matter.author)
        for part in ("가", "나", "다"):
            proposal(idea, person, idea.matter.body + part)
        with pytest.raises(RefusedError) as refused:
            proposal(idea, person, idea.matter.body + "라")
        assert refused.value.code == "amendment.many"


class TestAuthors:
    def test_an_invited_person_writes_only_after_she_accepted(self) -> None:
        idea, friend = factories.idea(), UserFactory()
        row = authors.invite(actor=actor(idea.matter.author), idea=idea, email=friend.email.upper())
        assert row is not None and not row.is_public
        with pytest.raises(RefusedError):
            versions.write(
                actor=actor(friend), idea=idea, base=1, title="새 제목", body="새 글", reason="고침"
            )
        authors.accept(actor=actor(friend), invitation=row)
        versions.write(actor=actor(friend), idea=idea, base=1, title="새 제목", body="새 글", reason="고침")
        assert idea.versions.get(number=2).author == friend
        assert Audit.objects.get(action="square.coauthor.invite").is_public is False

    def test_whether_an_address_has_an_account_is_not_told(self) -> None:
        idea, friend = factories.idea(), UserFactory()
        one = authors.invite(actor=actor(idea.matter.author), idea=idea, email=friend.email)
        two = authors.invite(actor=actor(idea.matter.author), idea=idea, email="nobody@example.org")
        assert {type(one), type(two)} == {CoAuthor}
        later = UserFactory(email="nobody@example.org")
        assert list(authors.invitations(later)) == [two]
        with pytest.raises(RefusedError):
            authors.accept(actor=actor(friend), invitation=two)

    def test_declining_forgets_the_address(self) -> None:
        idea, friend = factories.idea(), UserFactory()
        row = authors.invite(actor=actor(idea.matter.author), idea=idea, email=friend.email)
        gone = authors.decline(actor=actor(friend), invitation=row)
        assert (gone.state, gone.email) == ("declined", "")


def two_ideas(count: int = 2, **body) -> list[Idea]:
    made = factories.process(**body)
    return [factories.idea(made) for _ in range(count)]


def gathered(rows: list[Idea], **more) -> Idea:
    helper = more.pop("helper", None) or factories.official(Role.FACILITATOR, rows[0].matter.host)
    topic, _filed = topics.gather(
        actor=actor(helper),
        ideas=rows,
        title="통학로를 안전하게",
        body="두 제안을 함께 다듬습니다.",
        reason="같은 길에 관한 제안입니다.",
    )
    return topic


def fresh(idea: Idea) -> Idea:
    return Idea.objects.select_related("matter", "process__space").get(pk=idea.pk)


class TestTopics:
    def test_ideas_and_authors_stay_and_everybody_counts_once(self) -> None:
        one, two = two_ideas(threshold=50)
        both = UserFactory()
        for idea in (one, two):
            ideas.support(actor=actor(both), idea=idea)
            factories.supporters(idea, 2)
        ideas.support(actor=actor(one.matter.author), idea=two)
        topic = gathered([one, two])
        # 2 authors, one who supports both, and 2 of each.
        assert fresh(topic).support_total == 7
        assert {fresh(one).matter.state, fresh(two).matter.state} == {"maturing"}
        assert set(topic.coauthors.values_list("user", flat=True)) == {
            one.matter.author_id,
            two.matter.author_id,
        }
        assert topic.matter.author is None
        assert Trace.objects.filter(kind="becomes", target=topic.matter.reference).count() == 2
        assert set(topics.gathered_references(topic.matter)) == {one.matter.reference, two.matter.reference}

    def test_a_split_idea_gets_its_time_back_and_takes_its_supporters_along(self) -> None:
        one, two = two_ideas(threshold=50)
        factories.supporters(one, 2)
        helper = factories.official(Role.FACILITATOR, one.matter.host)
        topic = gathered([one, two], helper=helper)
        ends = fresh(one).discussion_ends_at
        with clock.at(clock.now() + timedelta(days=5)):
            topics.release(actor=actor(helper), topic=fresh(topic), idea=one, reason="다른 길입니다.")
        back = fresh(one)
        assert (back.matter.state, back.topic_id, back.support_total) == ("open", None, 2)
        assert back.discussion_ends_at - ends >= timedelta(days=5)
        assert fresh(topic).support_total == 1
        assert not topic.coauthors.filter(user=one.matter.author, state="accepted").exists()
        assert Trace.objects.filter(kind="relates", source=topic.matter.reference).count() == 1

    def test_the_last_one_ends_the_topic(self) -> None:
        one, two = two_ideas()
        helper = factories.official(Role.FACILITATOR, one.matter.host)
        topic = gathered([one, two], helper=helper)
        for idea in (one, two):
            topics.release(actor=actor(helper), topic=fresh(topic), idea=idea, reason="따로 다룹니다.")
        assert fresh(topic).matter.state == "closed"

    def test_its_threshold_makes_one_answer_for_all(self) -> None:
        one, two = two_ideas(threshold=4)
        factories.supporters(one, 1)
        topic = gathered([one, two])
        assert fresh(topic).matter.state == "maturing"
        ideas.support(actor=actor(UserFactory()), idea=fresh(two))
        ideas.tally()
        assert fresh(topic).matter.state == "triage"
        assert {fresh(one).matter.merged_into_id, fresh(two).matter.merged_into_id} == {topic.pk}
        ideas.tally()
        assert fresh(topic).support_total == 4
        assert Follow.objects.filter(reference=topic.matter.reference, user=one.matter.author).exists()

    def test_what_is_withdrawn_or_merged_elsewhere_leaves_the_topic_with_its_people(self) -> None:
        one, two, three, other = two_ideas(4, threshold=50)
        for idea in (one, two, three):
            factories.supporters(idea, 1)
        topic = gathered([one, two, three])
        assert fresh(topic).support_total == 6
        handling.withdraw(actor=actor(one.matter.author), matter=one.matter)
        assert (fresh(topic).support_total, fresh(one).topic_id) == (4, None)
        ideas.merge(
            actor=actor(factories.official(Role.TRIAGE, two.matter.host)),
            idea=two,
            into=other,
            reason="같은 말입니다.",
        )
        assert (fresh(topic).support_total, fresh(two).topic_id) == (2, None)
        assert set(topic.coauthors.filter(state="accepted").values_list("user", flat=True)) == {
            three.matter.author_id
        }

    def test_an_idea_never_needs_more_supporters_in_a_topic_than_alone(self) -> None:
        one = factories.idea(factories.process(threshold=2))
        factories.rule("square.test", threshold=40)
        two = factories.idea(one.process)
        assert fresh(gathered([one, two])).threshold == 2

    def test_time_runs_out_and_the_ideas_are_discussed_again(self) -> None:
        one, two = two_ideas(threshold=50)
        topic = gathered([one, two])
        with clock.at(clock.now() + timedelta(days=61)):
            assert ideas.close_ended() == 1
            assert fresh(topic).matter.state == "closed"
            assert (fresh(one).matter.state, fresh(one).topic_id) == ("open", None)
            assert ideas.close_ended() == 0  # they have the time that they had left

    @pytest.mark.parametrize("role", [Role.TRIAGE, Role.PLANNER, Role.OFFICER])
    def test_only_a_facilitator_gathers(self, role: str) -> None:
        one, two = two_ideas()
        with pytest.raises(RefusedError):
            gathered([one, two], helper=factories.official(role, one.matter.host))
        assert not Idea.objects.filter(is_topic=True).exists()
        assert {fresh(one).matter.state, fresh(two).matter.state} == {"open"}

    def test_a_facilitator_sees_nothing_private(self) -> None:
        idea = factories.idea(disclosure="private")
        for role in (Role.FACILITATOR, Role.PLANNER):
            who = actor(factories.official(role, idea.matter.host))
            assert not policy.can("matters.matter.view", who, idea.matter)
            assert not queries.visible(who).filter(pk=idea.pk).exists()
        assert policy.can(
            "matters.matter.view", actor(factories.official(Role.TRIAGE, idea.matter.host)), idea.matter
        )

    def test_what_is_in_a_topic_goes_into_no_other(self) -> None:
        one, two, three = two_ideas(3)
        helper = factories.official(Role.FACILITATOR, one.matter.host)
        gathered([one, two], helper=helper)
        with pytest.raises(RefusedError):
            gathered([fresh(two), three], helper=helper)
        assert Idea.objects.filter(is_topic=True).count() == 1
        assert fresh(three).matter.state == "open"

    @settings(max_examples=12, deadline=None)
    @given(
        st.lists(
            st.one_of(
                st.tuples(st.sampled_from(["support", "back"]), st.integers(0, 3), st.integers(0, 3)),
                st.tuples(st.sampled_from(["add", "release"]), st.integers(0, 2), st.just(0)),
                st.tuples(st.just("tally"), st.just(0), st.just(0)),
            ),
            max_size=14,
        )
    )
    def test_in_any_order_the_total_is_the_number_of_different_people(self, steps) -> None:
        with transaction.atomic():
            self._play(steps)
            transaction.set_rollback(True)

    def _play(self, steps) -> None:
        rows = two_ideas(4, threshold=500)
        helper = factories.official(Role.FACILITATOR, rows[0].matter.host)
        topic = gathered([rows[0], rows[3]], helper=helper)
        people = [UserFactory() for _ in range(4)]
        inside = {0, 3}
        behind: dict[int, set[int]] = {place: set() for place in range(4)}
        for what, place, who in steps:
            idea = fresh(rows[place])
            if what == "support":
                ideas.support(actor=actor(people[who]), idea=idea)
                behind[place].add(people[who].pk)
            elif what == "back":
                ideas.unsupport(actor=actor(people[who]), idea=idea)
                behind[place].discard(people[who].pk)
            elif what == "add" and place not in inside:
                topics.add(actor=actor(helper), topic=fresh(topic), idea=idea, reason="같은 뜻입니다.")
                inside.add(place)
            elif what == "release" and place in inside:
                topics.release(actor=actor(helper), topic=fresh(topic), idea=idea, reason="다른 뜻입니다.")
                inside.discard(place)
            elif what == "tally":
                ideas.tally()
        ideas.tally()
        wanted = {rows[place].matter.author_id for place in inside}.union(
            *(behind[place] for place in inside)
        )
        assert fresh(topic).support_total == len(wanted)
        for place, stand in behind.items():
            assert fresh(rows[place]).support_total == len(stand)
