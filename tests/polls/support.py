"""A closed poll with answers, its codebook and its coders. The titles are short forms of what such polls bring."""

from __future__ import annotations

import csv
import itertools
from datetime import date, datetime
from pathlib import Path
from typing import Any

import factory
from factory.django import DjangoModelFactory

from madang.kernel import clock
from madang.kernel.models import Organisation, User
from madang.services.polls.domain import codebooks, coding, tasks
from madang.services.polls.enums import PollState, QuestionKind
from madang.services.polls.logic.codebook import plan_book
from madang.services.polls.models import Codebook, Poll, Question, Reply, Response, Task
from tests.factories import OrganisationFactory, actor, official

CLOSED = datetime(2026, 3, 2, 18, tzinfo=clock.SEOUL)
TEXTS = (
    "국민과 소통하는 정부",
    "공정하고 투명한 행정",
    "취약계층을 먼저 돌보는 복지",
    "불필요한 규제를 없애 주세요",
    "일 처리가 빨라졌으면",
    "국민의 목소리에 귀 기울이기",
    "예산을 어디에 썼는지 공개",
    "공무원이 적극적으로 일하는 나라",
)


class PollFactory(DjangoModelFactory):
    class Meta:
        model = Poll

    code = factory.Sequence(lambda n: f"K{n:05d}")
    host = factory.LazyFunction(lambda: OrganisationFactory(code="host"))
    title_ko = "정부혁신이란 무엇인가요?"
    title_en = "What is government innovation?"
    consent_ko = "응답은 이름 없이 분석합니다."
    consent_en = "Answers are analysed without names."
    state = PollState.CLOSED
    digest = "0" * 64
    created_at = CLOSED
    closed_at = CLOSED


def question(poll: Poll) -> Question:
    found = poll.questions.filter(is_headline=True).first()
    return found or Question.objects.create(
        poll=poll,
        number=1,
        kind=QuestionKind.TEXT,
        label_ko="한마디로 적어 주세요",
        label_en="In a few words",
        is_headline=True,
    )


def answers(poll: Poll, texts: Any) -> list[Response]:
    """One response for every text, with keys in their order so that tests can count on them."""
    asked = question(poll)
    start = Response.objects.count() + 1
    made = Response.objects.bulk_create(
        [Response(id=start + n, poll=poll, day=date(2026, 3, 1)) for n, _text in enumerate(texts)]
    )
    Reply.objects.bulk_create(
        [
            Reply(response=response, question=asked, value=text)
            for response, text in zip(made, texts, strict=True)
        ]
    )
    return made


def some(count: int) -> list[str]:
    """Different texts, as many as wanted."""
    return [f"{text} {n}" for n, text in zip(range(count), itertools.cycle(TEXTS))]


def real_titles(folder: Path) -> list[str]:
    """The distinct titles of the real Gwanghwamoon 1st Street file."""
    with (folder / "square" / "gwanghwamoon-2020-05-24.csv").open(encoding="utf-8", newline="") as file:
        return list(dict.fromkeys(row["title"] for row in csv.DictReader(file)))


def host() -> Organisation:
    return OrganisationFactory(code="host")


def analyst(name: str = "분석") -> User:
    return official("analyst", host(), name=name)


def coder(name: str = "코더") -> User:
    return official("coder", host(), name=name)


def fixed(poll: Poll, lead: User, **changes: Any) -> Codebook:
    """The plan's book, fixed."""
    book = codebooks.start(actor=actor(lead), poll=poll, body=plan_book().as_dict() | changes)
    return codebooks.fix(actor=actor(lead), codebook=book)


def closed_poll(texts: Any = TEXTS, **fields: Any) -> Poll:
    poll = PollFactory(**fields)
    answers(poll, texts)
    return poll


def sampled(poll: Poll, book: Codebook, lead: User, coders: list[User], size: int = 300) -> int:
    return tasks.hand_out_sample(actor=actor(lead), codebook=book, coders=coders, size=size)


def code_all(book: Codebook, who: User, code: Any) -> int:
    """Code everything that waits for somebody; `code` is a key or says one for a text."""
    done = 0
    said = tasks.texts(book.poll)
    while (
        task := Task.objects.filter(codebook=book, coder=who, coding__isnull=True).order_by("place").first()
    ):
        key = code(said[task.response_id]) if callable(code) else code
        done += coding.code(actor=actor(who), task=task, code=key)
    return done
