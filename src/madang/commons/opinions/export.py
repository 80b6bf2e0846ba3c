"""Results as files in the format of the Polis export, and the record that closing leaves in the public log.

What differs from Polis, for the sake of the people in it: no moment is kept with an answer, so every `timestamp` is the
day on which the conversation was opened; only the answer that counts is given, once; numbers of participants follow
their pseudonyms, which are random, so that neither they nor the order of rows tell who came when; `author-id` is 0 for
all, because an author's number would tell which answers are hers.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Any

from django.db.models import Count

from madang.commons.opinions import engine
from madang.commons.opinions.domain import counting
from madang.commons.opinions.domain.known import Answers
from madang.commons.opinions.enums import StatementState
from madang.commons.opinions.models import Board, Conversation, Statement
from madang.kernel import clock
from madang.kernel.logic.cells import safe

MODERATED = {StatementState.SHOWN: 1, StatementState.HIDDEN: -1}


def _day(conversation: Conversation) -> datetime:
    moment = clock.seoul(conversation.opened_at or conversation.created_at)
    return datetime.combine(moment.date(), time(), tzinfo=clock.SEOUL)


def _stamps(conversation: Conversation) -> list[str]:
    day = _day(conversation)
    return [str(int(day.timestamp() * 1000)), day.strftime("%a %b %d %H:%M:%S KST %Y")]


def _csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def numbered(answers: Answers) -> list[tuple[int, str]]:
    """Numbers of the participants, in the order of their pseudonyms; imported ones keep theirs."""
    names = list(answers)
    if all(name.startswith("polis:") for name in names):
        return sorted((int(name.removeprefix("polis:")), name) for name in names)
    return list(enumerate(sorted(names)))


def _published(conversation: Conversation) -> list[Statement]:
    """Statements that were shown at some time; what never passed is nobody's business."""
    states = [StatementState.SHOWN, StatementState.HIDDEN]
    return list(Statement.objects.filter(conversation=conversation, state__in=states).order_by("number"))


def comments_csv(conversation: Conversation, answers: Answers) -> str:
    agrees, disagrees = (engine.tally(answers, value) for value in (1, -1))
    stamps = _stamps(conversation)
    return _csv(
        [
            "timestamp",
            "datetime",
            "comment-id",
            "author-id",
            "agrees",
            "disagrees",
            "moderated",
            "comment-body",
        ],
        (
            [
                *stamps,
                row.number,
                0,
                agrees.get(row.number, 0),
                disagrees.get(row.number, 0),
                MODERATED[StatementState(row.state)],
                safe(row.text) if row.state == StatementState.SHOWN else "",
            ]
            for row in _published(conversation)
        ),
    )


def votes_csv(conversation: Conversation, answers: Answers) -> str:
    stamps = _stamps(conversation)
    rows = [
        (number, place, value) for place, name in numbered(answers) for number, value in answers[name].items()
    ]
    return _csv(
        ["timestamp", "datetime", "comment-id", "voter-id", "vote"],
        ([*stamps, number, place, value] for number, place, value in sorted(rows)),
    )


def participants_csv(conversation: Conversation, answers: Answers) -> str:
    statements = [row.number for row in _published(conversation)]
    shown = list(
        Statement.objects.filter(conversation=conversation, state=StatementState.SHOWN).values_list(
            "number", flat=True
        )
    )
    groups = engine.labels(bytes(Board.objects.get(pk=conversation.pk).tables), answers, sorted(shown))
    rows = []
    for place, name in numbered(answers):
        said = answers[name]
        group = groups.get(name)
        values = list(said.values())
        rows.append(
            [
                place,
                "" if group is None else group,
                0,
                len(said),
                values.count(1),
                values.count(-1),
                *(said.get(number, "") for number in statements),
            ]
        )
    return _csv(
        ["participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree", *map(str, statements)],
        rows,
    )


def summary_csv(conversation: Conversation, answers: Answers, url: str) -> str:
    board = Board.objects.get(pk=conversation.pk)
    rows = [
        ("topic", safe(conversation.question_ko)),
        ("topic-en", safe(conversation.question_en)),
        ("url", safe(conversation.source.split(" ")[0]) if conversation.is_archive else url),
        ("voters", len(answers)),
        ("voters-in-conv", board.picture.get("placed", 0)),
        ("comments", len(_published(conversation))),
        ("groups", len(board.picture.get("groups", ()))),
        ("conversation-description", safe(conversation.intro_ko)),
    ]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


README = """\
{question_ko}
{question_en}
{url}
{source}

Files as in the Polis export (https://compdemocracy.org/export). What differs, so that nobody can be recognised by it:
- timestamp, datetime: the day on which the conversation was opened, the same in every row. No moment is kept.
- votes.csv: only the answer that counts. 1 agree, -1 disagree, 0 pass.
- voter-id, participant: in the order of random pseudonyms, not of arrival.
- author-id, n-comments: 0. Who wrote a statement is not linked to what she answered.
Whoever knows several answers of a person might recognise her row. Please do not try.
SHA-256 of votes.csv: {digest}

파일 형식은 Polis 내보내기와 같습니다. 사람을 알아볼 수 없도록 다음이 다릅니다.
- timestamp, datetime: 모든 줄에 대화를 연 날만 적습니다. 응답 시각은 저장하지 않습니다.
- votes.csv: 마지막 응답만 담습니다. 1 동의, -1 반대, 0 넘김.
- voter-id, participant: 참여 순서가 아니라 무작위 가명의 순서입니다.
- author-id, n-comments: 0입니다. 의견을 쓴 사람과 응답을 잇지 않습니다.
어떤 사람의 응답 여러 개를 아는 이는 그 줄을 알아볼 수도 있습니다. 알아내려 하지 말아 주십시오.
"""


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def bundle(conversation: Conversation, url: str) -> bytes:
    """All files as one archive with fixed dates: the same results are the same bytes."""
    answers = counting.answers(conversation.pk, counted=True)
    votes = votes_csv(conversation, answers)
    files = {
        "README.txt": README.format(
            question_ko=conversation.question_ko,
            question_en=conversation.question_en,
            url=url,
            source=conversation.source,
            digest=digest(votes),
        ),
        "comments.csv": comments_csv(conversation, answers),
        "votes.csv": votes,
        "participants-votes.csv": participants_csv(conversation, answers),
        "summary.csv": summary_csv(conversation, answers, url),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return out.getvalue()


def record_of(conversation: Conversation) -> dict[str, Any]:
    """What closing writes into the public log: counts, and the digests from which anyone recomputes them."""
    answers = counting.answers(conversation.pk, counted=True)
    board = Board.objects.get(pk=conversation.pk)
    states = dict(
        Statement.objects.filter(conversation=conversation)
        .order_by()
        .values("state")
        .annotate(n=Count("pk"))
        .values_list("state", "n")
    )
    return {
        "people": len(answers),
        "answers": sum(len(said) for said in answers.values()),
        "statements": states.get(StatementState.SHOWN, 0),
        "not_shown": sum(states.values()) - states.get(StatementState.SHOWN, 0),
        "votes_sha256": digest(votes_csv(conversation, answers)),
        "tables_sha256": engine.digest(
            bytes(board.tables), 1 + max((row.number for row in _published(conversation)), default=-1)
        ),
    }
