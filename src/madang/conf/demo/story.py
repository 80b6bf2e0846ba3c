"""What happened in Haedam so far, told through the same functions that the pages call.

Every act runs at its own moment of the past, so clocks, late marks and the ledger are real.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from madang.commons.matters.domain import answers, clocks, effects, handling
from madang.conf.demo.quarrel import quarrel
from madang.kernel import actors, clock
from madang.kernel.actors import Actor
from madang.kernel.models import Organisation, User
from madang.services.square.domain import ideas, moderation
from madang.services.square.models import Category, Idea, Process

CROWD = 24


@contextmanager
def days_ago(days: float) -> Iterator[None]:
    """That many days ago, in the daytime: a city office does not act at three in the morning."""
    moment = clock.seoul(clock.now() - timedelta(days=days))
    if days >= 1:
        moment = moment.replace(
            hour=10 + int(days * 7) % 7, minute=int(days * 13) % 60, second=0, microsecond=0
        )
    with clock.at(moment):
        yield


def acting_as(name: str) -> Actor:
    return actors.person(User.objects.get(email=f"{name}@haedam.example"))


def office(code: str) -> Organisation:
    return Organisation.objects.get(code=code)


@dataclass
class Teller:
    """Tells one idea at a time. `crowd` are the demo residents who support and comment."""

    process: Process
    crowd: list[User]

    def file(self, title: str, body: str, *, category: str, by: str = "", **more: Any) -> Idea:
        idea, _filed = ideas.file(
            actor=acting_as(by) if by else actors.person(None),
            process=self.process,
            title=title,
            body=body,
            category=Category.objects.get(process=self.process, slug=category),
            **more,
        )
        return idea

    def support(self, idea: Idea, count: int, *, skip: int = 0) -> None:
        for person in self.crowd[skip : skip + count]:
            ideas.support(actor=actors.person(person), idea=idea)
        ideas.tally()
        idea.refresh_from_db()
        idea.matter.refresh_from_db()

    def say(self, idea: Idea, who: int, stance: str, body: str, parent: Any = None) -> Any:
        return ideas.comment(
            actor=actors.person(self.crowd[who]), idea=idea, body=body, stance=stance, parent=parent
        )

    def assign(self, idea: Idea, code: str) -> None:
        handling.assign(actor=acting_as("triage"), matter=idea.matter, office=office(code))
        idea.matter.refresh_from_db()

    def answer(self, idea: Idea, drafter: str, approver: str, **content: Any) -> None:
        draft = answers.save(actor=acting_as(drafter), matter=idea.matter, **content)
        draft = answers.submit(actor=acting_as(drafter), answer=draft)
        answers.publish(actor=acting_as(approver), answer=draft)
        idea.matter.refresh_from_db()


def crowd() -> list[User]:
    """Demo residents without a password: they cannot sign in."""
    families, given = (
        "김이박최정강조윤장임한오",
        ["하늘", "바다", "가람", "나래", "다솜", "라온", "마루", "보람"],
    )
    people = []
    for place in range(CROWD):
        name = families[place % len(families)] + given[(place * 5) % len(given)]
        people.append(User(email=f"demo{place:02d}@haedam.example", name=name, is_demo=True))
        people[-1].set_unusable_password()
    return User.objects.bulk_create(people)


def tell(report: Callable[[str], None]) -> None:
    """The whole story, oldest first."""
    teller = Teller(Process.objects.get(slug="neighbourhood"), crowd())
    from madang.conf.demo import maturing  # its chapters are told by the teller above

    for chapter in (*CHAPTERS, *maturing.CHAPTERS):
        chapter(teller)
        report(chapter.__doc__ or chapter.__name__)


def bus_stops(t: Teller) -> None:
    """Adopted, carried out with evidence."""
    with days_ago(118):
        idea = t.file(
            "버스 정류장에 점자와 음성 안내를 놓아 주세요",
            "시각장애가 있는 이웃이 몇 번 버스가 오는지 알 수 없어 늘 옆 사람에게 물어봅니다.\n\n"
            "이용이 많은 정류장부터 점자 노선도와 버튼식 음성 안내기를 놓아 주세요.",
            category="access",
            by="resident",
            place="중앙로",
        )
    with days_ago(110):
        t.support(idea, 14)
        t.say(idea, 3, "for", "복지관 앞 정류장부터 하면 좋겠습니다. 하루에 40명 넘게 이용합니다.")
        t.say(
            idea, 5, "question", "소리가 크면 밤에 주민이 불편할 수 있는데, 시간대별로 음량을 줄일 수 있나요?"
        )
    with days_ago(108):
        t.assign(idea, "transport")
    with days_ago(96):
        t.answer(
            idea,
            "officer",
            "approver",
            disposition="adopted",
            reason="말씀하신 불편을 현장에서 확인했습니다. 하루 이용이 300명을 넘는 정류장 12곳에 점자 노선도와 "
            "버튼식 음성 안내기를 놓습니다. 음량은 밤 9시부터 아침 7시까지 절반으로 줄입니다.",
            next_step="정류장 12곳에 점자 노선도와 음성 안내기를 설치합니다.",
            owner=office("transport"),
            promised_on=(clock.now() + timedelta(days=70)).date(),
        )
    effect = idea.matter.effects.get()
    with days_ago(60):
        effects.report(
            actor=acting_as("officer"),
            effect=effect,
            state="under_way",
            text="12곳 가운데 5곳에 설치를 마쳤습니다.",
        )
    with days_ago(30):
        effects.report(
            actor=acting_as("officer"),
            effect=effect,
            state="done",
            text="12곳 모두 설치를 마치고 시각장애인연합회와 함께 점검했습니다.",
            evidence_url="https://haedam.example/bus-stops/check",
        )


def empty_house(t: Teller) -> None:
    """Adopted in part, under way."""
    with days_ago(92):
        idea = t.file(
            "빈집을 청년 공동작업실로 바꿔 주세요",
            "구시가지에 비어 있는 집이 24채입니다. 3년만 빌려 고치면 청년들이 함께 쓰는 작업실이 됩니다.\n\n"
            "임대료는 청년들이 나누어 내고, 시는 지붕과 전기 수리를 도와주세요.",
            category="town",
            by="group",
            origin="organised",
            group_name="해담청년모임",
            place="옛시장길",
        )
    with days_ago(80):
        t.support(idea, 17, skip=2)
        t.say(idea, 8, "against", "집주인이 반대하는 빈집도 있습니다. 먼저 동의를 받아야 합니다.")
        t.say(idea, 9, "for", "작년 겨울 빈집에서 불이 날 뻔했습니다. 사람이 드나들면 안전해집니다.")
    with days_ago(78):
        t.assign(idea, "parks")
    with days_ago(70):
        handling.transfer(
            actor=acting_as("parks"),
            matter=idea.matter,
            office=office("transport"),
            reason_code="not_competent",
            reason="빈집 정비 업무는 도시 공간을 함께 맡은 교통정책과 소관입니다.",
        )
    idea.matter.refresh_from_db()
    with days_ago(55):
        t.answer(
            idea,
            "officer",
            "approver",
            disposition="partly",
            reason="집주인이 동의한 6채부터 시작합니다. 나머지 18채는 소유자와 연락이 닿지 않거나 철거가 정해져 있어 "
            "지금은 쓸 수 없습니다. 동의를 더 받으면 이 페이지에 알립니다.",
            next_step="동의를 받은 6채의 지붕과 전기를 고쳐 공동작업실로 엽니다.",
            owner=office("transport"),
            promised_on=(clock.now() + timedelta(days=110)).date(),
        )
    with days_ago(20):
        effects.report(
            actor=acting_as("officer"),
            effect=idea.matter.effects.get(),
            state="under_way",
            text="6채 가운데 2채의 지붕 공사를 시작했습니다.",
        )


def night_market(t: Teller) -> None:
    """Not adopted, with a reason."""
    with days_ago(75):
        idea = t.file(
            "강변 주차장을 주말 야시장으로 열어 주세요",
            "주말 저녁 강변 공영주차장은 절반 넘게 비어 있습니다. 야시장을 열면 상인과 주민 모두에게 좋습니다.",
            category="town",
            by="neighbour",
            place="강변로",
        )
    with days_ago(66):
        t.support(idea, 11, skip=5)
        t.say(idea, 12, "against", "강변 산책로에 쓰레기가 늘어날까 걱정됩니다.")
    with days_ago(64):
        t.assign(idea, "transport")
    with days_ago(44):
        t.answer(
            idea,
            "officer",
            "approver",
            disposition="rejected",
            reason="강변 주차장은 홍수 때 물을 가두는 하천 구역이라 전기 시설과 판매대를 둘 수 없습니다(하천법 제46조 관련). "
            "대신 시청 앞 광장은 주말마다 빌려 쓸 수 있습니다. 신청 방법을 시민참여과에서 안내해 드립니다.",
        )


def late_street_lights(t: Teller) -> None:
    """Owed, and late: everyone can see it."""
    with days_ago(62):
        idea = t.file(
            "학원가 골목 보안등을 밝은 것으로 바꿔 주세요",
            "밤 10시에 학원이 끝나면 아이들이 어두운 골목을 지나갑니다. 보안등 9개 가운데 4개가 꺼져 있습니다.",
            category="traffic",
            by="resident",
            place="배움길",
        )
    with days_ago(52):
        t.support(idea, 15, skip=1)
        t.say(idea, 2, "for", "지난주에도 넘어진 아이가 있었습니다.")
    with days_ago(49):
        t.assign(idea, "safety")
    with days_ago(40):
        t.say(idea, 6, "question", "언제쯤 답을 들을 수 있나요?")


def ping_pong(t: Teller) -> None:
    """Passed on twice; the third time it waits for the arbiter."""
    with days_ago(41):
        idea = t.file(
            "하천 산책로와 자전거길을 나눠 주세요",
            "산책하는 사람과 자전거가 한길을 써서 위험합니다. 바닥 색을 다르게 하고 표지를 세워 주세요.",
            category="traffic",
            by="neighbour",
            place="해담천",
        )
    with days_ago(33):
        t.support(idea, 12, skip=3)
    with days_ago(31):
        t.assign(idea, "parks")
    passes = (
        (28, "parks", "transport", "자전거길 표시는 교통정책과 일입니다."),
        (25, "officer", "parks", "하천 구역 안의 길은 푸른도시과가 관리합니다."),
        (21, "parks", "transport", "색칠과 표지는 도로 시설이라 저희가 예산을 쓸 수 없습니다."),
    )
    for days, who, code, reason in passes:
        with days_ago(days):
            handling.transfer(
                actor=acting_as(who),
                matter=idea.matter,
                office=office(code),
                reason_code="not_competent",
                reason=reason,
            )
        idea.matter.refresh_from_db()


def dust_shelters(t: Teller) -> None:
    """The clock is stopped: the office asked for more."""
    with days_ago(34):
        idea = t.file(
            "미세먼지 쉼터 지도를 만들어 주세요",
            "주민센터, 도서관, 경로당의 공기 상태를 한 지도에서 보고 가까운 쉼터를 찾고 싶습니다.",
            category="green",
            by="resident",
        )
    with days_ago(24):
        t.support(idea, 13, skip=4)
        first = t.say(idea, 10, "question", "측정값은 누가 관리하나요?")
        t.say(idea, 11, "for", "도서관은 이미 측정기가 있습니다. 연결만 하면 됩니다.", first)
    with days_ago(22):
        t.assign(idea, "parks")
    with days_ago(9):
        clocks.pause(
            actor=acting_as("parks"),
            matter=idea.matter,
            reason_code="supplement",
            reason="어느 시설부터 원하시는지 두세 곳을 알려 주시면 측정기를 확인하겠습니다.",
        )


def shade(t: Teller) -> None:
    """Waiting for the approver."""
    with days_ago(30):
        idea = t.file(
            "횡단보도 그늘막을 늘려 주세요",
            "여름 낮 신호를 기다리는 3분이 어르신에게는 깁니다. 그늘막이 없는 큰 횡단보도가 11곳입니다.",
            category="green",
            origin="organised",
            group_name="해담노인회",
            by="group",
        )
    with days_ago(18):
        t.support(idea, 16)
    with days_ago(16):
        t.assign(idea, "parks")
    with days_ago(3):
        draft = answers.save(
            actor=acting_as("parks"),
            matter=idea.matter,
            disposition="adopted",
            reason="말씀하신 11곳을 살펴보니 9곳은 바로 놓을 수 있고 2곳은 땅속 관로를 옮겨야 합니다. 9곳부터 놓겠습니다.",
            next_step="횡단보도 9곳에 접이식 그늘막을 놓습니다.",
            owner=office("parks"),
            promised_on=(clock.now() + timedelta(days=150)).date(),
        )
        answers.submit(actor=acting_as("parks"), answer=draft)


def school_signals(t: Teller) -> None:
    """With the office, being drafted; a duplicate was merged into it."""
    with days_ago(26):
        idea = t.file(
            "초등학교 앞 통학로에 보행자 우선 신호를 놓아 주세요",
            "등교 시간 10분 동안 횡단보도 한 곳에 차량 64대가 지나갑니다. 보행 신호와 우회전 신호가 겹쳐 아이들이 차 사이로 "
            "걷습니다.\n\n보행 신호를 7초 먼저 켜는 방식을 제안합니다. 인근 세 학교 학부모가 함께 세어 봤습니다.",
            category="traffic",
            by="resident",
            place="배움길",
        )
    with days_ago(25):
        twin = t.file(
            "초등학교 앞 보행 신호를 먼저 켜 주세요",
            "우회전 차량 때문에 아이들이 위험합니다. 보행 신호를 먼저 켜 주세요.",
            category="traffic",
            by="neighbour",
            place="배움길",
        )
        t.support(twin, 4, skip=14)
    with days_ago(20):
        t.support(idea, 9)
        t.say(idea, 1, "for", "저희 학교 앞도 같습니다. 신호가 7초만 먼저 켜져도 훨씬 안전합니다.")
        against = t.say(
            idea, 7, "against", "우회전 차량 대기가 길어지면 뒤쪽 교차로가 막힙니다. 함께 조사해 주세요."
        )
        t.say(idea, 13, "for", "아침 8시 20분부터 30분까지만 하면 영향이 작습니다.", against)
    with days_ago(15):
        ideas.merge(
            actor=acting_as("triage"), idea=twin, into=idea, reason="같은 횡단보도의 같은 제안입니다."
        )
        ideas.tally()
    idea.matter.refresh_from_db()
    with days_ago(13):
        t.assign(idea, "transport")
    with days_ago(2):
        answers.save(
            actor=acting_as("officer"),
            matter=idea.matter,
            disposition="adopted",
            reason="세 곳의 신호 주기를 현장에서 재고 있습니다.",
        )


def one_away(t: Teller) -> None:
    """One supporter short of the threshold: the next one starts the clock."""
    with days_ago(12):
        idea = t.file(
            "작은도서관을 밤 9시까지 열어 주세요",
            "퇴근하고 가면 늘 닫혀 있습니다. 일주일에 이틀만이라도 밤 9시까지 열면 아이와 함께 갈 수 있습니다.",
            category="care",
            by="neighbour",
            place="솔마을",
        )
    with days_ago(5):
        t.support(idea, 9, skip=6)
        t.say(idea, 15, "for", "자원봉사자로 저녁 시간을 맡을 수 있습니다.")


def fresh(t: Teller) -> None:
    """New ideas in discussion."""
    with days_ago(10):
        repair = t.file(
            "고장 난 가전을 함께 고치는 수리 카페를 열어 주세요",
            "버리기 전에 고쳐 쓰는 법을 배우고 싶습니다. 주민센터 회의실이 토요일 오전에 비어 있습니다.",
            category="green",
            by="group",
            origin="organised",
            group_name="해담제로웨이스트",
        )
    with days_ago(6):
        t.support(repair, 6, skip=10)
        t.say(repair, 16, "question", "다치는 사고가 나면 보험은 어떻게 되나요?")
    with days_ago(8):
        english = t.file(
            "Put clinic opening hours in English on the city map",
            "My family arrived last year and we often find out at the door that a clinic is closed.\n\n"
            "The city map already lists clinics. Please add opening hours and the languages spoken.",
            category="care",
            by="",
            author_label="Maya",
        )
    with days_ago(4):
        t.support(english, 5, skip=1)
    with days_ago(3):
        ramp = t.file(
            "구청 뒷문 경사로의 턱을 없애 주세요",
            "휠체어로 올라가다 3센티미터 턱에 걸립니다. 유아차를 끄는 분들도 같은 곳에서 멈춥니다.",
            category="access",
            by="resident",
            place="시청로",
        )
    with days_ago(1):
        t.support(ramp, 7, skip=12)
        spam = t.say(ramp, 17, "for", "최저가 대출 상담 010-0000-0000 지금 바로 연락 주세요")
        moderation.hide_comment(
            actor=acting_as("moderator"),
            comment=spam,
            reason_code="advertising",
            reason="제안과 관계없는 대출 광고입니다.",
        )
        quarrel(ramp, [actors.person(one) for one in t.crowd[19:22]])
    with days_ago(0.2):
        t.file(
            "분리수거장에 재활용 방법을 그림으로 붙여 주세요",
            "글씨가 작고 어려워서 어르신들이 헷갈려 하십니다. 품목마다 그림 한 장이면 충분합니다.",
            category="green",
            by="",
            author_label="솔마을 주민",
        )


def quiet(t: Teller) -> None:
    """A discussion that ended below its threshold."""
    with days_ago(70):
        idea = t.file(
            "시청 누리집 첫 화면을 파란색으로 바꿔 주세요",
            "지금 초록색은 눈에 잘 띄지 않습니다. 파란색이면 찾기 쉬울 것 같습니다.",
            category="town",
            by="neighbour",
        )
    with days_ago(60):
        t.support(idea, 2)
    with days_ago(9):
        ideas.close_ended()


def triage_now(t: Teller) -> None:
    """Waits on the triage desk since yesterday."""
    with days_ago(14):
        idea = t.file(
            "반려견 놀이터에 물그릇과 그늘을 마련해 주세요",
            "여름 내내 그늘이 한 곳도 없었습니다. 수도는 이미 들어와 있으니 물그릇과 차양만 있으면 됩니다.",
            category="green",
            by="resident",
            place="해담공원",
        )
    with days_ago(1):
        t.support(idea, 10, skip=8)


CHAPTERS = (
    bus_stops,
    empty_house,
    night_market,
    quiet,
    late_street_lights,
    ping_pong,
    dust_shelters,
    shade,
    school_signals,
    triage_now,
    one_away,
    fresh,
)
