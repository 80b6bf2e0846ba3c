"""Two meetings of Haedam: one that was held and has its minutes, one to which people can still come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from madang.commons.meetings.domain import (
    agenda,
    door,
    helping,
    noting,
    planning,
    recording,
    registering,
    talking,
)
from madang.commons.meetings.enums import Attending
from madang.commons.meetings.models import Meeting
from madang.conf.demo.story import days_ago, office
from madang.kernel import actors, clock
from madang.kernel.models import User


def _as(name: str) -> actors.Actor:
    return actors.person(User.objects.get(email=f"{name}@haedam.example"))


def tell(report: Callable[[str], None]) -> None:
    """Both meetings, the one that was held first."""
    crowd = list(User.objects.filter(email__startswith="demo", is_demo=True).order_by("email"))
    for chapter in (held, to_come):
        chapter(crowd)
        report(chapter.__doc__ or chapter.__name__)


def _reference(words: str) -> list[str]:
    from madang.services.square.models import Idea  # the square can be switched off in the demo too

    found = Idea.objects.filter(matter__title__startswith=words).select_related("matter").first()
    return [found.matter.reference] if found is not None and found.matter.is_public else []


def held(crowd: list[User]) -> None:
    """A meeting about bus stops, held in the hall, with minutes."""
    officer, approver = _as("officer"), _as("approver")
    about = _reference("버스 정류장에 점자")
    with days_ago(80):
        start = clock.now() + timedelta(days=9)
        meeting = planning.plan(
            actor=officer,
            host=office("transport"),
            title_ko="정류장을 함께 걷는 날 (체험용)",
            title_en="Walking the bus stops together (demo)",
            summary_ko="점자와 음성 안내기를 어디에 먼저 놓을지 함께 정합니다. 결과는 설치 순서에 그대로 반영합니다.",
            summary_en="We settle together which stops get braille and speech first. The order of installation follows.",
            mode="on_site",
            place="해담시청 3층 대회의실",
            address="중앙로 1",
            seats=12,
            starts_at=start,
            ends_at=start + timedelta(hours=2),
            speaking_rule="first",
            recording_url="https://video.haedam.example/watch?v=stops",
            about=about,
        )
        points = [
            agenda.add(
                actor=officer, meeting=meeting, title=title, minutes=minutes, note="", reference=reference
            )
            for title, minutes, reference in (
                ("여는 말과 오늘의 순서", 10, ""),
                ("이용이 많은 정류장 열두 곳", 40, about[0] if about else ""),
                ("밤 시간의 음량", 30, ""),
                ("정리", 20, ""),
            )
        ]
        tables = [
            helping.set_table(actor=officer, meeting=meeting, topic=topic, item=item)
            for topic, item in (("어느 정류장부터", points[1]), ("소리가 불편하지 않으려면", points[2]))
        ]
        planning.open_registration(actor=officer, meeting=meeting)
        come = [
            registering.register(actor=actors.person(one), meeting=meeting, attending=Attending.ON_SITE)
            for one in crowd[:14]
        ]
    with clock.at(start):
        _run(meeting, officer, [one.registration.ticket for one in come[:10]])
        for table, words in zip(
            (tables[0], tables[0], tables[1]),
            (
                "복지관 앞과 시장 앞을 먼저 하자는 의견이 많았습니다.",
                "환승이 많은 곳은 안내가 길어 버튼이 두 개 필요합니다.",
                "밤 9시 뒤에는 음량을 절반으로 줄이면 좋겠습니다.",
            ),
            strict=True,
        ):
            noting.write(actor=officer, table=table, body=words)
    with clock.at(start + timedelta(hours=2)):
        planning.close(actor=officer, meeting=meeting)
        minutes = recording.draft(actor=officer, meeting=meeting)
        recording.take_notes(actor=officer, minutes=minutes)
        recording.add(
            actor=officer,
            minutes=minutes,
            text="설치 순서는 하루 이용이 많은 곳부터로 하고, 복지관 앞과 시장 앞을 처음 두 곳으로 합니다.",
            item=points[1],
            reference=about[0] if about else "",
            second=2412,
        )
        recording.say_missing(
            actor=officer,
            minutes=minutes,
            words="청각장애가 있는 분과 밤에 일하는 분의 이야기를 듣지 못했습니다.",
        )
        recording.submit(actor=officer, minutes=minutes)
    with clock.at(start + timedelta(days=3)):
        minutes.refresh_from_db()
        recording.publish(actor=approver, minutes=minutes)


def _run(meeting: Meeting, officer: actors.Actor, tickets: list[str]) -> None:
    meeting = planning.start(actor=officer, meeting=meeting)
    for ticket in tickets:
        door.check_in(actor=officer, meeting=meeting, ticket=ticket)
    for _person in range(2):
        door.walk_in(actor=officer, meeting=meeting)
    asked = talking.put(
        meeting=meeting, registration=None, body="고장이 나면 어디에 알리나요?", at=clock.now()
    )
    talking.answer(actor=officer, question=asked)
    talking.put(meeting=meeting, registration=None, body="다른 동네에는 언제 놓이나요?", at=clock.now())


def to_come(crowd: list[User]) -> None:
    """A meeting about shade and trees to which people can still come, in the hall or online."""
    parks = _as("parks")
    with days_ago(3):
        start = clock.seoul(clock.now() + timedelta(days=15)).replace(hour=14, minute=0)
        meeting = planning.plan(
            actor=parks,
            host=office("parks"),
            title_ko="여름 그늘을 이야기하는 오후 (체험용)",
            title_en="An afternoon about shade in summer (demo)",
            summary_ko="나무와 그늘막을 어디에 둘지 이야기합니다. 나온 이야기는 회의록으로 공개하고 내년 계획에 씁니다.",
            summary_en="Where trees and awnings should stand. The minutes are published and used for next year's plan.",
            mode="both",
            place="해담도서관 강당",
            address="도서관길 20",
            seats=8,
            starts_at=start,
            ends_at=start + timedelta(hours=2),
            stream_url="https://video.haedam.example/live/shade",
            about=["space:haedam"],
        )
        for title, minutes in (
            ("여는 말", 10),
            ("그늘이 필요한 곳", 50),
            ("나무와 그늘막", 40),
            ("다음에 할 일", 20),
        ):
            agenda.add(actor=parks, meeting=meeting, title=title, minutes=minutes, note="", reference="")
        planning.open_registration(actor=parks, meeting=meeting)
        registered = [
            registering.register(
                actor=actors.person(one),
                meeting=meeting,
                attending=Attending.ONLINE if place % 4 == 3 else Attending.ON_SITE,
            ).registration
            for place, one in enumerate(crowd[:13])
        ]
    with days_ago(1):
        first = talking.ask(
            actor=actors.person(crowd[0]),
            registration=registered[0],
            body="나무를 심으면 가지치기는 누가 얼마나 자주 하나요?",
        )
        talking.ask(
            actor=actors.person(crowd[1]),
            registration=registered[1],
            body="버스 정류장에도 그늘막을 놓을 수 있나요?",
        )
        for place in (1, 2, 4):
            talking.support(actor=actors.person(crowd[place]), registration=registered[place], question=first)
