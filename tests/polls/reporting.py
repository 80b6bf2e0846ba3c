"""Closed polls with coded answers, for tests of what is made of them."""

from __future__ import annotations

from madang.kernel import clock
from madang.kernel.models import Organisation, Role, User
from madang.services.polls.domain import polls
from madang.services.polls.domain.questions import Draft
from madang.services.polls.logic.codebook import plan_book
from madang.services.polls.models import Codebook, Coding, Poll, Response, Ruling, Task
from tests.factories import actor, official
from tests.polls.asking import FREE, office, opened, say

SENTENCES = (
    "공정하고 투명한 정부가 되어 주세요",
    "국민과 소통하는 정부를 바랍니다",
    "약자를 보호하는 따뜻한 행정",
    "현장 중심의 적극적인 행정",
)
AGES = Draft("choice", "나이대?", "Age?", is_trait=True, options=(("젊음", "Young"), ("늙음", "Old")))
SCALE = Draft("scale", "만족?", "Satisfied?", options=tuple((str(n), str(n)) for n in range(1, 6)))


def closed(
    *questions: Draft, answers: int = 24, lead: tuple[Organisation, User] | None = None, **fields: object
) -> Poll:
    """A closed poll whose answers are the sentences above in turn; every second person may be quoted."""
    host, user = lead or office()
    poll = opened(*(questions or (FREE,)), lead=(host, user), **fields)
    for number in range(answers):
        say(poll, f"{SENTENCES[number % 4]} {number}번", may_quote=number % 2 == 0)
    return polls.close(actor=actor(user), poll=poll)


def coded(poll: Poll, *, double: int = 8, differ: int = 0) -> Codebook:
    """The plan's codebook, fixed; every answer coded by one reader, the first `double` by two who differ in `differ`."""
    now = clock.now()
    book = Codebook.objects.create(
        poll=poll, version=1, state="fixed", body=plan_book().as_dict(), created_at=now, fixed_at=now
    )
    codes = ("fair-transparent", "communication", "disadvantaged", "proactive")
    one, two = official(Role.CODER, poll.host), official(Role.CODER, poll.host)
    for place, response in enumerate(Response.objects.filter(poll=poll, is_withdrawn=False).order_by("pk")):
        text = str(response.replies.get(question__is_headline=True).value)
        code = codes[next(at for at, sentence in enumerate(SENTENCES) if text.startswith(sentence))]
        for reader in (one, two) if place < double else (one,):
            task = Task.objects.create(
                codebook=book, response=response, coder=reader, place=place, is_double=place < double
            )
            said = "efficiency" if reader == two and place < differ else code
            Coding.objects.create(task=task, code=said, at=now)
    return book


def ruled(book: Codebook, response: Response, code: str, by: User) -> Ruling:
    return Ruling.objects.create(
        codebook=book, response=response, code=code, reason="정의에 맞게", by=by, at=clock.now()
    )
