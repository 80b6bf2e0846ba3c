"""Repeats: never without the count and what has to be weighed, and a board for the author."""

from __future__ import annotations

import pytest

from madang.commons.matters.domain import answers
from madang.commons.matters.models import Answer, Clock, Matter
from madang.commons.notices.models import Event
from madang.kernel import actors
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Role
from madang.services.casework.domain import repeats
from madang.services.casework.models import Repeat, Review
from tests.casework import made
from tests.casework.test_desk_same import publish
from tests.factories import OrganisationFactory, UserFactory, official

pytestmark = pytest.mark.django_db
WEIGHED = {
    "nature": "같은 가로등에 대한 고충민원이며 새로운 사실이 없습니다.",
    "likeness": "앞선 두 민원과 글자까지 거의 같고 같은 장소를 다룹니다.",
    "same_answer": "그 가로등은 이미 철거되어 다른 답변이 있을 수 없습니다.",
    "no_cause": "새로 생긴 사정이나 증거가 없어 정당한 사유를 찾지 못했습니다.",
}


@pytest.fixture
def work():
    office, officer, approver = made.office("lights")
    center = made.center()
    made.route(center, office)
    author = UserFactory()
    arbiter = actors.person(official(Role.ARBITER, OrganisationFactory(code="board")))

    def file(answered: bool = True, **fields):
        case = made.case(center, **({"by": author} | fields))
        if answered:
            publish(case, officer, approver)
        return case

    return file, officer, approver, author, arbiter


def find(officer, case, earlier, **fields):
    known = WEIGHED | {"earlier": [one.pk for one in earlier]} | fields
    return repeats.find(actor=officer, matter=case.matter, **known)


def test_three_filings_and_two_answers_close_the_third_with_four_eyes(work):
    file, officer, approver, _author, _arbiter = work
    first, second, third = file(), file(), file(answered=False)
    answer = find(officer, third, [first, second])
    assert answer.state == "submitted" and answer.disposition == "not_admissible"
    for said in ("3번", "2번", first.matter.number, second.matter.number, "100%", *WEIGHED.values(), "심의"):
        assert said in answer.reason
    with pytest.raises(RefusedError):
        answers.publish(actor=officer, answer=answer)
    answers.publish(actor=approver, answer=answer)
    found = Repeat.objects.get()
    assert (found.count, found.notices, found.earlier.count()) == (3, 2, 2)


@pytest.mark.parametrize("missing", list(WEIGHED))
def test_everything_has_to_be_weighed(work, missing):
    file, officer, *_rest = work
    earlier, third = [file(), file()], file(answered=False)
    before = Audit.objects.count()
    with pytest.raises(RefusedError) as refused:
        find(officer, third, earlier, **{missing: "짧음"})
    assert refused.value.code == f"repeat.{missing}"
    assert not Repeat.objects.exists() and not third.matter.answers.exists()
    assert Audit.objects.count() == before


def test_the_count_is_counted_and_not_said(work):
    file, officer, *_rest = work
    first, second = file(), file(answered=False)
    with pytest.raises(RefusedError) as refused:
        find(officer, second, [first])
    assert refused.value.code == "repeat.count" and "2" in str(refused.value)
    assert not Repeat.objects.exists()


def test_only_answered_ones_of_the_same_person_that_are_alike_count(work):
    file, officer, *_rest = work
    mine, other = file(), file(title="쓰레기통 넘침", body="공원 쓰레기통이 넘쳐서 냄새가 심하게 납니다.")
    strange, open_one, third = file(by=UserFactory()), file(answered=False), file(answered=False)
    for wrong in (other, strange, open_one):
        with pytest.raises(RefusedError) as refused:
            find(officer, third, [mine, wrong])
        assert refused.value.code == "repeat.earlier"
    assert not Repeat.objects.exists()


def test_without_an_account_nobody_is_the_same_person(work):
    file, officer, *_rest = work
    earlier, third = [file(), file()], file(answered=False, is_anonymous=True)
    with pytest.raises(RefusedError) as refused:
        find(officer, third, earlier)
    assert refused.value.code == "repeat.nameless"


def test_the_way_round_the_form_is_closed(work):
    file, officer, *_rest = work
    third = file(answered=False)
    draft = answers.save(
        actor=officer, matter=third.matter, disposition="not_admissible",
        reason="민원 처리에 관한 법률 제23조에 따라 종결합니다. 이상입니다.",
    )  # fmt: skip
    with pytest.raises(RefusedError) as refused:
        answers.submit(actor=officer, answer=draft)
    assert refused.value.code == "answer.incomplete"
    assert Answer.objects.get(pk=draft.pk).state == "draft"


def closed(work):
    file, officer, approver, *_rest = work
    earlier, third = [file(), file()], file(answered=False)
    answers.publish(actor=approver, answer=find(officer, third, earlier))
    return Matter.objects.get(pk=third.pk)


def test_one_click_asks_the_board_once_and_it_may_open_the_case_again(work):
    author, arbiter = work[3], work[4]
    matter = closed(work)
    with pytest.raises(RefusedError):
        repeats.ask_review(actor=actors.person(UserFactory()), matter=matter)
    row = repeats.ask_review(actor=actors.person(author), matter=matter)
    assert repeats.ask_review(actor=actors.person(author), matter=matter) == row
    for who in (work[1], work[2], actors.person(author)):
        with pytest.raises(RefusedError):
            repeats.decide(actor=who, review=row, is_upheld=True, reason="다시 답하십시오.")
    with pytest.raises(RefusedError):
        repeats.decide(actor=arbiter, review=row, is_upheld=True, reason=" ")
    assert Matter.objects.get(pk=matter.pk).state == "answered"
    repeats.decide(actor=arbiter, review=row, is_upheld=True, reason="새 사정이 있습니다. 다시 답하십시오.")
    matter.refresh_from_db()
    assert matter.state == "assigned" and matter.due_at is not None
    assert Clock.objects.filter(matter=matter, state="running").count() == 1


def test_refused_it_stays_closed_with_the_reason(work):
    matter = closed(work)
    row = repeats.ask_review(actor=actors.person(work[3]), matter=matter)
    repeats.decide(actor=work[4], review=row, is_upheld=False, reason="같은 내용입니다.")
    assert Review.objects.get().decision == "같은 내용입니다."
    assert Event.objects.get(kind="casework.review_refused").reference == matter.reference
    assert Matter.objects.get(pk=matter.pk).state == "answered"


def test_there_is_no_board_for_an_ordinary_answer(work):
    case = work[0]()
    with pytest.raises(RefusedError) as refused:
        repeats.ask_review(actor=actors.person(work[3]), matter=case.matter)
    assert refused.value.code == "review.none" and not Review.objects.exists()
