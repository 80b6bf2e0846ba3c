"""Reports of waste and requests to change a rule, taken as far as a test needs them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from madang.commons.matters.domain import answers
from madang.kernel import actors, clock
from madang.kernel.actors import Actor, system
from madang.kernel.models import Organisation, Role, User
from madang.services.casework.domain import regulation, savings, terms, waste
from madang.services.casework.domain.savings import Figure
from madang.services.casework.models import Center, RegulationRequest, WasteReport
from tests.casework import made
from tests.factories import OrganisationFactory, UserFactory, official

REASON = "장부와 현장을 함께 확인한 결과입니다. 자세한 내용은 붙임과 같습니다."


@dataclass
class Town:
    """A center with an office that spends, one that checks, and everybody who acts."""

    center: Center
    reporter: User
    triage: Actor
    spender: Organisation
    checking: Organisation
    officer: Actor
    approver: Actor
    head: Actor

    @property
    def author(self) -> Actor:
        return actors.person(self.reporter)


def town() -> Town:
    center = made.center()
    terms.enact(actor=system("test"), valid_from=made.FROM)
    checking, officer, approver = made.office("audit")
    return Town(
        center=center,
        reporter=UserFactory(name="김신고"),
        triage=made.triage_of(center),
        spender=OrganisationFactory(code="spender"),
        checking=checking,
        officer=officer,
        approver=approver,
        head=actors.person(official(Role.APPROVER, center.host)),
    )


def figures(baseline: int = 10_000_000, actual: int = 6_000_000, cost: int = 500_000) -> dict[str, Figure]:
    amounts = {"baseline": baseline, "actual": actual, "cost": cost}
    return {
        name: Figure(amount, "장부 대조", "2025 결산서 12쪽", "감사담당관")
        for name, amount in amounts.items()
    }


def received(t: Town, **fields: Any) -> WasteReport:
    known = {
        "title": "빈 주차장에 밤새 조명이 켜져 있어요",
        "body": "공영주차장 조명이 밤새 켜져 있어 전기 요금이 낭비됩니다.",
        "is_public": True,
    }
    actor = fields.pop("actor", None) or t.author
    found = waste.file_report(actor=actor, center=t.center, **(known | fields))
    return WasteReport.objects.get(pk=found.case.pk)


def checked(t: Town, **fields: Any) -> WasteReport:
    report = received(t, **fields)
    report = waste.admit(actor=t.triage, report=report, spender=t.spender)
    report = waste.assign(actor=t.triage, report=report, office=t.checking)
    return waste.check(actor=t.officer, report=report, on=clock.today(), finding=REASON)


def estimated(t: Town, of: dict[str, Figure] | None = None, **fields: Any) -> WasteReport:
    report = waste.judge(actor=t.officer, report=checked(t, **fields), verdict="uphold", reason=REASON)
    report = waste.plan(
        actor=t.officer, report=report, what=REASON, owner=t.spender, due=clock.today() + timedelta(days=30)
    )
    savings.estimate(
        actor=t.officer,
        report=report,
        period_from=date(2025, 1, 1),
        days=365,
        figures=of or figures(),
        note=REASON,
    )
    report.refresh_from_db()
    return report


def verified(t: Town, of: dict[str, Figure] | None = None, **fields: Any) -> WasteReport:
    report = estimated(t, of, **fields)
    savings.verify(actor=t.approver, report=report, figures=of or figures(), note=REASON)
    report.refresh_from_db()
    return report


def requested(t: Town, **fields: Any) -> RegulationRequest:
    known = {
        "title": "푸드트럭 영업 장소 신고를 한 번만 하게 해 주세요",
        "body": "같은 자리에서 장사하는데 달마다 신고서를 다시 냅니다.",
        "law": "해담시 푸드트럭 조례",
        "article": "제5조",
        "is_public": True,
    }
    found = regulation.file_request(actor=t.author, center=t.center, **(known | fields))
    return RegulationRequest.objects.get(pk=found.case.pk)


def answered(t: Town, decision: str = "refuse", **fields: Any) -> RegulationRequest:
    from madang.commons.matters.domain import handling

    request = requested(t, **fields)
    handling.assign(actor=t.triage, matter=request.case.matter, office=t.checking)
    request = RegulationRequest.objects.get(pk=request.pk)
    promise = (
        {}
        if decision == "refuse"
        else {"owner": t.checking, "promised_on": clock.today() + timedelta(days=90)}
    )
    regulation.decide(actor=t.officer, request=request, decision=decision, reason=REASON, **promise)
    draft = answers.submit(actor=t.officer, answer=request.case.matter.answers.get())
    answers.publish(actor=t.approver, answer=draft)
    request.refresh_from_db()
    return RegulationRequest.objects.get(pk=request.pk)
