"""Versions of codebooks, and what becomes of codings when one changes."""

from __future__ import annotations

from typing import Any

import pytest

from madang.kernel.errors import RefusedError
from madang.services.polls.domain import carrying, codebooks, coding, rulings, tasks
from madang.services.polls.logic.codebook import plan_book
from madang.services.polls.models import Codebook, Coding, Ruling, Task
from tests.factories import actor
from tests.polls.support import PollFactory, analyst, closed_poll, code_all, coder, fixed, sampled, some

pytestmark = pytest.mark.django_db


def change(book: Codebook, lead: Any, at: str, **fields: Any) -> Codebook:
    entry = codebooks.find(book, "codes", at)
    return codebooks.put(
        actor=actor(lead),
        codebook=book,
        part="codes",
        key=at,
        entry=dict(entry or {}) | fields,
        seen=codebooks.digest_of(entry),
    )


def test_only_an_analyst_begins_a_book_and_one_draft_at_a_time() -> None:
    lead = analyst()
    poll = PollFactory()
    with pytest.raises(RefusedError):
        codebooks.start(actor=actor(coder()), poll=poll, body=plan_book().as_dict())
    book = codebooks.start(actor=actor(lead), poll=poll, body=plan_book().as_dict())
    with pytest.raises(RefusedError) as refused:
        codebooks.start(actor=actor(lead), poll=poll, body=plan_book().as_dict())
    assert refused.value.status == 409
    assert list(poll.codebooks.all()) == [book]
    assert (book.body["version"], book.body["key"]) == ("1", poll.code.lower())


def test_an_empty_book_can_be_begun_but_not_fixed() -> None:
    lead = analyst()
    book = codebooks.start(actor=actor(lead), poll=PollFactory(), body=codebooks.EMPTY)
    with pytest.raises(RefusedError) as refused:
        codebooks.fix(actor=actor(lead), codebook=book)
    assert refused.value.status == 422
    book.refresh_from_db()
    assert book.state == "draft"


def test_a_fixed_book_never_changes() -> None:
    lead = analyst()
    book = fixed(PollFactory(), lead)
    before = dict(book.body)
    with pytest.raises(RefusedError):
        change(book, lead, "other", name={"ko": "그 밖", "en": "Else"})
    with pytest.raises(RefusedError):
        codebooks.fix(actor=actor(lead), codebook=book)
    book.refresh_from_db()
    assert book.body == before


def test_a_group_with_codes_and_the_two_codes_apart_cannot_be_taken_out() -> None:
    lead = analyst()
    book = codebooks.start(actor=actor(lead), poll=PollFactory(), body=plan_book().as_dict())
    for part, key in (("groups", "participation"), ("codes", "other"), ("codes", "not_codable")):
        entry = codebooks.find(book, part, key)
        with pytest.raises(RefusedError) as refused:
            codebooks.put(
                actor=actor(lead),
                codebook=book,
                part=part,
                key=key,
                entry=None,
                seen=codebooks.digest_of(entry),
            )
        assert refused.value.status == 422
    book.refresh_from_db()
    assert book.revision == 1


def test_a_key_is_given_once_and_a_renamed_group_keeps_its_codes() -> None:
    lead = analyst()
    book = codebooks.start(actor=actor(lead), poll=PollFactory(), body=plan_book().as_dict())
    with pytest.raises(RefusedError):
        change(book, lead, "communication", key="engagement")
    group = codebooks.find(book, "groups", "participation")
    codes = [one["key"] for one in book.body["codes"] if one["group"] == "participation"]
    book = codebooks.put(
        actor=actor(lead),
        codebook=book,
        part="groups",
        key="participation",
        entry=dict(group or {}) | {"key": "together"},
        seen=codebooks.digest_of(group),
    )
    assert [one["key"] for one in book.body["codes"] if one["group"] == "together"] == codes


def coded_poll() -> tuple[Any, Any, Any, Any, Codebook]:
    lead, one, two = analyst(), coder(), coder()
    poll = closed_poll(some(16))
    book = fixed(poll, lead)
    sampled(poll, book, lead, [one, two])
    wanted = {"소통": "communication", "공정": "fair-transparent"}

    def by_text(text: str) -> str:
        return next((key for word, key in wanted.items() if word in text), "other")

    code_all(book, one, by_text)
    code_all(book, two, by_text)
    return poll, lead, one, two, book


def next_version(poll: Any, lead: Any, book: Codebook) -> Codebook:
    return codebooks.start(actor=actor(lead), poll=poll, body=book.body)


def test_a_new_name_carries_everything_over() -> None:
    poll, lead, one, _two, book = coded_poll()
    before = coding.labels(book)
    draft = next_version(poll, lead, book)
    draft = change(draft, lead, "communication", name={"ko": "소통", "en": "Talking"}, key="talking")
    second = codebooks.fix(actor=actor(lead), codebook=draft)
    after = coding.labels(second)
    assert after.keys() == before.keys()
    renamed = {"communication": "talking"}
    assert {key: renamed.get(label.code, label.code) for key, label in before.items()} == {
        key: label.code for key, label in after.items()
    }
    assert Coding.objects.filter(task__codebook=second, is_carried=False).count() == 0
    # The old version stays as it was.
    assert coding.labels(book) == before
    assert coding.waiting(actor(one), second).count() == 0


def test_a_moved_border_is_read_anew_by_those_who_coded_it() -> None:
    poll, lead, one, two, book = coded_poll()
    hit = Coding.objects.filter(task__codebook=book, code="communication").count()
    assert hit > 0
    draft = change(
        next_version(poll, lead, book), lead, "communication", exclude={"ko": "민원", "en": "Complaints"}
    )
    rows = {row["code"]["key"]: row for row in carrying.foresee(book, draft)}
    assert (rows["communication"]["to"], rows["communication"]["codings"]) == (None, hit)
    second = codebooks.fix(actor=actor(lead), codebook=draft)
    waiting = [coding.waiting(actor(who), second).count() for who in (one, two)]
    assert sum(waiting) == hit
    assert Coding.objects.filter(task__codebook=second).count() == 32 - hit
    assert Task.objects.filter(codebook=second).count() == 32


def test_the_analyst_may_say_that_a_changed_code_still_holds_or_went_into_another() -> None:
    poll, lead, _one, _two, book = coded_poll()
    draft = change(
        next_version(poll, lead, book), lead, "communication", exclude={"ko": "민원", "en": "Complaints"}
    )
    entry = codebooks.find(draft, "codes", "fair-transparent")
    draft = codebooks.put(
        actor=actor(lead),
        codebook=draft,
        part="codes",
        key="fair-transparent",
        entry=None,
        seen=codebooks.digest_of(entry),
    )
    draft = codebooks.settle(
        actor=actor(lead),
        codebook=draft,
        title=draft.body["title"],
        label="single",
        assist=False,
        note="합침",
        mapping={"communication": "communication", "fair-transparent": "other"},
        seen=codebooks.head_digest(draft),
    )
    second = codebooks.fix(actor=actor(lead), codebook=draft)
    found = {label.code for label in coding.labels(second).values()}
    assert found == {"communication", "other"}
    assert len(coding.labels(second)) == 16


def test_rulings_come_over_with_their_reason() -> None:
    poll, lead, _one, two, book = coded_poll()
    task = Task.objects.filter(codebook=book, coder=two).order_by("place").first()
    assert task is not None
    coding.code(actor=actor(two), task=task, code="not_codable")
    response = task.response_id
    rulings.rule(actor=actor(lead), codebook=book, response=response, code="other", reason="무엇인지 압니다.")
    second = codebooks.fix(actor=actor(lead), codebook=next_version(poll, lead, book))
    assert Ruling.objects.get(codebook=second).reason == "무엇인지 압니다."
    assert coding.labels(second)[response].how == coding.RULED


def test_withdrawn_answers_are_not_carried_over() -> None:
    poll, lead, _one, _two, book = coded_poll()
    poll.responses.filter(pk=1).update(is_withdrawn=True)
    second = codebooks.fix(actor=actor(lead), codebook=next_version(poll, lead, book))
    assert not Task.objects.filter(codebook=second, response=1).exists()
    assert tasks.hand_out_rest(actor=actor(lead), codebook=second, coders=[lead]) == 0
