"""A hackathon at each stage, made through the same functions as the pages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from madang.kernel import clock
from madang.kernel.models import Organisation, User
from madang.services.hackathons.domain import hosting, judging, submitting, teams
from madang.services.hackathons.models import Hackathon, Juror, Submission, Team
from tests.factories import OrganisationFactory, UserFactory, actor, official

BORN = datetime(2026, 3, 2, 9, tzinfo=clock.SEOUL)


def midnight(month: int, day: int) -> datetime:
    return datetime(2026, month, day, tzinfo=clock.SEOUL)


OPENS, FORMS, SUBMITS = midnight(3, 9), midnight(3, 16), midnight(4, 1)
VOTES, JUDGES = midnight(4, 8), midnight(4, 10)
SECOND = timedelta(seconds=1)
CRITERIA = (("쓸모", "Use", 50), ("기술", "Craft", 30), ("나눔", "Openness", 20))


def host() -> Organisation:
    return OrganisationFactory(code="host")


def facilitator() -> User:
    found = User.objects.filter(email="facilitator@example.org").first()
    return found or official("facilitator", host(), email="facilitator@example.org")


def draft(slug: str = "walk", **more: Any) -> Hackathon:
    fields: dict[str, Any] = {
        "title_ko": "걷기 해커톤",
        "title_en": "Walking hackathon",
        "brief_ko": "밤길을 더 안전하게 만들 방법을 찾습니다.",
        "brief_en": "Find a way to make walking at night safer.",
        "opens_at": OPENS,
        "forms_until": FORMS,
        "submits_until": SUBMITS,
        "votes_until": VOTES,
        "judges_until": JUDGES,
        "results_on": midnight(4, 15).date(),
        **more,
    }
    with clock.at(BORN):
        made = hosting.create(actor=actor(facilitator()), host=host(), slug=slug, **fields)
        return hosting.edit(actor=actor(facilitator()), hackathon=made, criteria=CRITERIA)


def opened(slug: str = "walk", **more: Any) -> Hackathon:
    made = draft(slug, **more)
    with clock.at(BORN):
        return hosting.open_(actor=actor(facilitator()), hackathon=made)


def team(one: Hackathon, name: str = "등불", captain: User | None = None) -> Team:
    with clock.at(OPENS):
        return teams.found(
            actor=actor(captain or UserFactory()),
            hackathon=one,
            name=name,
            about="골목마다 빛을 재는 지도를 만듭니다.",
        )


def hand_in(one: Team, **more: Any) -> Submission:
    fields: dict[str, Any] = {
        "title": "골목 밝기 지도",
        "body": "주민이 휴대전화로 잰 골목의 밝기를 모아 보여 줍니다.",
        **more,
    }
    with clock.at(SUBMITS - SECOND):
        return submitting.hand_in(actor=actor(one.captain), team=one, **fields)


def juror(one: Hackathon) -> Juror:
    with clock.at(BORN):
        return hosting.name_juror(actor=actor(facilitator()), hackathon=one, user=UserFactory())


def judged(who: Juror, points: dict[Team, int], *, conflicts: dict[int, str] | None = None) -> None:
    """A juror declares, gives the same points in every criterion, and hands in."""
    criteria = [row.pk for row in who.hackathon.criteria.all()]
    with clock.at(SUBMITS):
        judging.declare(actor=actor(who.user), juror=who, conflicts=conflicts or {})
        for one, given in points.items():
            judging.score(actor=actor(who.user), juror=who, team=one, points=dict.fromkeys(criteria, given))
        judging.hand_in(actor=actor(who.user), juror=who)


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)
