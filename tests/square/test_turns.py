"""Whose turn it is: exactly one, or nobody because it has ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from madang.commons.matters.domain import answers, handling
from madang.commons.matters.enums import ENDED, State
from madang.kernel.models import Role
from madang.services.square import turns as reading
from madang.services.square.domain import ideas
from madang.services.square.logic.turns import Does, Facts, Turn, Who, whose
from madang.services.square.web import turns as words
from tests import factories
from tests.factories import actor
from tests.square.test_growing import fresh, gathered, proposal, two_ideas

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))
PAIRS = st.none() | st.tuples(MOMENTS, MOMENTS)
FACTS = st.builds(
    Facts,
    state=st.sampled_from(State.values),
    filed_at=MOMENTS,
    ended_at=st.none() | MOMENTS,
    owed_since=st.none() | MOMENTS,
    due_at=st.none() | MOMENTS,
    discussion_ends_at=st.none() | MOMENTS,
    is_topic=st.booleans(),
    is_in_topic=st.booleans(),
    amendment=PAIRS,
    question=PAIRS,
    step_back=PAIRS,
    effect=st.none() | st.tuples(MOMENTS, st.none() | MOMENTS.map(lambda at: at.date())),
    dispute=PAIRS,
    dispute_replied=st.none() | MOMENTS,
    objection=st.none() | st.tuples(MOMENTS, MOMENTS.map(lambda at: at.date())),
)


@given(FACTS)
def test_there_is_always_exactly_one_turn_with_words(facts: Facts) -> None:
    turn = whose(facts)
    assert (turn.who == Who.NOBODY) == (turn.does == Does.NOTHING)
    if turn.who == Who.NOBODY:
        assert facts.state in ENDED
    if facts.state in ("merged", "withdrawn", "closed"):
        assert turn.who == Who.NOBODY
    assert turn.does in words.DOES
    assert turn.who in words.WHO or turn.who in (Who.OFFICE, Who.OWNER)


@pytest.mark.django_db
class TestReading:
    def test_from_filing_to_the_end(self) -> None:
        idea = factories.idea(factories.process(threshold=1))
        host = idea.matter.host
        assert reading.one(idea) == Turn(
            Who.EVERYONE, Does.DISCUSS, idea.matter.filed_at, idea.discussion_ends_at
        )
        row = proposal(idea)
        assert reading.one(fresh(idea)) == Turn(Who.AUTHORS, Does.ANSWER_AMENDMENT, row.at, row.due_at)
        factories.supporters(idea, 1)
        assert reading.one(fresh(idea)).who == Who.TRIAGE
        handling.assign(actor=actor(factories.official(Role.TRIAGE, host)), matter=idea.matter, office=host)
        assert reading.one(fresh(idea)).who == Who.OFFICE
        officer = actor(factories.official(Role.APPROVER, host))
        draft = answers.save(
            actor=officer,
            matter=idea.matter,
            disposition="rejected",
            reason="이 길은 시의 땅이 아니어서 바꿀 수 없습니다. 관리 기관에 전했습니다.",
        )
        draft = answers.submit(actor=officer, answer=draft)
        answers.publish(actor=actor(factories.official(Role.APPROVER, host)), answer=draft)
        assert reading.one(fresh(idea)).does == Does.OBJECT

    def test_a_list_asks_as_often_for_thirty_as_for_one(self) -> None:
        rows = two_ideas(2, threshold=50)
        for row in rows:
            proposal(row)
        gathered(rows)
        made = rows[0].process
        with CaptureQueriesContext(
            connection,
        ) as few:
            reading.of([fresh(rows[0])])
        for _ in range(28):
            proposal(factories.idea(made))
        many = list(factories.Idea.objects.select_related("matter__rule"))
        with CaptureQueriesContext(connection) as lots:
            assert len(reading.of(many)) == len(many)
        assert len(lots) <= len(few)

    def test_what_is_gathered_waits_for_the_facilitator(self) -> None:
        rows = two_ideas(2, threshold=50)
        topic = gathered(rows)
        assert reading.one(fresh(rows[0])).does == Does.IN_TOPIC
        found = reading.one(fresh(topic))
        assert (found.does, found.until) == (Does.MATURE, topic.discussion_ends_at)
        assert topic.discussion_ends_at - topic.matter.filed_at == timedelta(days=60)
        ideas.tally()
