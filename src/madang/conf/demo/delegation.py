"""The delegations of Haedam's two budget rounds: one takes applications now, one has scored last year's projects. Made up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from madang.commons.meetings.domain import planning
from madang.commons.meetings.models import Meeting
from madang.conf.demo.story import acting_as, days_ago, office
from madang.kernel import actors, clock
from madang.kernel.models import User
from madang.services.budgeting.domain import assessing, delegating, findings, seating
from madang.services.budgeting.domain.delegating import Line
from madang.services.budgeting.models import Delegate, Delegation, Project, Round

RUBRIC = (
    Line("필요성과 시급성", "Need and urgency", 40),
    Line("혜택을 받는 사람", "Who benefits", 30),
    Line("실현 가능성과 비용", "Feasibility and cost", 30),
)
CRITERIA = {
    "criteria_ko": "사는 동네와 나이, 그동안 참여한 적이 있는지를 함께 보아 고르게 모십니다.",
    "criteria_en": "A mix of districts and ages, and of those who have and have not taken part before.",
}
SCORES: tuple[tuple[tuple[int, int, int, str], ...], ...] = (
    # of each delegate, for each project: points by criterion, verdict
    ((5, 4, 4, "recommend"), (4, 4, 4, "recommend"), (3, 2, 1, "against")),
    ((5, 5, 4, "recommend"), (3, 4, 4, "change"), (3, 3, 2, "against")),
    ((4, 4, 5, "recommend"), (4, 3, 4, "change"), (4, 3, 2, "change")),
    ((5, 4, 3, "change"), (4, 4, 5, "recommend"), (2, 2, 2, "against")),
    ((4, 5, 4, "recommend"), (3, 3, 4, "change"), (4, 4, 3, "recommend")),
)
WORDS = {
    "002": "등의 밝기를 낮추고 나무 쪽으로는 비추지 않게 하자는 의견이 많았습니다.",
    "003": "필요는 하지만 이 돈으로는 길의 일부만 낼 수 있어 다음에 함께 설계하자고 했습니다.",
}


def seats(*, by_lot: int, open_seats: int, applies: tuple[datetime, datetime]) -> dict[str, Any]:
    """What a round is announced with."""
    return {
        "by_lot": by_lot,
        "open_seats": open_seats,
        "rubric": RUBRIC,
        "applies_from": applies[0],
        "applies_until": applies[1],
        **CRITERIA,
    }


def _meeting(row: Round, title_ko: str, title_en: str, starts_at: datetime) -> str:
    meeting = planning.plan(
        actor=acting_as("participation-head"),
        host=office("participation"),
        title_ko=title_ko,
        title_en=title_en,
        summary_ko="사업마다 담당 부서의 설명을 듣고 함께 따져 봅니다. 누구나 와서 들을 수 있습니다.",
        summary_en="Delegates hear the offices about each project and weigh it together. Everybody may come and listen.",
        place="해담시청 2층 큰마당",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3),
        about=[row.reference],
    )
    return meeting.number


def first_session(row: Round) -> None:
    """A session of the coming delegation is planned."""
    begins = clock.seoul(clock.now() + timedelta(days=45)).replace(hour=14, minute=0, second=0, microsecond=0)
    number = _meeting(
        row, "주민 참여단 첫 회의: 사업 듣기 (체험용)", "Delegation, first session: hearing the projects (demo)", begins
    )  # fmt: skip
    delegating.plan(
        actor=acting_as("facilitator"), delegation=Delegation.objects.get(round=row), number=number
    )


def _seated(delegation: Delegation, people: list[User]) -> list[Delegate]:
    found = []
    for one in people:
        applicant = seating.apply(
            actor=actors.person(one),
            delegation=delegation,
            motive="여러 동네의 사정을 듣고 함께 따져 보고 싶습니다. 체험용으로 지어낸 글입니다.",
            values={},
        )
        found.append(
            seating.choose(
                actor=acting_as("facilitator"),
                applicant=applicant,
                reason="사는 동네가 고르게 담기도록 모셨습니다.",
            )
        )
    return found


def deliberated(row: Round, listed: list[Project]) -> None:
    """Five residents on open seats scored the three projects, and what they found is published."""
    delegation, chief = Delegation.objects.get(round=row), acting_as("facilitator")
    people = User.objects.filter(email__startswith="demo", is_demo=True).order_by("email")
    with days_ago(362):
        sit = _seated(delegation, list(people[: len(SCORES)]))
    with days_ago(330):
        number = _meeting(
            row,
            "주민 참여단 회의: 사업 따져 보기 (체험용)",
            "Delegation: weighing the projects (demo)",
            clock.now(),
        )
        sitting = delegating.plan(
            actor=chief, delegation=delegation, number=number, projects=[one.code for one in listed]
        )
        delegating.open_(actor=chief, sitting=sitting)
        rubric = list(delegation.rubric.values_list("pk", flat=True))
        for delegate, scores in zip(sit, SCORES, strict=True):
            actor = actors.person(delegate.user)
            assessing.declare(actor=actor, delegate=delegate, conflicts={})
            for project, (*points, verdict) in zip(listed, scores, strict=True):
                assessing.assess(
                    actor=actor,
                    delegate=delegate,
                    project=project,
                    points=dict(zip(rubric, points, strict=True)),
                    verdict=str(verdict),
                    reason_code="worth" if verdict == "against" else "",
                )
        delegating.record(actor=chief, sitting=sitting, came=[one.pk for one in sit])
        delegating.close(actor=chief, sitting=sitting)
        head = acting_as("participation-head")
        planning.close(
            actor=head, meeting=planning.start(actor=head, meeting=Meeting.objects.get(number=number))
        )
    with days_ago(325):
        findings.publish(
            actor=acting_as("participation-head"),
            delegation=delegation,
            words=WORDS,
            reason="회의에서 매긴 점수를 그대로 셈했습니다.",
        )
