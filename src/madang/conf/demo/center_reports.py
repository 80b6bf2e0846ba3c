"""Reports of waste and requests to change rules in Haedam. All made up; the funded project is one of the demo's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from madang.commons.matters.domain import answers, effects, handling
from madang.conf.demo.story import acting_as, days_ago, office
from madang.kernel import actors, clock, manifest
from madang.kernel.actors import system
from madang.services.casework.domain import regulation, savings, terms, waste
from madang.services.casework.domain.savings import Figure
from madang.services.casework.models import Center, RegulationRequest, WasteReport


def _center() -> Center:
    return Center.objects.get(code="haedam")


def _report(title: str, body: str, *, by: str = "", **more: Any) -> WasteReport:
    made = waste.file_report(
        actor=acting_as(by) if by else actors.person(None),
        center=_center(),
        title=title,
        body=body,
        **({"is_public": True} | more),
    )
    return WasteReport.objects.get(pk=made.case.pk)


def _figures(baseline: int, actual: int, cost: int, year: str, *, paving: bool = False) -> dict[str, Figure]:
    before, after, work = (
        (
            "굴착 복구 계약 세 건을 더함",
            "함께 굴착한 뒤의 복구 계약을 더함",
            "굴착 시기를 맞추는 데 든 용역 금액",
        )
        if paving
        else (
            "전년도 전기 요금 고지서 12장을 더함",
            "점멸 시간을 바꾼 뒤 고지서 12장을 더함",
            "자동 점멸기 설치 계약 금액",
        )
    )
    return {
        "baseline": Figure(baseline, before, f"{year} 계약·공공요금 대장", "회계 담당"),
        "actual": Figure(actual, after, f"{year} 결산 세부 내역", "회계 담당"),
        "cost": Figure(cost, work, f"{year} 계약 대장", "계약 담당"),
    }


def _checked(report: WasteReport, spender: str, finding: str) -> WasteReport:
    report = waste.admit(actor=acting_as("triage"), report=report, spender=office(spender))
    report = waste.assign(actor=acting_as("triage"), report=report, office=office("transport"))
    return waste.check(actor=acting_as("officer"), report=report, on=clock.today(), finding=finding)


def _published(pk: int, **content: Any) -> None:
    """The answer: drafted by the office, approved by another."""
    matter = WasteReport.objects.get(pk=pk).case.matter if WasteReport.objects.filter(pk=pk) else None
    if matter is None:
        matter = RegulationRequest.objects.get(pk=pk).case.matter
    draft = matter.answers.exclude(state="published").get()
    if content:
        draft = answers.save(
            actor=acting_as("officer"),
            matter=matter,
            disposition=draft.disposition,
            reason=draft.reason,
            **content,
        )
    answers.publish(
        actor=acting_as("approver"), answer=answers.submit(actor=acting_as("officer"), answer=draft)
    )


def lit_car_park() -> None:
    """A car park that was lit all night: estimated, verified by somebody else, rewarded, and a lesson."""
    with days_ago(397):
        report = _report(
            "해담천 공영주차장 조명이 밤새 켜져 있어요",
            "자정이 지나면 차가 한 대도 없는데 조명 48개가 아침까지 켜져 있습니다. 석 달 동안 지켜보았습니다.",
            by="neighbour",
            since="작년 봄부터",
            line_text="공영주차장 공공요금",
            claimed=24_000_000,
            address="해담천 공영주차장",
        )
    with days_ago(393):
        report = _checked(
            report, "parks", "새벽 두 시에 가 보니 조명 48개가 켜져 있고 세워진 차는 없었습니다."
        )
        report = waste.judge(
            actor=acting_as("officer"),
            report=report,
            verdict="uphold",
            reason="조명이 밤새 켜져 있음을 현장에서 확인했습니다. 자정 뒤에는 네 개만 켜도 안전합니다.",
        )
        due = clock.today() + timedelta(days=40)
        _published(report.pk, next_step="자동 점멸기를 답니다.", owner=office("parks"), promised_on=due)
        report = waste.plan(
            actor=acting_as("officer"),
            report=report,
            what="자정 뒤에는 네 개만 켜지도록 자동 점멸기를 답니다.",
            owner=office("parks"),
            due=due,
        )
    with days_ago(390):
        savings.estimate(
            actor=acting_as("officer"),
            report=report,
            period_from=clock.today(),
            days=365,
            figures=_figures(21_600_000, 7_200_000, 1_800_000, "지난해"),
            note="고지서와 점멸 시간표로 계산한 예상입니다.",
        )
    with days_ago(365):
        effects.report(
            actor=acting_as("parks"),
            effect=report.case.matter.effects.get(),
            state="done",
            text="자동 점멸기 네 대를 달았습니다.",
            evidence_url="https://works.example/haedam/car-park-lights",
        )
    with days_ago(20):
        savings.verify(
            actor=acting_as("approver"),
            report=report,
            figures=_figures(21_600_000, 8_900_000, 1_800_000, "올해"),
            note="결산이 끝난 고지서로 다시 계산했습니다. 겨울에 더 오래 켜서 예상보다 적습니다.",
        )
    with days_ago(15):
        savings.reward(
            actor=acting_as("participation-head"),
            report=report,
            kind="best",
            amount=1_000_000,
            reason="다른 주차장 여섯 곳에도 쓸 수 있는 신고라서 우수 사례로 정했습니다.",
            is_spreadable=True,
        )
    with days_ago(12):
        savings.teach(
            actor=acting_as("participation-head"),
            report=report,
            lesson="조명과 냉난방은 쓰는 시간표와 요금 고지서를 해마다 한 번 맞추어 봅니다.",
        )


def repeated_paving() -> None:
    """The same pavement dug up three times: estimated, waiting to be verified; it points at a funded project."""
    found = manifest.lines("길", limit=1)
    with days_ago(75):
        report = _report(
            "같은 보도블록을 한 해에 세 번 뜯었어요",
            "상수도, 가스, 통신 공사로 배움길 보도를 세 번 뜯고 다시 깔았습니다. 한 번에 할 수 있지 않나요?",
            by="resident",
            since="올해 3월부터",
            line=found[0].reference if found else "",
            line_text="" if found else "보도 정비",
            claimed=60_000_000,
        )
    with days_ago(68):
        report = _checked(
            report, "safety", "굴착 허가 세 건의 구간이 거의 같음을 허가 대장에서 확인했습니다."
        )
        report = waste.judge(
            actor=acting_as("officer"),
            report=report,
            verdict="uphold_partly",
            reason="두 건은 함께 할 수 있었으나 한 건은 긴급 누수 공사였으므로 일부만 인정합니다.",
        )
        due = clock.today() + timedelta(days=120)
        _published(report.pk, next_step="굴착 시기를 함께 정합니다.", owner=office("safety"), promised_on=due)
        report = waste.plan(
            actor=acting_as("officer"),
            report=report,
            what="분기마다 굴착 시기를 함께 정하고 복구는 한 번만 합니다.",
            owner=office("safety"),
            due=due,
        )
    with days_ago(30):
        savings.estimate(
            actor=acting_as("officer"),
            report=report,
            period_from=clock.today(),
            days=365,
            figures=_figures(38_000_000, 15_000_000, 2_000_000, "지난해", paving=True),
            note="복구 한 번의 비용으로 계산한 예상입니다.",
        )


LETTER = (
    "시청 달력을 그만 만들어 주세요",
    "집마다 오는 시청 달력은 쓰지 않고 버립니다. 인쇄비를 다른 데에 써 주세요.",
)


def form_letter() -> None:
    """The same letter from four people, shown as one; the first is taken up."""
    for place, day in enumerate((20, 19, 19, 18)):
        with days_ago(day):
            report = _report(*LETTER, claimed=9_000_000 if place == 0 else None, line_text="홍보물 제작")
            if place == 0:
                first = report
    with days_ago(15):
        waste.admit(actor=acting_as("triage"), report=first, spender=office("participation"))


def not_upheld() -> None:
    """A report that was checked and not upheld, with the reason."""
    with days_ago(50):
        report = _report(
            "새 버스 정류장 의자가 너무 비싸요",
            "정류장 의자 하나에 수백만 원이 들었다고 들었습니다. 더 싼 의자로 바꿀 수 있지 않나요?",
            claimed=8_000_000,
        )
    with days_ago(44):
        report = _checked(report, "parks", "계약서와 설치된 의자 열두 개를 대조했습니다.")
        waste.judge(
            actor=acting_as("officer"),
            report=report,
            verdict="dismiss",
            reason="의자 하나에 41만 원이었고 세 곳의 견적 가운데 가장 낮았습니다. 낭비로 보기 어렵습니다.",
        )
        _published(report.pk)


def _asked(title: str, body: str, *, by: str, **more: Any) -> RegulationRequest:
    made = regulation.file_request(
        actor=acting_as(by), center=_center(), title=title, body=body, **({"is_public": True} | more)
    )
    handling.assign(actor=acting_as("triage"), matter=made.case.matter, office=office("transport"))
    return RegulationRequest.objects.get(pk=made.case.pk)


def _decided(request: RegulationRequest, decision: str, reason: str, **more: Any) -> RegulationRequest:
    regulation.decide(actor=acting_as("officer"), request=request, decision=decision, reason=reason, **more)
    _published(request.pk)
    return RegulationRequest.objects.get(pk=request.pk)


def food_truck() -> None:
    """A rule that was changed, and its author confirmed it."""
    with days_ago(150):
        request = _asked(
            "푸드트럭 자리 신고를 해마다 한 번만 하게 해 주세요",
            "같은 자리에서 장사하는데 달마다 신고서를 새로 내고 창구에 가야 합니다.",
            by="resident",
            law="해담시 푸드트럭 조례(체험용)",
            article="제5조 제2항",
            quoted="영업자는 매월 영업 장소를 신고하여야 한다.",
            burden="달마다 반나절, 한 해에 엿새를 창구에서 보냅니다. 푸드트럭 열네 대가 모두 그렇습니다.",
            proposal="‘매월’을 ‘매년’으로 고쳐 주세요.",
        )
    with days_ago(141):
        request = _decided(
            request,
            "accept",
            "자리가 바뀌지 않으면 달마다 다시 확인할 까닭이 없어 한 해에 한 번으로 고칩니다.",
            next_step="조례 제5조 제2항을 고칩니다.",
            owner=office("transport"),
            promised_on=clock.today() + timedelta(days=100),
        )
    with days_ago(45):
        request = regulation.implement(
            actor=acting_as("officer"),
            request=request,
            text_title="해담시 푸드트럭 조례 제5조 제2항 개정(체험용)",
            text_url="https://ordinance.example/haedam/food-truck-5",
            promulgated_on=clock.today(),
        )
    with days_ago(40):
        regulation.confirm(actor=acting_as("resident"), request=request)


def refused_rule() -> None:
    """A refusal that the coordinator wants justified."""
    with days_ago(60):
        request = _asked(
            "작은 가게의 주차장 의무를 줄여 주세요",
            "이십 평 가게를 열려고 하는데 주차장 한 면을 더 사야 합니다. 손님은 걸어서 옵니다.",
            by="neighbour",
            law="해담시 주차장 조례(체험용)",
            article="별표 2",
            burden="주차장 한 면에 2천만 원이 더 듭니다.",
            proposal="걸어오는 거리의 작은 가게는 빼 주세요.",
        )
    with days_ago(52):
        request = _decided(
            request, "refuse", "근처 도로에 세우는 차가 늘 수 있어 지금은 받아들이기 어렵습니다."
        )
    with days_ago(20):
        regulation.ask_why(
            actor=acting_as("participation-head"),
            request=request,
            reason="거절한 까닭에 조사한 자료가 없습니다. 주차 수요 자료와 함께 소명해 주세요.",
        )


def late_rule() -> None:
    """A request whose named answer is late."""
    with days_ago(35):
        _asked(
            "행사 현수막 신고를 인터넷으로 받게 해 주세요",
            "마을 잔치 현수막 한 장에 창구를 두 번 가야 합니다.",
            by="group",
            law="해담시 옥외광고물 조례(체험용)",
            article="제7조",
            burden="잔치마다 두 번, 한 사람이 반나절씩 씁니다.",
            proposal="인터넷 신고를 받고 도장은 사진으로 보내게 해 주세요.",
        )


CHAPTERS: tuple[Callable[[], None], ...] = (
    lit_car_park,
    repeated_paving,
    form_letter,
    not_upheld,
    food_truck,
    refused_rule,
    late_rule,
)


def tell(report: Callable[[str], None]) -> None:
    """After the center was founded."""
    terms.enact(actor=system("demo"), valid_from=(clock.now() - timedelta(days=700)).date())
    for chapter in CHAPTERS:
        chapter()
        report(chapter.__doc__ or chapter.__name__)
