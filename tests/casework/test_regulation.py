"""A request to change a rule: a named answer in time, a justification, the committee, the changed text."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from madang.commons.matters.domain import answers, erasing, handling
from madang.kernel import actors, clock
from madang.kernel.errors import RefusedError
from madang.services.casework.domain import regulation
from madang.services.casework.models import RegulationClock, RegulationRequest
from tests.casework import reports
from tests.casework.reports import REASON, Town

pytestmark = pytest.mark.django_db
URL = "https://www.law.go.kr/자치법규/해담시푸드트럭조례"


@pytest.fixture
def town() -> Town:
    return reports.town()


def later(days: int) -> clock.datetime:
    return clock.now() + timedelta(days=days)


def test_the_published_answer_puts_the_officers_name_on_the_decision(town: Town) -> None:
    request = reports.answered(town, "accept")
    assert request.state == "accepted" and request.decided_by == town.officer.user
    assert request.answered_at == request.case.matter.answers.get().published_at
    running = request.clocks.get()
    assert running.step == "implementation" and not running.rule.checked


def test_no_answer_without_a_named_decision_that_it_agrees_with(town: Town) -> None:
    request = reports.requested(town)
    handling.assign(actor=town.triage, matter=request.case.matter, office=town.checking)
    matter = RegulationRequest.objects.get(pk=request.pk).case.matter
    draft = answers.save(actor=town.officer, matter=matter, disposition="rejected", reason=REASON)
    with pytest.raises(RefusedError) as refused:
        answers.submit(actor=town.officer, answer=draft)
    assert refused.value.code == "answer.incomplete"
    regulation.decide(
        actor=town.officer, request=request, decision="accept", reason=REASON,
        owner=town.checking, promised_on=later(30).date(),
    )  # fmt: skip
    draft = answers.save(actor=town.officer, matter=matter, disposition="rejected", reason=REASON)
    with pytest.raises(RefusedError):
        answers.submit(actor=town.officer, answer=draft)
    request.refresh_from_db()
    assert request.state == "suggested"


def test_refusal_justification_committee_change_and_the_authors_word(town: Town) -> None:
    request = reports.answered(town, "refuse")
    assert not request.clocks.exists()
    request = regulation.ask_why(actor=town.head, request=request, reason=REASON)
    running = request.clocks.get()
    # Three months by the calendar.
    assert 88 <= (running.due_at - running.started_at).days <= 97
    with pytest.raises(RefusedError) as refused:
        regulation.refer(actor=town.head, request=request, reason=REASON)
    assert refused.value.code == "regulation.early"
    request = regulation.justify(actor=town.officer, request=request, reason=REASON)
    request = regulation.refer(actor=town.head, request=request, reason=REASON)
    request = regulation.recommend(actor=town.head, request=request, reason=REASON)
    request = regulation.implement(
        actor=town.officer,
        request=request,
        text_title="조례 개정",
        text_url=URL,
        promulgated_on=clock.today(),
    )
    request = regulation.doubt(actor=town.author, request=request, reason="여전히 달마다 신고합니다.")
    request = regulation.implement(
        actor=town.officer,
        request=request,
        text_title="조례 재개정",
        text_url=URL,
        promulgated_on=clock.today(),
    )
    request = regulation.confirm(actor=town.author, request=request)
    assert request.state == "confirmed" and request.ended_at is not None
    assert not request.clocks.filter(ended_at__isnull=True).exists()
    assert [one.step for one in request.clocks.all()] == [
        "justification", "committee", "implementation", "confirmation", "implementation", "confirmation",
    ]  # fmt: skip


def test_a_silent_office_is_referred_after_its_time(town: Town) -> None:
    request = regulation.ask_why(actor=town.head, request=reports.answered(town), reason=REASON)
    with clock.at(later(120)):
        head = actors.person(town.head.user)
        assert regulation.refer(actor=head, request=request, reason=REASON).state == "committee"


def test_only_its_author_confirms(town: Town) -> None:
    request = regulation.implement(
        actor=town.officer,
        request=reports.answered(town, "accept"),
        text_title="조례 개정",
        text_url=URL,
        promulgated_on=clock.today(),
    )
    for actor in (town.officer, town.head, actors.person(None)):
        with pytest.raises(RefusedError):
            regulation.confirm(actor=actor, request=request)
    request.refresh_from_db()
    assert request.state == "implemented"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"text_url": "law.go.kr"}, "regulation.link"),
        ({"text_url": "javascript:alert(1)"}, "regulation.link"),
        ({"text_title": "  "}, "regulation.text"),
        ({"promulgated_on": date(2999, 1, 1)}, "regulation.day"),
    ],
)
def test_a_change_without_its_text_changes_nothing(town: Town, wrong: dict, code: str) -> None:
    request = reports.answered(town, "accept")
    known = {"text_title": "조례 개정", "text_url": URL, "promulgated_on": clock.today()}
    with pytest.raises(RefusedError) as refused:
        regulation.implement(actor=town.officer, request=request, **(known | wrong))
    assert refused.value.code == code
    request.refresh_from_db()
    assert request.state == "accepted" and request.clocks.filter(ended_at__isnull=True).count() == 1


def test_the_database_keeps_names_and_texts(town: Town) -> None:
    request = reports.answered(town, "accept")
    for change in ({"decided_by": None}, {"decision": ""}, {"state": "implemented"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RegulationRequest.objects.filter(pk=request.pk).update(**change)
    running = request.clocks.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        RegulationClock.objects.create(
            request=request, step="committee", rule=running.rule, started_at=clock.now(), due_at=clock.now()
        )


def test_an_objection_asks_for_another_named_answer(town: Town) -> None:
    request = reports.answered(town, "refuse")
    answers.object_to(actor=town.author, matter=request.case.matter, reason="다른 시는 한 번만 신고합니다.")
    request = RegulationRequest.objects.get(pk=request.pk)
    assert (request.state, request.decision, request.decided_by) == ("suggested", "", None)


@pytest.mark.parametrize(
    ("case_type", "kind", "days"), [("passive", "complaint", 7), ("information", "question", 10)]
)
def test_passive_administration_and_information_run_by_their_own_period(
    town: Town, case_type: str, kind: str, days: int
) -> None:
    """From filing to the published answer: kind, rule and period of the type."""
    from tests.casework import made

    with made.monday():
        case = made.case(town.center, by=town.reporter, case_type=case_type)
        matter = case.matter
        matter.refresh_from_db()
        assert (matter.kind, matter.rule.code) == (kind, f"casework.type.{case_type}")
        assert matter.rule.body["answer"]["amount"] == days
        # Working days, the first one counted, without weekends and holidays.
        last = clock.seoul(matter.due_at).date()
        open_days = [
            day
            for n in range((last - clock.today()).days + 1)
            if (day := clock.today() + timedelta(days=n)).weekday() < 5
            and day not in (date(2026, 12, 25), date(2027, 1, 1))
        ]
        assert len(open_days) == days
        handling.assign(actor=town.triage, matter=matter, office=town.checking)
        matter.refresh_from_db()
        draft = answers.save(actor=town.officer, matter=matter, disposition="rejected", reason=REASON)
        answers.publish(actor=town.approver, answer=answers.submit(actor=town.officer, answer=draft))
        matter.refresh_from_db()
        assert matter.state == "answered"


def test_leaving_erases_what_a_private_request_told(town: Town) -> None:
    told = {"quoted": "제5조(신고) 달마다", "burden": "하루 두 시간", "proposal": "해마다 한 번"}
    request = reports.requested(town, is_public=False, **told)
    erasing.erase_author(actor=actors.system("test"), user=town.reporter)
    request.refresh_from_db()
    assert (request.quoted, request.burden, request.proposal) == ("", "", "")
    assert request.law == "해담시 푸드트럭 조례"
