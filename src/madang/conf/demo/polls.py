"""Four polls of Haedam: one open, one closed that waits for its readers, two rounds with reports. Every answer is made up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation

from madang.conf.demo.poll_answers import ANSWERS, EARLIER, MORE, Said
from madang.conf.demo.story import acting_as, days_ago, office
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.levels import Level

if TYPE_CHECKING:
    from madang.services.polls.models import Poll

FIRST_KO, FIRST_EN = (
    "당신에게 시정혁신이란? 1차 (체험용 설문)",
    "What is innovation in our city to you? Round 1 (demo poll)",
)
SECOND_KO, SECOND_EN = (
    "당신에게 시정혁신이란? 2차 (체험용 설문)",
    "What is innovation in our city to you? Round 2 (demo poll)",
)
NOW_KO, NOW_EN = (
    "당신에게 시정혁신이란? 3차 (체험용 설문)",
    "What is innovation in our city to you? Round 3 (demo poll)",
)
NOTE_KO = "체험용 보고서입니다. 답변은 모두 지어낸 것이고, 표와 그림은 그 답변으로 실제로 계산했습니다."
NOTE_EN = "A demo report. All answers are made up; tables and pictures are really computed from them."


def tell(report: Callable[[str], None]) -> None:
    """Nothing where the service is switched off."""
    if "polls" in settings.SERVICES_OFF:
        return
    first = _reported(FIRST_KO, FIRST_EN, 398, EARLIER)
    second = _reported(SECOND_KO, SECOND_EN, 200, ANSWERS + MORE, previous=first)
    _asked(NOW_KO, NOW_EN, 30, ANSWERS, second)
    _open()
    report(
        f"Four polls: one open, one closed with {len(ANSWERS)} answers that nobody gave, two rounds with their reports."
    )


def _reported(
    title_ko: str, title_en: str, days: float, said: tuple[Said, ...], previous: Poll | None = None
) -> Poll:
    """A round that was read by two, decided where they differed, and published."""
    from madang.services.polls.domain import analysing, codebooks, coding, publishing, rulings, tasks
    from madang.services.polls.logic.codebook import plan_book
    from madang.services.polls.models import Task

    chief = acting_as("analyst")
    poll = _asked(title_ko, title_en, days, said, previous)
    with days_ago(days - 30):
        book = codebooks.fix(
            actor=chief, codebook=codebooks.start(actor=chief, poll=poll, body=plan_book().as_dict())
        )
        readers = [acting_as("coder"), acting_as("second-coder")]
        people = [reader.account for reader in readers]
        tasks.hand_out_sample(actor=chief, codebook=book, coders=people, size=len(said))
        right = {one.words: one for one in said}
        texts = tasks.texts(poll)
        for task in Task.objects.filter(codebook=book).select_related("coder"):
            one, reader = right[texts[task.response_id]], readers[people.index(task.coder)]
            coding.code(
                actor=reader, task=task, code=one.other if one.other and reader is readers[1] else one.code
            )
        for found in rulings.differences(actor=chief, codebook=book):
            rulings.rule(
                actor=chief,
                codebook=book,
                response=found.response,
                code=right[texts[found.response]].code,
                reason="코드북의 정의에 더 가까운 쪽으로 정했습니다.",
            )
        analysis = None
        if previous is not None:  # the first round is told by its codes alone
            analysis = analysing.order(actor=chief, poll=poll, around=["정부", "혁신"])
            analysing.read_apart(analysis)
            analysis.refresh_from_db()
        publishing.publish(
            actor=chief,
            poll=poll,
            codebook=book,
            analysis=analysis,
            after=0,
            note_ko=NOTE_KO,
            note_en=NOTE_EN,
        )
    return poll


def _asked(
    title_ko: str, title_en: str, days: float, said: tuple[Said, ...], previous: Poll | None = None
) -> Poll:
    """A poll that was opened so many days ago, answered for eighteen days, and closed."""
    from madang.services.polls.domain import polls, responses  # the app may be switched off
    from madang.services.polls.domain.starters import CONSENT_EN, CONSENT_KO, STARTERS

    chief, starter = acting_as("analyst"), STARTERS["plan"]
    with days_ago(days):
        poll = polls.create(
            actor=chief,
            host=office("participation"),
            questions=starter.questions,
            title_ko=title_ko,
            title_en=title_en,
            intro_ko="체험용 설문입니다. 답변은 모두 지어낸 것입니다.",
            intro_en="This is a demo. All answers are made up.",
            consent_ko=CONSENT_KO,
            consent_en=CONSENT_EN,
            about="space:haedam",
            channels=["web", "phone", "paper", "kiosk"],
            closes_at=clock.now() + timedelta(days=21),
            previous=previous,
        )
        poll = polls.open_(actor=chief, poll=poll)
    for place, one in enumerate(said):
        language = "en" if one.words.isascii() else "ko"
        with days_ago(days - 1 - place * 18 / len(said)), translation.override(language):
            responses.hand_in(
                actor=Actor(channel=one.means),
                poll=poll,
                raw={1: one.words, **({2: str(one.age)} if one.age else {})},
                has_consented=True,
                may_quote=place % 4 != 3,
            )
    with days_ago(days - 21):
        return polls.close(actor=chief, poll=poll)


def _open() -> None:
    from madang.services.polls.domain import polls, responses
    from madang.services.polls.domain.questions import Draft
    from madang.services.polls.domain.starters import CONSENT_EN, CONSENT_KO, CONTENT, STARTERS

    chief = acting_as("facilitator")
    places = (
        ("주민센터", "Community centre"),
        ("도서관", "Library"),
        ("체육관", "Sports hall"),
        ("공원", "Park"),
    )
    with days_ago(4):
        poll = polls.create(
            actor=chief,
            host=office("participation"),
            title_ko="동네 공공시설, 얼마나 편하게 쓰고 계신가요?",
            title_en="How well do public places in your neighbourhood serve you?",
            intro_ko="주민센터, 도서관, 체육관, 공원의 여는 시간과 예약 방법을 고치려고 여쭙습니다. 3분이면 됩니다. "
            "체험용 설문입니다.",
            intro_en="We ask because opening hours and booking of community centres, libraries, sports halls and parks "
            "are to change. It takes three minutes. This is a demo.",
            consent_ko=CONSENT_KO,
            consent_en=CONSENT_EN,
            about="space:haedam",
            level=Level.ANONYMOUS,
            channels=["web", "api"],
            embed_origins=["https://www.haedam.example"],
            closes_at=clock.seoul(clock.now() + timedelta(days=25)).replace(hour=18, minute=0, second=0),
            questions=(
                Draft(
                    "scale",
                    "지난 한 해, 동네 공공시설에 얼마나 만족하셨나요?",
                    "How satisfied were you with them in the last year?",
                    options=CONTENT,
                ),
                Draft(
                    "text",
                    "무엇이 불편했는지 알려 주세요.",
                    "What was inconvenient?",
                    limits={"longest": 500},
                    on=1,
                    any_of=("1", "2"),
                ),
                Draft("choices", "어디를 쓰시나요?", "Which of them do you use?", options=places),
                Draft(
                    "ranking",
                    "먼저 고쳐야 할 것부터 순서를 매겨 주세요.",
                    "What should be improved first?",
                    options=(
                        ("여는 시간", "Opening hours"),
                        ("예약 방법", "Booking"),
                        ("시설 상태", "Condition"),
                        ("이용료", "Price"),
                    ),
                    limits={"most": 3},
                ),
                Draft(
                    "matrix",
                    "시설마다 얼마나 가까운가요?",
                    "How near are they?",
                    options=(("걸어서", "On foot"), ("버스로", "By bus"), ("너무 멉니다", "Too far")),
                    rows=places,
                ),
                Draft(
                    "text",
                    "한 가지를 바꿀 수 있다면 무엇을 바꾸고 싶으신가요?",
                    "If you could change one thing, what would it be?",
                    "개인을 알아볼 수 있는 내용은 적지 말아 주세요.",
                    "Please write nothing by which somebody could be recognised.",
                    is_required=True,
                    is_headline=True,
                    limits={"longest": 1000},
                ),
                Draft("file", "사진이 있다면 올려 주세요.", "Add a picture if you have one."),
                *[one for one in STARTERS["plan"].questions if one.is_trait],
            ),
        )
        poll = polls.open_(actor=chief, poll=poll)
    for place, (words, content) in enumerate(
        (
            ("도서관을 밤 열 시까지 열어 주세요", "2"),
            ("체육관 예약을 전화로도 받아 주세요", "1"),
            ("공원 화장실을 겨울에도 열어 주세요", "3"),
            ("주민센터를 토요일 오전에 열면 좋겠습니다", "4"),
        )
    ):
        with days_ago(3 - place * 0.6):
            responses.hand_in(
                actor=Actor(channel="web"),
                poll=poll,
                raw={1: content, 6: words},
                has_consented=True,
                may_quote=place % 2 == 0,
            )
