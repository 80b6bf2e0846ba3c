"""Two hackathons of Haedam: one carried through to an adoption agreement, one whose teams are forming."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings

from madang.commons.matters.domain import answers
from madang.conf.demo.story import acting_as, days_ago, office
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.models import User

CRITERIA = (
    ("주민에게 쓸모 있는가", "Useful to residents", 40),
    ("이어서 운영할 수 있는가", "Can be kept running", 35),
    ("자료와 코드를 나누는가", "Shares data and code", 25),
)
TEAMS = (
    # captain, name, what it makes, skills, title, text, points of the two jurors
    (
        "resident", "밤길등대", "주민이 잰 골목의 밝기를 지도로 모아 어두운 곳부터 고치게 하려고 해요.", "지도, 하드웨어",
        "골목 밝기 지도", "휴대전화로 잰 골목의 밝기를 모아 지도로 보여 줍니다. 시는 어두운 순서대로 보안등을 손볼 수 있습니다. 자료와 코드는 누구나 쓸 수 있게 공개합니다.",
        ((5, 4, 5), (4, 4, 5)),
    ),
    (
        "neighbour", "느린걸음", "휠체어와 유아차로 갈 수 있는 밤길을 찾아 주려고 해요.", "디자인",
        "턱 없는 밤길 찾기", "계단과 턱을 피하고 밝은 길로만 안내합니다. 주민이 막힌 곳을 알리면 그 자리에서 길을 다시 찾습니다.",
        ((4, 3, 3), (5, 3, 3)),
    ),
    (
        "group", "동네지킴이", "밤에 함께 걸을 이웃을 이어 주려고 해요.", "",
        "함께 걷는 밤길", "같은 시간에 같은 방향으로 가는 이웃을 이어 줍니다. 이름 대신 동네에서 정한 별명을 씁니다.",
        ((3, 2, 2), (3, 3, 2)),
    ),
)  # fmt: skip


def _day(days: int) -> Any:
    """Midnight so many days from today."""
    return clock.seoul(clock.now() + timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)


def tell(report: Callable[[str], None]) -> None:
    """Nothing where the service is switched off."""
    if "hackathons" in settings.SERVICES_OFF:
        return
    _finished()
    _open()
    report("Two hackathons: one adopted and followed up, one forming teams.")


def _make(slug: str, *, start: int, forms: int, submits: int, ends: int, **words: Any) -> Any:
    from madang.services.hackathons.domain import hosting  # the app may be switched off

    chief = acting_as("facilitator")
    moments = {"opens_at": start, "forms_until": forms, "submits_until": submits}
    dates = {name: _day(days) for name, days in moments.items()}
    dates |= {"votes_until": _day(ends), "judges_until": _day(ends), "results_on": _day(ends + 5).date()}
    with days_ago(-start + 7):
        made = hosting.create(actor=chief, host=office("participation"), slug=slug, **dates, **words)
        hosting.edit(actor=chief, hackathon=made, criteria=CRITERIA)
        return hosting.open_(actor=chief, hackathon=made)


def _finished() -> None:
    from madang.services.hackathons.domain import (  # the app may be switched off
        deciding,
        hosting,
        judging,
        mentoring,
        submitting,
        teams,
    )

    chief = acting_as("facilitator")
    one = _make(
        "night-streets",
        start=-190, forms=-180, submits=-160, ends=-150,
        title_ko="밤길 해커톤", title_en="Night Streets Hackathon",
        brief_ko="해담의 밤길을 더 안전하고 걷기 좋게 만들 방법을 찾아 주세요. 시가 공개한 보안등과 보행 자료를 쓸 수 있어요.",
        brief_en="Find ways to make Haedam's streets safer and better to walk at night. The city's open data on lights and walking can be used.",
        terms_ko="해담에 살거나 다니는 누구나 참가할 수 있어요. 1위 팀의 제안에는 담당 부서가 30일 안에 답해요.",
        terms_en="Everyone who lives, works or studies in Haedam may take part. The office concerned answers the winner within 30 days.",
    )  # fmt: skip
    jurors = [_person("arbiter"), _person("parks")]
    mentor_person = _person("parks-head")
    with days_ago(192):
        named = [hosting.name_juror(actor=chief, hackathon=one, user=user) for user in jurors]
        mentor = hosting.name_mentor(actor=chief, hackathon=one, user=mentor_person)
    made = []
    with days_ago(185):
        for who, name, about, wanted, *_rest in TEAMS:
            made.append(
                teams.found(actor=acting_as(who), hackathon=one, name=name, about=about, wanted=wanted)
            )
        slot = mentoring.offer(
            actor=acting_as("parks-head"), mentor=mentor, starts_at=_day(10) + timedelta(hours=14)
        )
        mentoring.book(actor=acting_as("resident"), team=made[0], slot=slot)
    with days_ago(163):
        for team, (who, *_words, title, body, _points) in zip(made, TEAMS, strict=True):
            submitting.hand_in(
                actor=acting_as(who), team=team, title=title, body=body, links=["https://example.org/haedam"]
            )
    with days_ago(159):
        hosting.advance()
        criteria = [row.pk for row in one.criteria.all()]
        for place, juror in enumerate(named):
            me = Actor(user=juror.user)
            judging.declare(actor=me, juror=juror, conflicts={made[2].pk: "employer"} if place == 1 else {})
            for team, (*_words, points) in zip(made, TEAMS, strict=True):
                if not (place == 1 and team == made[2]):
                    given = dict(zip(criteria, points[place], strict=True))
                    judging.score(actor=me, juror=juror, team=team, points=given)
            judging.hand_in(actor=me, juror=juror)
        for place, voter in enumerate(("triage", "moderator", "officer", "resident")):
            choice = made[1] if place == 3 else made[place % 2]
            judging.vote(actor=acting_as(voter), hackathon=one, teams=[choice.pk])
    with days_ago(148):
        hosting.advance()
        one.refresh_from_db()
        deciding.decide(
            actor=chief,
            hackathon=one,
            reason="심사 점수와 시민 투표를 합쳐 순위를 정했습니다. 1위 제안은 밤길 조명 계획에 바로 쓸 수 있어 교통정책과가 답합니다.",
            offices={made[0].pk: office("transport")},
        )
        matter = one.awards.get().matter
    with days_ago(130):
        draft = answers.save(
            actor=acting_as("officer"),
            matter=matter,
            disposition="adopted",
            reason="골목 밝기 지도를 시의 조명 계획 자료로 씁니다. 팀과 함께 자료 기준을 정하고 어두운 골목부터 보안등을 손봅니다.",
            next_step="골목 밝기 지도를 시 누리집에 열고 어두운 골목 40곳의 보안등을 바꿉니다.",
            owner=office("transport"),
            promised_on=_day(190).date(),
        )
        draft = answers.submit(actor=acting_as("officer"), answer=draft)
        answers.publish(actor=acting_as("approver"), answer=draft)
    with days_ago(38):
        deciding.open_due()
        deciding.report(
            actor=acting_as("officer"),
            followup=matter_followup(matter, 3),
            state="under_way",
            words="자료 기준을 팀과 정했고 지도를 시험으로 열었습니다. 보안등은 40곳 가운데 12곳을 바꾸었습니다.",
            evidence_url="https://example.org/haedam/lights",
        )


def matter_followup(matter: Any, months: int) -> Any:
    """The follow-up of the only promise of a winner."""
    from madang.services.hackathons.models import FollowUp  # the app may be switched off

    return FollowUp.objects.get(award__matter=matter, months=months)


def _open() -> None:
    from madang.services.hackathons.domain import teams  # the app may be switched off

    one = _make(
        "heat-2027",
        start=-3, forms=12, submits=33, ends=47,
        title_ko="더위 쉼터 해커톤", title_en="Cool Places Hackathon",
        brief_ko="폭염에 누구나 걸어서 쉴 곳을 찾을 수 있게 해 주세요. 쉼터가 언제 열리고 얼마나 붐비는지도 알 수 있으면 좋아요.",
        brief_en="Help everyone find a cool place within walking distance when it is hot, and know when it is open and how full it is.",
        terms_ko="누구나 참가할 수 있어요. 청소년만으로 된 팀도 환영해요.",
        terms_en="Everyone may take part. Teams of young people alone are welcome.",
    )  # fmt: skip
    with days_ago(2):
        teams.found(
            actor=acting_as("neighbour"),
            hackathon=one,
            name="그늘지기",
            about="쉼터가 열려 있는지 문 앞의 표시판과 전화로도 알 수 있게 하려고 해요.",
            wanted="웹 개발, 글쓰기",
        )


def _person(name: str) -> User:
    return User.objects.get(email=f"{name}@haedam.example")
