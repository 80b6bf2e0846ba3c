"""Rows to measure with: 10,000 open matters on one desk, an idea with 1,000 comments. Made up, in bulk."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from madang.commons.matters.models import Assignment, Clock, ClockEvent, Matter
from madang.kernel import clock
from madang.kernel.models import Organisation, User
from madang.services.square.domain import ideas
from madang.services.square.models import Comment, Idea, Process

WORDS = [
    "보행로",
    "가로등",
    "도서관",
    "놀이터",
    "버스",
    "하천",
    "주차장",
    "경로당",
    "자전거",
    "쓰레기",
    "공원",
    "학교",
]


@transaction.atomic
def desk(count: int = 10_000) -> None:
    """Open matters of the transport office with running clocks; a tenth of them late."""
    process = Process.objects.get(slug="neighbourhood")
    phase = process.cells.get().phase
    model = Matter.objects.filter(rule__code="square.haedam").first()
    assert model is not None
    office, now = Organisation.objects.get(code="transport"), clock.now()
    matters = Matter.objects.bulk_create(
        [
            Matter(
                kind="idea",
                number=f"ID-2001-{place:05d}-0",
                state="assigned",
                title=f"{WORDS[place % 12]} {WORDS[place // 12 % 12]} 개선 제안 {place}",
                body="재어 보려고 만든 글입니다. " * 8,
                filed_at=now - timedelta(days=40, minutes=place),
                rule=model.rule,
                host=model.host,
                responsible=office,
                due_at=now + timedelta(days=place % 30 - 3, minutes=place % 1000),
            )
            for place in range(count)
        ],
        batch_size=500,
    )
    Idea.objects.bulk_create(
        [
            Idea(matter=matter, process=process, phase=phase, threshold=10, support_total=12)
            for matter in matters
        ],
        batch_size=500,
    )
    Assignment.objects.bulk_create(
        [Assignment(matter=matter, organisation=office, started_at=now) for matter in matters], batch_size=500
    )
    clocks = Clock.objects.bulk_create(
        [Clock(matter=matter, rule=model.rule, started_at=now, due_at=matter.due_at) for matter in matters],
        batch_size=500,
    )
    ClockEvent.objects.bulk_create(
        [ClockEvent(clock=row, kind="started", at=now, amount=30, unit="calendar_days") for row in clocks],
        batch_size=500,
    )


@transaction.atomic
def talk(count: int = 1000) -> Idea:
    """An idea with that many comments, a third of them replies."""
    idea = Idea.objects.filter(matter__state="open", process__slug="neighbourhood").first()
    assert idea is not None
    people = list(User.objects.filter(email__startswith="demo"))
    now, firsts = clock.now(), []
    for place in range(count):
        row = Comment(
            idea=idea,
            stance=("for", "against", "question")[place % 3],
            body=f"{place}번째 의견입니다. 아침마다 지나는 길이라 자세히 적어 봅니다. " * 2,
            author=people[place % len(people)],
            at=now - timedelta(minutes=count - place),
        )
        if place % 3 == 2 and firsts:
            row.parent = firsts[place % len(firsts)]
        row.save()
        if row.parent_id is None:
            firsts.append(row)
    ideas.tally()
    return idea
