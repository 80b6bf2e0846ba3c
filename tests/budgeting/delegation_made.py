"""A delegation at each stage, made through the same functions as the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from madang.commons.meetings.domain import planning
from madang.commons.meetings.models import Meeting
from madang.kernel import clock
from madang.kernel.models import User
from madang.services.budgeting.domain import announcing, assessing, delegating, seating
from madang.services.budgeting.domain.delegating import Line
from madang.services.budgeting.models import Assessment, Delegate, Delegation, Project, Round, Sitting
from tests.budgeting import rounds_made
from tests.budgeting.rounds_support import BEGINS, BORN, ENDS, approver, draft, facilitator, fresh, host
from tests.factories import UserFactory, actor, official

RUBRIC = (Line("필요성", "Need", 60), Line("실현 가능성", "Feasibility", 40))
APPLIES = (BEGINS, BEGINS + timedelta(days=14))
DURING = BEGINS + timedelta(days=1)
SITS = ENDS + timedelta(days=7)
WHY = "동네 경험이 고르게 담기도록 뽑았습니다."
SAID = "횡단보도 쪽에 먼저 놓자는 의견이 많았습니다."


def with_delegation(slug: str = "next", *, by_lot: int = 0, open_seats: int = 5, **more: Any) -> Delegation:
    """An announced round, open to everybody with an account, and its delegation."""
    own = {name: more.pop(name) for name in ("method", "pots") if name in more}
    row = draft(slug, level="contact", **own)
    with clock.at(BORN):
        fields: dict[str, Any] = {
            "by_lot": by_lot,
            "open_seats": open_seats,
            "rubric": RUBRIC,
            "criteria_ko": "사는 동네와 나이가 고르게.",
            "criteria_en": "A mix of districts and ages.",
            "applies_from": APPLIES[0],
            "applies_until": APPLIES[1],
            **more,
        }
        delegating.set_up(actor=actor(facilitator()), round_=row, **fields)
        announcing.announce(actor=actor(facilitator()), row=row, seen=row.revision)
    return Delegation.objects.select_related("round__host").get(round=row)


def applied(delegation: Delegation, user: User | None = None, **values: str) -> Any:
    with clock.at(DURING):
        return seating.apply(
            actor=actor(user or UserFactory()),
            delegation=delegation,
            motive="여러 동네의 사정을 듣고 함께 따져 보고 싶습니다.",
            values=values,
        )


def seated(delegation: Delegation, user: User | None = None) -> Delegate:
    """On an open seat."""
    one = applied(delegation, user)
    with clock.at(DURING):
        return seating.choose(actor=actor(facilitator()), applicant=one, reason=WHY)


def a_project(round_: Round, code: str = "001", **more: Any) -> Project:
    return rounds_made.project(round_, code, state="costed", **more)


def a_meeting(**more: Any) -> Meeting:
    """Of the same office, in the hall."""
    planner = User.objects.filter(email="planner@example.org").first()
    planner = planner or official("officer", host(), email="planner@example.org")
    with clock.at(DURING):
        return planning.plan(
            actor=actor(planner),
            host=host(),
            starts_at=SITS,
            ends_at=SITS + timedelta(hours=3),
            **{"title_ko": "국민참여단 첫 회의", "title_en": "First session", "place": "시청"} | more,
        )


def a_sitting(delegation: Delegation, *codes: str, opened: bool = True) -> Sitting:
    with clock.at(SITS):
        made = delegating.plan(
            actor=actor(facilitator()), delegation=delegation, number=a_meeting().number, projects=codes
        )
        return delegating.open_(actor=actor(facilitator()), sitting=made) if opened else made


def points(delegation: Delegation, *given: int) -> dict[int, int]:
    return dict(zip(delegation.rubric.values_list("pk", flat=True), given, strict=True))


def scored(
    delegate: Delegate, project: Project, *given: int, verdict: str = "recommend", **more: Any
) -> Assessment:
    """Conflicts declared (none), then points."""
    with clock.at(SITS):
        if Delegate.objects.get(pk=delegate.pk).declared_at is None:
            assessing.declare(actor=actor(delegate.user), delegate=delegate, conflicts={})
        return assessing.assess(
            actor=actor(delegate.user),
            delegate=delegate,
            project=project,
            points=points(delegate.delegation, *given),
            verdict=verdict,
            **more,
        )


def closed(sitting: Sitting) -> Sitting:
    with clock.at(SITS):
        return delegating.close(actor=actor(facilitator()), sitting=sitting)


__all__ = ["approver", "facilitator", "fresh"]
