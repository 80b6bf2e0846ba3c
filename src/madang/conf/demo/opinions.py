"""An opinion map in Haedam: statements and answers that nobody gave, made up by dice that fall the same every time."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

from madang.commons.opinions import pseudonyms
from madang.commons.opinions.domain import conversations, counting, statements, voting
from madang.conf.demo.story import days_ago
from madang.kernel import actors, clock
from madang.kernel.levels import Level
from madang.kernel.models import Organisation, User
from madang.services.square.models import Idea

QUESTION = conversations.Question(
    ko="해담천 산책로와 자전거길, 어떻게 나누면 좋을까요?",
    en="How should walkers and cyclists share the path along the Haedam stream?",
    intro_ko="걷는 사람, 달리는 사람, 자전거를 타는 사람이 한길을 씁니다. 어디까지 같은 생각인지 먼저 알아봅니다. "
    "체험용 대화이고, 응답은 지어낸 것입니다.",
    intro_en="People walk, run and cycle on one path. First we find out how far they agree. "
    "This is a demo, and its answers are made up.",
)
# How likely each of two kinds of people agrees and disagrees; the rest passes.
WALKERS, RIDERS = 0, 1
SEEDS: tuple[tuple[str, tuple[float, float], tuple[float, float]], ...] = (
    ("해 진 뒤에도 걸을 수 있게 길 전체에 조명을 놓아야 한다", (0.9, 0.04), (0.86, 0.05)),
    ("자전거 속도를 시속 15km로 제한해야 한다", (0.93, 0.03), (0.07, 0.88)),
    ("걷는 길과 자전거길은 턱이나 울타리로 완전히 나눠야 한다", (0.86, 0.08), (0.14, 0.78)),
    ("바닥 색과 표지만 바꿔도 충분하다", (0.07, 0.86), (0.8, 0.1)),
    ("전동킥보드는 이 길에 들어오지 못하게 해야 한다", (0.82, 0.08), (0.52, 0.3)),
    ("자전거 출퇴근이 늘면 도시 전체에 이롭다", (0.4, 0.3), (0.95, 0.02)),
    ("다리 밑 좁은 곳에서는 자전거를 끌고 가야 한다", (0.9, 0.05), (0.15, 0.74)),
    ("아이와 어르신이 쉬어 갈 의자가 더 있어야 한다", (0.9, 0.02), (0.8, 0.06)),
    ("반려견 목줄은 2m를 넘지 않아야 한다", (0.7, 0.14), (0.84, 0.05)),
    ("자전거길을 넓히려고 나무를 옮겨 심어도 괜찮다", (0.06, 0.87), (0.68, 0.16)),
    ("출퇴근 시간에는 자전거를 우선해야 한다", (0.05, 0.9), (0.88, 0.05)),
    ("길이 만나는 곳마다 거울과 반사경을 놓아야 한다", (0.78, 0.05), (0.85, 0.04)),
    ("규칙을 어긴 자전거에는 과태료를 물려야 한다", (0.88, 0.06), (0.1, 0.79)),
    ("새 길을 만들기보다 지금 있는 길을 고쳐 써야 한다", (0.56, 0.26), (0.5, 0.3)),
)
WRITTEN: tuple[tuple[str, tuple[float, float], tuple[float, float]], ...] = (
    ("비가 오면 길이 잠기니 물이 빠지게 먼저 고쳐야 한다", (0.88, 0.03), (0.87, 0.03)),
    ("The signs along the stream should also be in English", (0.62, 0.12), (0.66, 0.1)),
)
PEOPLE = 148


def tell(report: Callable[[str], None]) -> None:
    """One conversation that is open: asked for by a moderator, answered by dice."""
    moderator = actors.person(User.objects.get(email="moderator@haedam.example"))
    idea = Idea.objects.select_related("matter").filter(matter__title__startswith="하천 산책로").first()
    with days_ago(12):
        conversation = conversations.create(
            actor=moderator,
            host=Organisation.objects.get(code="participation"),
            question=QUESTION,
            about=idea.matter.reference if idea else "",
            vote_level=Level.ANONYMOUS,
            write_level=Level.CONTACT,
            closes_at=clock.now() + timedelta(days=40),
            seeds=[text for text, _walkers, _riders in SEEDS],
        )
        conversation = conversations.open_(actor=moderator, conversation=conversation)
    with days_ago(8):
        for name, (text, _walkers, _riders) in zip(("resident", "neighbour"), WRITTEN, strict=True):
            writer = actors.person(User.objects.get(email=f"{name}@haedam.example"))
            statements.write(actor=writer, conversation=conversation, words=text)
    with days_ago(2):
        doubtful = statements.write(
            actor=actors.person(User.objects.get(email="group@haedam.example")),
            conversation=conversation,
            words="의자를 더 놓아야 하고 화장실도 새로 지어야 한다",
        )
        statements.send_back(
            actor=moderator,
            statement=doubtful,
            reason_code="two_claims",
            note="의자와 화장실을 따로 물으면 더 많은 분이 답할 수 있습니다. 둘로 나눠 주세요.",
        )
        statements.write(
            actor=actors.person(User.objects.get(email="neighbour@haedam.example")),
            conversation=conversation,
            words="전동킥보드는 이 길에 못 들어오게 막아야 한다",
        )
    _answer(conversation.code)
    counting.step(conversation.pk)
    counting.test(conversation.pk)
    report(tell.__doc__ or "")


def _answer(code: str) -> None:
    from madang.commons.opinions.models import Conversation

    conversation = Conversation.objects.get(code=code)
    tendencies = {text: (walkers, riders) for text, walkers, riders in (*SEEDS, *WRITTEN)}
    numbers = {
        row.number: tendencies[row.text] for row in statements.shown(conversation) if row.text in tendencies
    }
    dice = random.Random(20261128)  # noqa: S311 - made-up answers
    nobody = actors.person(None)
    for person in range(PEOPLE):
        kind = WALKERS if dice.random() < 0.58 else RIDERS
        participant = pseudonyms.of_key(conversation, f"demo:{person}")
        for number, tendency in numbers.items():
            if dice.random() > 0.88:
                continue
            agree, disagree = tendency[kind]
            lot = dice.random()
            value = 1 if lot < agree else -1 if lot < agree + disagree else 0
            voting.cast(
                actor=nobody,
                conversation=conversation,
                participant=participant,
                number=number,
                answer=value,
            )
