"""Reading the words of a closed poll: in parts, shared, taken over, and the same however it went."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from madang.kernel import clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit
from madang.services.polls import reading
from madang.services.polls.domain import analysing
from madang.services.polls.models import Analysis, Chunk, Reply, Response
from tests.factories import UserFactory, actor
from tests.polls.asking import office, opened, say
from tests.polls.reporting import SCALE, closed

pytestmark = pytest.mark.django_db


def test_the_words_of_a_closed_poll_are_read_and_counted() -> None:
    host, analyst = office()
    poll = closed(lead=(host, analyst))
    ordered = analysing.order(actor=actor(analyst), poll=poll, around=["정부"])
    assert (ordered.state, ordered.total) == ("waiting", 1)
    assert analysing.is_due()
    assert analysing.work() == 1
    ordered.refresh_from_db()
    assert (ordered.state, ordered.done, ordered.error) == ("done", 1, "")
    top = {row["word"]: row["answers"] for row in ordered.result["words"]}
    assert top["정부"] == 12
    assert top["행정"] == 12
    assert not Chunk.objects.exists()
    assert not analysing.is_due()


def test_parts_read_by_two_workers_give_the_same_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    host, analyst = office()
    poll = closed(lead=(host, analyst))
    whole = analysing.order(actor=actor(analyst), poll=poll)
    analysing.work()
    monkeypatch.setattr(analysing, "PART", 7)
    parted = analysing.order(actor=actor(analyst), poll=poll)
    assert parted.total == 4
    mine, others = analysing._take(), analysing._take()
    assert mine is not None
    assert others is not None
    assert mine.number != others.number
    analysing._do(others)
    analysing._do(mine)
    assert analysing.work() == 2
    whole.refresh_from_db()
    parted.refresh_from_db()
    assert parted.digest == whole.digest
    assert whole.digest


@pytest.mark.parametrize("gone", [[], [0], [6, 7, 23], list(range(7, 14))])
def test_parts_found_by_key_are_the_whole_in_its_order(
    monkeypatch: pytest.MonkeyPatch, gone: list[int]
) -> None:
    """Also when answers are withdrawn between ordering and reading: no other part moves."""
    monkeypatch.setattr(analysing, "PART", 7)
    host, analyst = office()
    poll = closed(lead=(host, analyst))
    keys = reading.keys(poll)
    assert keys == sorted(keys)
    assert len(keys) == reading.many(poll) == 24
    parts = list(analysing.order(actor=actor(analyst), poll=poll).chunks.order_by("number"))
    Response.objects.filter(pk__in=[keys[at] for at in gone]).update(is_withdrawn=True)
    with CaptureQueriesContext(connection) as seen:
        read = [reading.answers(poll, part.first, part.last) for part in parts]
    assert [one for part in read for one in part] == reading.answers(poll)
    assert [len(part) for part in read] == [
        sum(at not in gone for at in range(start, min(start + 7, 24))) for start in range(0, 24, 7)
    ]
    assert not any("OFFSET" in query["sql"] for query in seen)


def test_a_poll_without_free_text_has_no_answers_to_read() -> None:
    poll = opened(SCALE)
    assert (reading.many(poll), reading.keys(poll), reading.answers(poll)) == (0, [], [])


def test_a_part_of_a_dead_worker_is_taken_over_after_a_while() -> None:
    host, analyst = office()
    poll = closed(lead=(host, analyst))
    analysing.order(actor=actor(analyst), poll=poll)
    taken = analysing._take()
    assert taken is not None
    assert analysing._take() is None
    with clock.at(clock.now() + analysing.PATIENCE + timedelta(seconds=1)):
        again = analysing._take()
        assert again is not None
        assert again.pk == taken.pk
        analysing._do(again)
    # The first was only slow: what it brings counts no second time.
    analysing._do(taken)
    assert Analysis.objects.get().done == 1


def test_words_are_not_read_while_people_answer() -> None:
    host, analyst = office()
    poll = opened(lead=(host, analyst))
    say(poll)
    with pytest.raises(RefusedError) as refused:
        analysing.order(actor=actor(analyst), poll=poll)
    assert refused.value.code == "polls.not_closed"
    assert not Analysis.objects.exists()


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("stranger", "mandate.coder"),
        ("twice", "polls.reading"),
        ("phrases", "polls.phrases"),
        ("empty", "polls.no_answers"),
    ],
)
def test_a_refusal_leaves_nothing_behind(case: str, code: str) -> None:
    host, analyst = office()
    poll = closed(lead=(host, analyst), answers=0 if case == "empty" else 4)
    who: Any = UserFactory() if case == "stranger" else analyst
    if case == "twice":
        analysing.order(actor=actor(analyst), poll=poll)
    before = (Analysis.objects.count(), Chunk.objects.count(), Audit.objects.count())
    with pytest.raises(RefusedError) as refused:
        analysing.order(actor=actor(who), poll=poll, phrases=["가" * 61] if case == "phrases" else None)
    assert refused.value.code == code
    assert (Analysis.objects.count(), Chunk.objects.count(), Audit.objects.count()) == before


def test_own_wording_of_the_event_is_taken_out() -> None:
    host, analyst = office()
    poll = closed(lead=(host, analyst))
    analysing.order(actor=actor(analyst), poll=poll, phrases=["국민과 소통하는", ""])
    analysing.work()
    result = Analysis.objects.get().result
    assert "국민" not in {row["word"] for row in result["words"]}
    assert sum(result["cleaning"]["boilerplate"]["removed"].values()) == 6


def test_only_answers_that_may_be_quoted_can_be() -> None:
    host, analyst = office()
    poll = closed(lead=(host, analyst))
    Reply.objects.filter(response__may_quote=True, value__startswith="공정").update(
        value="공정한 정부, 제 번호는 010-1234-5678입니다"
    )
    analysing.order(actor=actor(analyst), poll=poll)
    analysing.work()
    found = Analysis.objects.get().quotable
    numbers = {str(at) for at, one in enumerate(reading.answers(poll), 1) if one.may_quote}
    assert found
    assert set(found) <= numbers
    assert not any("1234" in text for text in found.values())
