"""The pages of reports and requests: file, take each step, read the registers, and what stays unsaid."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from madang.kernel import manifest
from madang.kernel.manifest import Line
from madang.kernel.web import once
from madang.services.casework.domain import savings, waste
from madang.services.casework.logic.waterfall import ENDED, Told, months, waterfall
from madang.services.casework.models import RegulationRequest, WasteReport
from tests.casework import reports
from tests.casework.reports import REASON, Town

pytestmark = pytest.mark.django_db
TYPED = {
    "title": "빈 주차장 조명이 켜져 있어요",
    "body": "자정이 지나도 조명 마흔여덟 개가 켜져 있습니다.",
    "since": "작년 봄부터",
    "claimed": "24,000,000",
    "line_text": "공영주차장 전기 요금",
    "disclosure": "public",
}
ASKED = {
    "title": "신고를 한 번만 하게 해 주세요",
    "body": "달마다 같은 신고서를 냅니다.",
    "law": "푸드트럭 조례",
    "burden": "달마다 반나절",
    "proposal": "해마다 한 번",
    "disclosure": "public",
}


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setattr(once, "MIN_SECONDS", 0)
    return reports.town()


def sent(client: Client, name: str, typed: dict[str, str], **more: str) -> Any:
    return client.post(reverse(name), typed | {"ticket": once.ticket(), "file": "1"} | more)


def signed_in(actor: Any) -> Client:
    client = Client()
    client.force_login(actor.user)
    return client


def test_a_report_is_filed_and_ends_at_its_receipt(client: Client, town: Town) -> None:
    assert client.get(reverse("waste_new")).status_code == 200
    done = sent(client, "waste_new", TYPED)
    assert done.status_code == 302 and done["Location"] == reverse("case_filed")
    report = WasteReport.objects.get()
    assert (report.claimed, report.since, report.case.type) == (24_000_000, "작년 봄부터", "waste")
    assert report.case.matter.number in client.get(reverse("case_filed")).content.decode()


@pytest.mark.parametrize("typed", ["12.5", "-3", "abc", "9" * 17, "②"])
def test_an_amount_that_is_none_keeps_what_was_typed(client: Client, town: Town, typed: str) -> None:
    answer = sent(client, "waste_new", TYPED, claimed=typed)
    page = answer.content.decode()
    assert answer.status_code == 422 and 'id="id_claimed_error"' in page
    assert TYPED["body"] in page and f'value="{typed}"' in page
    assert not WasteReport.objects.exists()


def test_budget_lines_are_looked_for_and_nothing_typed_is_lost(
    client: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest, "lines", lambda text: [Line("project:r-A1", f"{text} 정비", "1억 원")])
    page = client.post(reverse("waste_new"), TYPED | {"search": "1", "line_query": "조명"}).content.decode()
    assert "조명 정비 — 1억 원" in page and TYPED["body"] in page and not WasteReport.objects.exists()
    # A line that leads nowhere is refused, also when it was offered.
    answer = sent(client, "waste_new", TYPED, line="project:r-A1", line_query="조명")
    assert answer.status_code == 422 and not WasteReport.objects.exists()


def test_a_request_is_filed(client: Client, town: Town) -> None:
    wrong = sent(client, "regulation_new", ASKED, law_url="javascript:alert(1)")
    assert wrong.status_code == 422 and not RegulationRequest.objects.exists()
    assert sent(client, "regulation_new", ASKED).status_code == 302
    assert RegulationRequest.objects.get().law == "푸드트럭 조례"


def test_officials_take_their_steps_on_the_page_and_others_see_none(town: Town) -> None:
    report = reports.received(town)
    url = reverse("waste_report", args=[report.case.ref])
    assert 'name="step"' not in Client().get(url).content.decode()
    triage = signed_in(town.triage)
    assert 'value="admit"' in triage.get(url).content.decode()
    assert triage.post(url, {"step": "admit", "admit-spender": town.spender.pk}).status_code == 302
    empty = triage.post(url, {"step": "assign"})
    assert empty.status_code == 422 and "부서를 고르세요" in empty.content.decode()
    assert triage.post(url, {"step": "assign", "assign-office": town.spender.pk}).status_code == 422
    assert triage.post(url, {"step": "assign", "assign-office": town.checking.pk}).status_code == 302
    report.refresh_from_db()
    assert report.state == "assigned"
    # Somebody who may not is told so, and nothing changes.
    assert signed_in(town.author).post(url, {"step": "check"}).status_code == 403
    # The same step twice: it is over.
    assert triage.post(url, {"step": "admit"}).status_code in (302, 403)


def test_verifying_on_the_page_is_refused_to_who_estimated(town: Town) -> None:
    report = reports.estimated(town)
    url = reverse("waste_report", args=[report.case.ref])
    typed = {"step": "verify", "verify-note": REASON}
    for name, amount in (("baseline", "10,000,000"), ("actual", "7000000"), ("cost", "0")):
        typed |= {f"verify-{name}": amount}
        typed |= {f"verify-{name}_{part}": "장부 대조" for part in ("method", "document", "by")}
    assert signed_in(town.officer).post(url, typed).status_code == 403
    assert signed_in(town.approver).post(url, typed | {"verify-cost": "x"}).status_code == 422
    assert signed_in(town.approver).post(url, typed).status_code == 302
    saving = savings.verified(WasteReport.objects.get(pk=report.pk))
    assert saving is not None and saving.net == 3_000_000


def test_the_register_tells_no_name_without_consent_and_nothing_of_private_reports(town: Town) -> None:
    report = reports.verified(town, title="비밀 제목입니다", is_public=False)
    savings.reward(actor=town.head, report=report, kind="valid", amount=200_000, reason=REASON)
    for name in ("waste", "waste_csv"):
        page = Client().get(reverse(name)).content.decode()
        assert "비밀 제목" not in page and "김신고" not in page and REASON not in page
    assert Client().get(reverse("waste_report", args=[report.case.ref])).status_code == 404
    report.refresh_from_db()
    savings.consent(actor=town.author, report=report, may_name=True)
    page = Client().get(reverse("waste")).content.decode()
    assert "김신고" in page and "비밀 제목" not in page
    assert "350만 원" in page and "20만 원" in page


def test_a_form_letter_is_one_line(town: Town) -> None:
    for _ in range(3):
        reports.received(town)
    other = reports.received(town, title="다른 신고", body="다른 내용입니다.")
    joined = reports.received(town, title="또 다른 신고", body="내용이 조금 다릅니다.")
    waste.join(actor=town.triage, report=joined, into=other, reason=REASON)
    page = Client().get(reverse("waste")).content.decode()
    assert page.count("빈 주차장에 밤새") == 1 and "같은 신고 2건 더" in page and "같은 신고 1건 더" in page
    assert len(Client().get(reverse("waste_csv")).content.decode().splitlines()) == 3


def test_late_answers_are_shown_to_everybody(town: Town) -> None:
    from datetime import timedelta

    from madang.kernel import clock

    reports.requested(town)
    assert "지금 늦은 단계가 없어요" in Client().get(reverse("regulation")).content.decode()
    with clock.at(clock.now() + timedelta(days=40)):
        page = Client().get(reverse("regulation")).content.decode()
    assert "일 늦음" in page and "푸드트럭" in page


@pytest.mark.parametrize("name", ["waste", "regulation"])
def test_the_registers_need_the_same_queries_for_one_and_for_thirty(
    client: Client, town: Town, name: str, django_assert_max_num_queries: Any
) -> None:
    make = reports.received if name == "waste" else reports.requested
    make(town)
    counts = []
    for _round in range(2):
        client.get(reverse(name))
        with django_assert_max_num_queries(40) as taken:
            client.get(reverse(name))
        counts.append(len(taken))
        for place in range(15):
            make(town, title=f"다른 제목 {place}")
    assert counts[0] == counts[1]


STATES = sorted(WasteReport.State.values)
AMOUNT = st.integers(min_value=-(10**12), max_value=10**12)
ROWS = st.lists(
    st.builds(
        Told,
        month=st.sampled_from(["2026-01", "2026-02"]),
        state=st.sampled_from(STATES),
        claimed=st.integers(min_value=0, max_value=10**12),
        estimated=st.none() | AMOUNT,
        verified=st.none() | AMOUNT,
        rewarded=st.integers(min_value=0, max_value=10**7),
    ),
    max_size=12,
)


@given(rows=ROWS)
def test_every_step_of_the_waterfall_leads_to_the_next_total(rows: list[Told]) -> None:
    at, last = 0, {}
    for bar in waterfall(rows):
        if bar.is_total:
            assert bar.start == 0 and bar.end == bar.amount
            assert bar.key == "claimed" or bar.amount == at
        else:
            assert bar.start == at and bar.end == at + bar.amount
        at, last = bar.end, last | {bar.key: bar.amount}
    assert last["claimed"] == sum(row.claimed for row in rows)
    assert last["verified"] == sum(row.verified or 0 for row in rows if row.estimated is not None)
    assert -last["not_upheld"] == sum(r.claimed for r in rows if r.estimated is None and r.state in ENDED)
    assert sum(month.claimed for month in months(rows)) == last["claimed"]
    assert sum(month.reports for month in months(rows)) == len(rows)
