"""A person objects to how her answer was coded; somebody who did not code it answers, in time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from madang.kernel import clock, ids
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Rule
from madang.services.polls import coding_api
from madang.services.polls.domain import coding, objections, tasks
from madang.services.polls.models import Codebook, Objection, Poll, Response, Ruling, Slip, Task
from tests.factories import actor
from tests.polls.support import analyst, closed_poll, code_all, coder, fixed

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 3, 6, 10, tzinfo=clock.SEOUL)


@pytest.fixture
def poll() -> Poll:
    return closed_poll(["소통하는 정부", "공정한 정부"])


def coded_by(poll: Poll, who: Any, lead: Any) -> Codebook:
    book = fixed(poll, lead)
    tasks.hand_out_rest(actor=actor(lead), codebook=book, coders=[who])
    code_all(book, who, "other")
    return book


def rule(amount: int, valid_from: date, valid_to: date | None = None) -> Rule:
    return Rule.objects.create(
        code=objections.RULE,
        version=Rule.objects.filter(code=objections.RULE).count() + 1,
        valid_from=valid_from,
        valid_to=valid_to,
        body={"answer": {"amount": amount, "unit": "days"}},
    )


def test_due_by_working_days_of_the_rule_of_that_day(poll: Poll) -> None:
    first = rule(10, date(2026, 1, 1), date(2026, 3, 31))
    rule(20, date(2026, 4, 1))
    book = coded_by(poll, coder(), analyst())
    with clock.at(FRIDAY):
        made = objections.object_(response=poll.responses.first(), codebook=book, text="소통 이야기입니다.")
    assert made.rule == first
    # 6 March is the first of ten working days; the tenth is Thursday 19.
    assert clock.seoul(made.due_at).date() == date(2026, 3, 19)
    assert Audit.objects.filter(target=made.reference, actor__isnull=False).count() == 0


def test_without_a_rule_fourteen_working_days(poll: Poll) -> None:
    book = coded_by(poll, coder(), analyst())
    with clock.at(FRIDAY):
        made = objections.object_(response=poll.responses.first(), codebook=book, text="아닙니다.")
    assert made.rule is None
    assert clock.seoul(made.due_at).date() == date(2026, 3, 25)


def test_nothing_to_object_to_before_there_is_a_code_and_only_once(poll: Poll) -> None:
    lead, one = analyst(), coder()
    book = fixed(poll, lead)
    response = poll.responses.get(pk=1)
    with pytest.raises(RefusedError) as refused:
        objections.object_(response=response, codebook=book, text="아닙니다.")
    assert refused.value.code == "objection.uncoded"
    tasks.hand_out_rest(actor=actor(lead), codebook=book, coders=[one])
    code_all(book, one, "other")
    for said, wanted, status in (("  ", "", 422), ("아닙니다.", "no-such", 422)):
        with pytest.raises(RefusedError) as refused:
            objections.object_(response=response, codebook=book, text=said, wanted=wanted)
        assert refused.value.status == status
    assert not Objection.objects.exists()
    objections.object_(response=response, codebook=book, text="아닙니다.", wanted="communication")
    with pytest.raises(RefusedError) as refused:
        objections.object_(response=response, codebook=book, text="또 아닙니다.")
    assert refused.value.code == "objection.again"
    assert Objection.objects.count() == 1


def test_whoever_coded_it_does_not_answer_and_upholding_makes_a_ruling(poll: Poll) -> None:
    lead, other = analyst(), analyst()
    book = coded_by(poll, lead, lead)
    response = poll.responses.get(pk=1)
    made = objections.object_(
        response=response, codebook=book, text="소통 이야기입니다.", wanted="communication"
    )
    for who in (lead, coder()):
        with pytest.raises(RefusedError) as refused:
            objections.refuse(actor=actor(who), objection=made, reason="그대로입니다.")
        assert refused.value.status == 403
    with pytest.raises(RefusedError) as refused:
        objections.uphold(actor=actor(other), objection=made, code="other", reason="같은 코드입니다.")
    assert refused.value.code == "objection.same"
    made.refresh_from_db()
    assert (made.state, made.answer, Ruling.objects.count()) == ("open", "", 0)
    ruling = objections.uphold(
        actor=actor(other), objection=made, code="communication", reason="소통을 말했습니다."
    )
    made.refresh_from_db()
    assert (made.state, ruling.objection, made.by) == ("upheld", made, other)
    found = coding_api.coded(response)
    assert found is not None
    assert (found.code["key"], found.how, found.reason) == ("communication", "ruled", "소통을 말했습니다.")
    with pytest.raises(RefusedError) as refused:
        objections.refuse(actor=actor(other), objection=made, reason="다시.")
    assert refused.value.status == 409


def test_a_refusal_needs_a_reason_and_changes_no_code(poll: Poll) -> None:
    lead, other = analyst(), analyst()
    book = coded_by(poll, lead, lead)
    made = objections.object_(response=poll.responses.get(pk=1), codebook=book, text="아닙니다.")
    with pytest.raises(RefusedError):
        objections.refuse(actor=actor(other), objection=made, reason="  ")
    made.refresh_from_db()
    assert made.state == "open"
    objections.refuse(actor=actor(other), objection=made, reason="정의에 맞습니다.")
    assert coding.labels(book)[1].code == "other"
    assert not Ruling.objects.exists()


def test_two_analysts_answer_at_once_the_second_reads_both(poll: Poll) -> None:
    lead, first, second = analyst(), analyst(), analyst()
    made = objections.object_(
        response=poll.responses.get(pk=1), codebook=coded_by(poll, lead, lead), text="아닙니다."
    )
    path = reverse("desk_objection", args=[poll.code, made.pk])
    pages = [Client(), Client()]
    for page, who in zip(pages, (first, second), strict=True):
        page.force_login(who)
    assert pages[0].post(path, {"verdict": "refuse", "reason": "정의에 맞습니다."}).status_code == 302
    told = pages[1].post(path, {"verdict": "uphold", "code": "communication", "reason": "소통이 맞습니다."})
    assert told.status_code == 409
    for words in ("정의에 맞습니다.", "소통이 맞습니다.", first.shown_name):
        assert words in told.content.decode()
    made.refresh_from_db()
    assert (made.state, made.by, Ruling.objects.count()) == ("refused", first, 0)


def test_late_ones_are_counted_for_everybody(poll: Poll) -> None:
    lead, other = analyst(), analyst()
    book = coded_by(poll, lead, lead)
    with clock.at(FRIDAY):
        one = objections.object_(response=poll.responses.get(pk=1), codebook=book, text="하나")
        objections.object_(response=poll.responses.get(pk=2), codebook=book, text="둘")
        assert objections.counts(poll).late == 0
    with clock.at(FRIDAY + timedelta(days=40)):
        assert objections.counts(poll).late == 2
        objections.refuse(actor=actor(other), objection=one, reason="정의에 맞습니다.")
        found = objections.counts(poll)
        assert (found.all, found.waiting, found.late, found.refused, found.answered_late) == (2, 1, 1, 1, 1)
        shown = Client().get(reverse("poll_codebook", args=[poll.code]))
        assert shown.status_code == 200
        assert shown.context["objections"] == found
        desk = Client()
        desk.force_login(other)
        assert (
            sum(
                row["is_late"]
                for row in desk.get(reverse("desk_objections", args=[poll.code])).context["rows"]
            )
            == 1
        )


def receipt(response: Response) -> str:
    code = ids.new_code()
    Slip.objects.create(response=response, poll=response.poll, code=ids.code_hash(code))
    return code


def test_on_her_receipt_page_she_objects_and_reads_the_answer(poll: Poll) -> None:
    lead, other = analyst(), analyst("나심판")
    book = coded_by(poll, lead, lead)
    response = poll.responses.get(pk=1)
    code = receipt(response)
    page = Client()
    shown = page.post(reverse("poll_receipt"), {"code": code}).content.decode()
    assert "기타" in shown
    assert reverse("poll_receipt_object") in shown
    empty = page.post(reverse("poll_receipt_object"), {"code": code, "text": " ", "wanted": "communication"})
    assert empty.status_code == 422
    assert not Objection.objects.exists()
    assert (
        page.post(reverse("poll_receipt_object"), {"code": "wrong", "text": "아닙니다."}).status_code == 302
    )
    assert not Objection.objects.exists()
    done = page.post(reverse("poll_receipt_object"), {"code": code, "text": "소통입니다.", "wanted": ""})
    assert done.status_code == 200
    made = Objection.objects.get()
    assert made.response == response
    assert (
        reverse("poll_receipt_object")
        not in page.post(reverse("poll_receipt"), {"code": code}).content.decode()
    )
    desk = Client()
    desk.force_login(other)
    path = reverse("desk_objection", args=[poll.code, made.pk])
    assert desk.get(path).status_code == 200
    assert desk.post(path, {"verdict": "uphold", "code": "", "reason": "맞습니다."}).status_code == 422
    assert (
        desk.post(path, {"verdict": "uphold", "code": "communication", "reason": "맞습니다."}).status_code
        == 302
    )
    seen = page.post(reverse("poll_receipt"), {"code": code}).content.decode()
    assert "맞습니다." in seen
    assert other.shown_name not in seen
    assert Task.objects.filter(response=response).exists()
    assert coding.labels(book)[1].code == "communication"
