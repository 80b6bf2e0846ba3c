"""Three polls of Haedam: one open, one closed that waits for its readers, one with its report. Every answer is made up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation

from madang.conf.demo.story import acting_as, days_ago, office
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.levels import Level

if TYPE_CHECKING:
    from madang.services.polls.models import Poll

# Words, and who says them: (age, means) with the ages of `starters.AGE` counted from 1, 0 for no answer.
ANSWERS: tuple[tuple[str, int, str], ...] = (
    ("시민에게 먼저 묻고 함께 정하는 것", 3, "web"),
    ("약속한 날짜를 지키는 정부", 4, "web"),
    ("줄 서지 않아도 되는 민원", 5, "web"),
    ("투명하게 공개하는 예산", 4, "web"),
    ("공정", 2, "web"),
    ("국민이 주인이라는 말을 지키는 일", 6, "paper"),
    ("어르신도 쉽게 쓰는 서비스", 7, "paper"),
    ("담당자가 바뀌어도 처음부터 다시 설명하지 않는 것", 3, "web"),
    ("부서끼리 떠넘기지 않고 한 번에 해결해 주는 것", 4, "web"),
    ("관행을 버리는 용기", 5, "web"),
    ("소통이라고 생각합니다. 듣고 답하는 것", 3, "web"),
    ("장애가 있어도 혼자 신청할 수 있는 누리집", 2, "web"),
    ("쓸데없는 서류 없애기", 3, "web"),
    ("공무원이 눈치 보지 않고 새 일을 해 볼 수 있는 분위기", 4, "web"),
    ("채용 비리 없는 공정한 기회", 2, "web"),
    ("세금을 어디에 썼는지 알기 쉽게 보여 주는 것", 5, "web"),
    ("주말에도 되는 민원", 3, "web"),
    ("국민의 삶이 실제로 나아지는 것", 6, "web"),
    ("말보다 실천", 5, "web"),
    ("작은 의견도 버리지 않는 정부", 4, "web"),
    ("적극적으로 찾아가는 복지", 7, "paper"),
    ("참여", 2, "web"),
    ("시민이 낸 제안이 어떻게 됐는지 끝까지 알려 주는 것", 3, "web"),
    ("권위를 내려놓는 것", 4, "web"),
    ("청렴. 이것 하나면 됩니다", 6, "paper"),
    ("빠른 처리보다 바른 처리", 5, "web"),
    ("일을 반으로 줄이고 시민을 두 배로 만나는 것", 4, "web"),
    ("데이터를 열어 두는 것. 누구나 확인할 수 있게", 3, "web"),
    ("아이 키우는 집이 편해지는 것", 3, "web"),
    ("버스 노선 하나 바꿀 때도 타는 사람에게 물어보기", 2, "web"),
    ("불필요한 회의 없애기", 3, "web"),
    ("약자를 먼저 챙기는 것", 6, "web"),
    ("책임지는 사람이 있는 행정", 5, "web"),
    ("모르겠다", 1, "web"),
    ("학교에서 배운 대로 하는 정부", 1, "web"),
    ("규제를 풀 건 풀고 지킬 건 지키는 것", 5, "web"),
    ("시골에도 똑같이 닿는 서비스", 7, "phone"),
    ("전화하면 사람이 받는 것", 7, "phone"),
    ("열린 정부", 3, "web"),
    ("사람이 먼저인 안전", 4, "web"),
    ("같은 서류를 두 번 내지 않게 하는 것", 4, "web"),
    ("다른 기관과 자료를 나눠 쓰는 협업", 4, "web"),
    ("시민을 가르치려 하지 않는 것", 3, "web"),
    ("신뢰를 되찾는 일", 5, "web"),
    ("Listening first, then deciding together", 3, "web"),
    ("외국인 주민도 알아볼 수 있는 안내", 3, "web"),
    ("투명성과 책임", 4, "web"),
    ("실패해도 다시 해 볼 수 있는 기회", 2, "web"),
    ("보여 주기 행사 그만하기", 5, "web"),
    ("국민과의 약속", 6, "web"),
    ("공익을 먼저 생각하는 마음", 6, "paper"),
    ("효율적으로 일해서 남는 시간에 현장에 가는 것", 4, "web"),
    ("청년이 떠나지 않는 도시를 함께 만드는 것", 2, "web"),
    ("복잡한 말을 쉬운 말로 바꾸는 것", 3, "web"),
    ("민원인을 이 부서 저 부서로 돌리지 않기", 5, "web"),
    ("끊임없이 고쳐 나가는 것", 4, "web"),
    ("정의로운 나라", 2, "web"),
    ("국민의 목소리에 귀 기울이는 정부", 0, "web"),
    ("국민의 목소리에 귀 기울이는 정부", 0, "kiosk"),
    ("👍", 1, "kiosk"),
    ("권한을 동네에 나눠 주는 것", 5, "web"),
    ("일 잘하는 공무원이 칭찬받는 조직", 4, "web"),
    ("부패를 신고한 사람을 끝까지 지켜 주는 것", 4, "web"),
    ("골목까지 살피는 행정", 6, "paper"),
)
# How two made-up readers coded them, in the order of the answers; they differed on those in `DIFFERENT`.
CODES = [
    "engagement",
    "other",
    "efficiency",
    "fair-transparent",
    "fair-transparent",
    "engagement",
    "disadvantaged",
    "efficiency",
    "collaboration",
    "authority",
    "communication",
    "disadvantaged",
    "efficiency",
    "proactive",
    "fair-transparent",
    "fair-transparent",
    "quality",
    "quality",
    "proactive",
    "communication",
    "proactive",
    "engagement",
    "communication",
    "authority",
    "fair-transparent",
    "efficiency",
    "efficiency",
    "opening",
    "quality",
    "engagement",
    "efficiency",
    "disadvantaged",
    "fair-transparent",
    "not_codable",
    "other",
    "proactive",
    "coexistence",
    "communication",
    "opening",
    "safety",
    "efficiency",
    "collaboration",
    "authority",
    "public-interest",
    "communication",
    "disadvantaged",
    "fair-transparent",
    "proactive",
    "authority",
    "other",
    "public-interest",
    "efficiency",
    "coexistence",
    "communication",
    "collaboration",
    "proactive",
    "fair-transparent",
    "communication",
    "communication",
    "not_codable",
    "engagement",
    "proactive",
    "fair-transparent",
    "proactive",
]
DIFFERENT = {
    "빠른 처리보다 바른 처리": "public-interest",
    "주말에도 되는 민원": "efficiency",
    "말보다 실천": "other",
}


def tell(report: Callable[[str], None]) -> None:
    """Nothing where the service is switched off."""
    if "polls" in settings.SERVICES_OFF:
        return
    _published()
    _closed()
    _open()
    report(
        f"Three polls: one open, one closed with {len(ANSWERS)} answers that nobody gave, one with its report."
    )


def _published() -> None:
    """Last year's round: read by two, decided where they differed, published."""
    from madang.services.polls.domain import analysing, codebooks, coding, publishing, rulings, tasks
    from madang.services.polls.logic.codebook import plan_book
    from madang.services.polls.models import Task

    chief = acting_as("analyst")
    poll = _asked(
        "당신에게 시정혁신이란? 지난해 (체험용 설문)",
        "What is innovation in our city to you? Last year (demo poll)",
        380,
    )
    with days_ago(350):
        book = codebooks.fix(
            actor=chief, codebook=codebooks.start(actor=chief, poll=poll, body=plan_book().as_dict())
        )
        readers = [acting_as("coder"), acting_as("second-coder")]
        people = [reader.account for reader in readers]
        tasks.hand_out_sample(actor=chief, codebook=book, coders=people, size=len(ANSWERS))
        right = {words: code for (words, _age, _means), code in zip(ANSWERS, CODES, strict=True)}
        texts = tasks.texts(poll)
        for task in Task.objects.filter(codebook=book).select_related("coder"):
            reader = readers[people.index(task.coder)]
            words = texts[task.response_id]
            code = DIFFERENT.get(words, right[words]) if reader is readers[1] else right[words]
            coding.code(actor=reader, task=task, code=code)
        for one in rulings.differences(actor=chief, codebook=book):
            rulings.rule(
                actor=chief,
                codebook=book,
                response=one.response,
                code=right[texts[one.response]],
                reason="코드북의 정의에 더 가까운 쪽으로 정했습니다.",
            )
        analysis = analysing.order(actor=chief, poll=poll, around=["정부", "혁신"])
        analysing.read_apart(analysis)
        analysis.refresh_from_db()
        publishing.publish(
            actor=chief,
            poll=poll,
            codebook=book,
            analysis=analysis,
            after=0,
            note_ko="체험용 보고서입니다. 답변은 모두 지어낸 것이고, 표와 그림은 그 답변으로 실제로 계산했습니다.",
            note_en="A demo report. All answers are made up; tables and pictures are really computed from them.",
        )


def _closed() -> None:
    _asked("당신에게 시정혁신이란? (체험용 설문)", "What is innovation in our city to you? (demo poll)", 30)


def _asked(title_ko: str, title_en: str, days: float) -> Poll:
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
        )
        poll = polls.open_(actor=chief, poll=poll)
    for place, (words, age, means) in enumerate(ANSWERS):
        language = "en" if words.isascii() else "ko"
        with days_ago(days - 1 - place * 18 / len(ANSWERS)), translation.override(language):
            responses.hand_in(
                actor=Actor(channel=means),
                poll=poll,
                raw={1: words, **({2: str(age)} if age else {})},
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
