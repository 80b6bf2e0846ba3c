"""Giving out, coding, undoing; who sees what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.kernel.errors import RefusedError
from madang.services.polls.domain import agreeing, coding, tasks
from madang.services.polls.enums import PollState
from madang.services.polls.logic import alike, sampling
from madang.services.polls.models import Coding, Ruling, Task
from tests.factories import UserFactory, actor
from tests.polls.support import analyst, answers, closed_poll, code_all, coder, fixed, sampled, some

pytestmark = pytest.mark.django_db


@given(
    items=st.lists(st.integers(0, 2**62), unique=True, max_size=60),
    coders=st.lists(st.integers(1, 99), unique=True, min_size=2, max_size=6),
    each=st.integers(1, 2),
)
def test_shares_are_whole_and_even(items: list[int], coders: list[int], each: int) -> None:
    shares = sampling.shared_out(items, coders, each=each)
    for item in items:
        assert sum(item in mine for mine in shares.values()) == each
    sizes = [len(mine) for mine in shares.values()]
    assert max(sizes) - min(sizes) <= each
    assert all(len(set(mine)) == len(mine) for mine in shares.values())


@given(items=st.lists(st.integers(0, 2**62), unique=True, max_size=40), seed=st.text(max_size=8))
def test_a_draw_depends_on_nothing_but_the_seed(items: list[int], seed: str) -> None:
    assert sampling.shuffled(items, seed) == sampling.shuffled(reversed(items), seed)
    assert sorted(sampling.shuffled(items, seed)) == sorted(items)


def test_a_sample_is_double_and_each_coder_has_an_own_order() -> None:
    lead, one, two = analyst(), coder(), coder()
    poll = closed_poll(some(40))
    book = fixed(poll, lead)
    assert sampled(poll, book, lead, [one, two], size=30) == 30
    rows = {
        who.pk: list(Task.objects.filter(coder=who).order_by("place").values_list("response", flat=True))
        for who in (one, two)
    }
    assert len(rows[one.pk]) == len(rows[two.pk]) == 30
    assert set(rows[one.pk]) == set(rows[two.pk])
    assert rows[one.pk] != rows[two.pk]
    drawn = sampling.shuffled(tasks.texts(poll), tasks.seed_of(book))[:30]
    assert set(drawn) == set(rows[one.pk])


def test_a_sample_is_drawn_once_by_an_analyst_for_two_of_the_office_and_after_closing() -> None:
    lead, one, two = analyst(), coder(), coder()
    poll = closed_poll(some(10))
    book = fixed(poll, lead)
    for who, people, status in (
        (one, [one, two], 403),
        (lead, [one], 422),
        (lead, [one, UserFactory()], 422),
    ):
        with pytest.raises(RefusedError) as refused:
            sampled(poll, book, who, people)
        assert refused.value.status == status
    poll.state = PollState.OPEN
    poll.save()
    with pytest.raises(RefusedError) as refused:
        sampled(poll, book, lead, [one, two])
    assert refused.value.code == "tasks.poll_open"
    assert not Task.objects.exists()
    poll.state = PollState.CLOSED
    poll.save()
    sampled(poll, book, lead, [one, two])
    with pytest.raises(RefusedError) as refused:
        sampled(poll, book, lead, [one, two])
    assert refused.value.code == "tasks.drawn"
    assert Task.objects.count() == 20


def test_nobody_codes_what_another_was_given_or_with_an_unknown_code() -> None:
    lead, one, two = analyst(), coder(), coder()
    poll = closed_poll(some(4))
    book = fixed(poll, lead)
    sampled(poll, book, lead, [one, two])
    task = Task.objects.filter(coder=one).first()
    assert task is not None
    for who, key, status in ((two, "other", 403), (one, "no-such-code", 422)):
        with pytest.raises(RefusedError) as refused:
            coding.code(actor=actor(who), task=task, code=key)
        assert refused.value.status == status
    assert not Coding.objects.exists()


def test_a_coding_can_be_changed_and_undone_until_somebody_ruled() -> None:
    lead, one, two = analyst(), coder(), coder()
    poll = closed_poll(some(3))
    book = fixed(poll, lead)
    sampled(poll, book, lead, [one, two])
    task = Task.objects.filter(coder=one).order_by("place").first()
    assert task is not None
    coding.code(actor=actor(one), task=task, code="other")
    coding.code(actor=actor(one), task=task, code="not_codable")
    assert Coding.objects.get().code == "not_codable"
    assert coding.undo(actor=actor(two), codebook=book) is None
    assert Coding.objects.count() == 1
    assert coding.undo(actor=actor(one), codebook=book) == task
    assert not Coding.objects.exists()
    coding.code(actor=actor(one), task=task, code="other")
    Ruling.objects.create(
        codebook=book, response=task.response, code="other", reason="x", by=lead, at=book.created_at
    )
    with pytest.raises(RefusedError):
        coding.code(actor=actor(one), task=task, code="not_codable")
    with pytest.raises(RefusedError):
        coding.undo(actor=actor(one), codebook=book)
    assert Coding.objects.get().code == "other"


def test_answers_that_say_the_same_are_coded_and_undone_in_one_act() -> None:
    lead, one = analyst(), coder()
    poll = closed_poll(["소통하는 정부", "소통하는  정부!", "소통하는정부", "공정한 정부"])
    book = fixed(poll, lead)
    assert tasks.hand_out_rest(actor=actor(lead), codebook=book, coders=[one]) == 4
    task = Task.objects.get(response=1)
    assert coding.alike(task).count() == 2
    assert coding.code(actor=actor(one), task=task, code="communication", with_alike=True) == 3
    assert set(coding.labels(book)) == {1, 2, 3}
    coding.undo(actor=actor(one), codebook=book)
    assert not Coding.objects.exists()


def test_answers_that_say_the_same_go_to_the_same_coder() -> None:
    lead, one, two = analyst(), coder(), coder()
    poll = closed_poll([f"{n % 5}번 의견" for n in range(20)])
    book = fixed(poll, lead)
    tasks.hand_out_rest(actor=actor(lead), codebook=book, coders=[one, two])
    by_key: dict[str, set[int]] = {}
    for task in Task.objects.all():
        by_key.setdefault(task.alike, set()).add(task.coder_id)
    assert len(by_key) == 5
    assert all(len(who) == 1 for who in by_key.values())
    assert Task.objects.filter(coder=two).exists()


def test_later_goes_to_the_end_of_the_row() -> None:
    lead, one = analyst(), coder()
    poll = closed_poll(some(3))
    book = fixed(poll, lead)
    tasks.hand_out_rest(actor=actor(lead), codebook=book, coders=[one])
    first = coding.waiting(actor(one), book)[0]
    coding.skip(actor=actor(one), task=first)
    assert [task.pk for task in coding.waiting(actor(one), book)][-1] == first.pk


def test_a_label_needs_both_of_the_sample_and_their_agreement() -> None:
    lead, one, two = analyst(), coder(), coder()
    poll = closed_poll(some(4))
    book = fixed(poll, lead)
    sampled(poll, book, lead, [one, two])
    code_all(book, one, "fair-transparent")
    assert coding.labels(book) == {}
    code_all(book, two, lambda text: "other" if text.endswith("0") else "fair-transparent")
    found = coding.labels(book)
    assert len(found) == 3
    assert {label.how for label in found.values()} == {coding.AGREED}


def test_what_somebody_leaves_is_handed_on_and_what_she_coded_stays() -> None:
    lead, one, two, three = analyst(), coder(), coder(), coder()
    poll = closed_poll(some(12))
    book = fixed(poll, lead)
    sampled(poll, book, lead, [one, two, three])
    for task in list(coding.waiting(actor(one), book))[:3]:
        coding.code(actor=actor(one), task=task, code="other")
    before = Task.objects.count()
    moved, stuck = tasks.hand_on(actor=actor(lead), codebook=book, coder=one)
    assert moved + stuck == 5
    assert stuck == 0
    assert Task.objects.filter(coder=one).count() == Coding.objects.filter(task__coder=one).count() == 3
    assert Task.objects.count() == before
    for response in {task.response_id for task in Task.objects.all()}:
        assert Task.objects.filter(response=response).values("coder").distinct().count() == 2
    places = list(Task.objects.filter(coder=two).values_list("place", flat=True))
    assert len(places) == len(set(places))


def test_what_nobody_else_can_take_stays_and_is_said() -> None:
    lead, one, two = analyst(), coder(), coder()
    poll = closed_poll(some(4))
    book = fixed(poll, lead)
    sampled(poll, book, lead, [one, two])
    assert tasks.hand_on(actor=actor(lead), codebook=book, coder=one) == (0, 4)
    assert Task.objects.filter(coder=one).count() == 4


def test_withdrawn_answers_are_read_by_nobody() -> None:
    lead, one, two = analyst(), coder(), coder()
    poll = closed_poll(some(4))
    book = fixed(poll, lead)
    poll.responses.filter(pk=1).update(is_withdrawn=True)
    assert sampled(poll, book, lead, [one, two]) == 3
    poll.responses.filter(pk=2).update(is_withdrawn=True)
    assert coding.waiting(actor(one), book).count() == 2


def test_after_every_five_hundred_a_second_one_looks_at_twenty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "EVERY", 10)
    monkeypatch.setattr(tasks, "AGAIN", 4)
    lead, one, two = analyst(), coder(), coder()
    poll = closed_poll(some(25))
    book = fixed(poll, lead)
    tasks.hand_out_rest(actor=actor(lead), codebook=book, coders=[one])
    assert tasks.look_back() == 0
    code_all(book, one, "other")
    assert tasks.look_back() == 8
    assert tasks.look_back() == 0
    again = Task.objects.filter(purpose=tasks.DRIFT)
    assert not again.filter(coder=one).exists()
    assert len(coding.labels(book)) == 25
    code_all(book, two, "other")
    code_all(book, lead, "other")
    assert agreeing.figures(book)["drift"]["answers"] == 8


def test_agreement_is_counted_from_double_codings_alone() -> None:
    lead, one, two = analyst(), coder(), coder()
    poll = closed_poll(some(40))
    book = fixed(poll, lead)
    sampled(poll, book, lead, [one, two], size=30)
    keys = [code["key"] for code in book.body["codes"]]
    by_text = {text: keys[n % 4] for n, text in enumerate(sorted(tasks.texts(poll).values()))}
    code_all(book, one, by_text.__getitem__)
    assert agreeing.figures(book)["all"]["answers"] == 0
    code_all(book, two, by_text.__getitem__)
    found = agreeing.figures(book)
    assert (found["all"]["alpha"], found["all"]["answers"]) == (1.0, 30)
    assert found["all"]["verdict"] == "publish"
    assert sum(found["confusion"].values()) == 30
    changed = Task.objects.filter(coder=two).order_by("place").first()
    assert changed is not None
    coding.code(actor=actor(two), task=changed, code="not_codable")
    assert agreeing.figures(book)["all"]["alpha"] < 1


def test_more_answers_later_are_given_out_too() -> None:
    lead, one = analyst(), coder()
    poll = closed_poll(some(3))
    book = fixed(poll, lead)
    tasks.hand_out_rest(actor=actor(lead), codebook=book, coders=[one], count=2)
    answers(poll, some(2))
    assert tasks.hand_out_rest(actor=actor(lead), codebook=book, coders=[one]) == 3


@given(st.lists(st.text(alphabet="가나다라마 .!", max_size=24), max_size=14))
def test_what_says_the_same_has_one_key_whatever_the_order(said: list[str]) -> None:
    texts = dict(enumerate(said))
    found = alike.keys(texts)
    assert found == alike.keys(dict(reversed(texts.items())))
    for one, text in texts.items():
        assert bool(found[one]) == bool(alike.letters(text))
        for other, second in texts.items():
            if alike.letters(text) == alike.letters(second):
                assert found[one] == found[other]


def test_nearly_the_same_is_the_same_and_short_texts_are_not_stretched() -> None:
    found = alike.keys(
        {
            1: "동네 골목길에 가로등을 더 설치해 주세요",
            2: "동네 골목길에 가로등을 더 많이 설치해 주세요!",
            3: "동네 도서관을 더 늦게까지 열어 주세요",
            4: "소통하는 정부",
            5: "소통하는 정치",
        }
    )
    assert found[1] == found[2]
    assert len(set(found.values())) == 4
