"""The bundle says what the report says: every figure, after everything that can happen to answers and codes."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from madang.kernel import clock
from madang.kernel.models import Role, User
from madang.services.polls import bundling, reading
from madang.services.polls.domain import (
    analysing,
    codebooks,
    objections,
    polls,
    publishing,
    responses,
    rulings,
    tasks,
)
from madang.services.polls.logic import recount
from madang.services.polls.models import Codebook, Coding, Poll, Report, Response, Task
from tests.factories import actor, official
from tests.polls.asking import EVERY_KIND, office, opened, say
from tests.polls.reporting import SENTENCES, coded

pytestmark = pytest.mark.django_db


def files_of(report: Report) -> dict[str, bytes]:
    with report.bundle.open("rb") as data, zipfile.ZipFile(io.BytesIO(data.read())) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def published(poll: Poll, analyst: User, book: Codebook | None, *, words: bool = False) -> Report:
    analysis = None
    if words:
        analysis = analysing.order(actor=actor(analyst), poll=poll, around=["정부"], phrases=["바랍니다"])
        analysing.work()
        analysis.refresh_from_db()
    after = poll.reports.count()
    return publishing.publish(actor=actor(analyst), poll=poll, codebook=book, analysis=analysis, after=after)


def held_together(report: Report) -> set[str]:
    """Every part of the report that the bundle has a table of; all say the same, and nothing that could be said is missing."""
    files = files_of(report)
    found = recount.beside(json.loads(files[recount.REPORT]), files)
    assert all(found.values()), found
    assert json.loads(files[recount.REPORT]) == bundling.shown(report.body)
    return set(found)


def raw(number: int) -> dict[int, Any]:
    """Replies to every kind of question; some leave some out, and one has a pattern of her own."""
    said: dict[int, Any] = {1: f"{SENTENCES[number % 4]} {number}번", 2: "1" if number % 3 else "2"}
    said |= {3: f"좋았어요 {number}", 4: ["1", "3"] if number % 2 else ["2"], 9: "1" if number % 2 else "2"}
    if number % 5:
        said[5] = str(1 + number % 5)
        said[6] = {"1": "1", "2": "2", "3": "3"} if number % 2 else {"3": "1", "1": "2", "2": "3"}
    said[7] = {"1": "1", "2": "2"} if number else {"1": "2", "2": "1"}
    return said


@pytest.fixture
def lived() -> tuple[Poll, User]:
    """A poll in which one changed her answer and one took hers back."""
    host, analyst = office()
    poll = opened(*EVERY_KIND, lead=(host, analyst))
    made = [say(poll, raw=raw(number), may_quote=number % 2 == 0) for number in range(32)]
    say(poll, raw=raw(3) | {1: f"{SENTENCES[0]} 다시", 5: "5"}, code=made[3].code)
    responses.withdraw(code=made[9].code)
    return polls.close(actor=actor(analyst), poll=poll), analyst


def second_look(book: Codebook, many: int) -> None:
    """What one person coded is coded by a second later, who sees it otherwise."""
    again = official(Role.CODER, book.poll.host)
    alone = Task.objects.filter(codebook=book, is_double=False).order_by("response_id")[:many]
    for task in alone:
        Task.objects.filter(pk=task.pk).update(is_double=True, purpose=tasks.REST)
        other = Task.objects.create(
            codebook=book,
            response=task.response,
            coder=again,
            place=task.place,
            is_double=True,
            purpose=tasks.DRIFT,
        )
        Coding.objects.create(task=other, code="quality-of-life", at=clock.now())


def test_every_figure_is_the_same_after_everything_that_happens(
    lived: tuple[Poll, User], tmp_path: Path
) -> None:
    poll, analyst = lived
    book = coded(poll, double=14, differ=3)
    first = published(poll, analyst, book)
    closed_ones = {f"closed.{number}" for number in (2, 4, 5, 6, 7)}
    assert held_together(first) == closed_ones | {"coded.table", "coded.agreement"}
    alpha = first.body["coded"]["agreement"]

    second_look(book, 6)
    Coding.objects.filter(task__place=6).update(more=["efficiency"])
    looked = published(poll, analyst, book)
    assert held_together(looked) == closed_ones | {"coded.table", "coded.several", "coded.agreement"}
    # What was looked at again is no part of the agreement of the sample; and its codes are open until somebody decides.
    assert looked.body["coded"]["agreement"] == alpha
    assert looked.body["coded"]["how"]["open"] == first.body["coded"]["how"]["open"] + 6

    read = list(Response.objects.filter(poll=poll, is_withdrawn=False).order_by("pk"))
    rulings.rule(
        actor=actor(analyst),
        codebook=book,
        response=read[0].pk,
        code="fair-transparent",
        reason="정의에 맞게",
    )
    objected = objections.object_(
        response=read[20], codebook=book, text="다른 뜻입니다.", wanted="efficiency"
    )
    held_together(published(poll, analyst, book))
    other = official(Role.ANALYST, poll.host)
    objections.uphold(actor=actor(other), objection=objected, code="efficiency", reason="맞는 말씀입니다")
    held_together(published(poll, analyst, book))

    Response.objects.filter(pk=read[1].pk).update(is_withdrawn=True)
    gone = published(poll, analyst, book)
    held_together(gone)
    assert gone.body["coded"]["agreement"]["answers"] == alpha["answers"] - 1
    assert len(files_of(gone)["data/answers.jsonl"].splitlines()) == 30

    body = json.loads(json.dumps(book.body))
    code = next(one for one in body["codes"] if one["key"] == "proactive")
    code["definition"] = {"ko": "먼저 나서는 행정", "en": "Acting first"}
    new = codebooks.start(actor=actor(analyst), poll=poll, body=body)
    new = codebooks.fix(actor=actor(analyst), codebook=new)
    last = published(poll, analyst, new, words=True)
    assert "versions" in held_together(last)
    assert run(last, tmp_path) == 0


def run(report: Report, folder: Path) -> int:
    """As a stranger would: the file and the program in it, in a process that finds nothing of Madang."""
    files = files_of(report)
    (folder / "rerun.py").write_bytes(files["rerun.py"])
    with report.bundle.open("rb") as data:
        (folder / "bundle.zip").write_bytes(data.read())
    done = subprocess.run(
        [sys.executable, "-I", "rerun.py", "bundle.zip", report.digest],
        cwd=folder,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin", "PYTHONUTF8": "1"},
    )
    lines = done.stdout.splitlines()
    assert f"digest {report.digest}" == lines[0], done.stderr
    assert all(line.endswith(" / same") for line in lines[1:]), done.stdout
    told = {line.split(": ")[0] for line in lines[1:]}
    wanted = {name for name in files if name.startswith("tables/")}
    parts = recount.beside(json.loads(files[recount.REPORT]), files)
    assert told == wanted | {f"report.json {part}" for part in parts}
    return done.returncode


def test_words_in_the_bundle_are_those_that_may_be_quoted_and_it_says_so(lived: tuple[Poll, User]) -> None:
    poll, analyst = lived
    report = published(poll, analyst, coded(poll), words=True)
    files = files_of(report)
    found = json.loads(files["tables/words.json"])
    texts = [json.loads(line)["text"] for line in files["data/answers.jsonl"].decode().splitlines()]
    assert found["counted"]["answers"] == sum(text is not None for text in texts) == report.body["texts"]
    assert report.body["words"]["counted"]["answers"] == len(texts)
    # The words asked for and the event's own wording are those of the report.
    assert found["settings"]["around"] == ["정부"]
    assert next(row["word"] for row in found["around"]) == "정부"
    assert found["versions"] == report.body["words"]["versions"]
    assert not any("바랍니다" in text for text in texts if text)
    readme = files["README.en.txt"].decode()
    assert f"over all {len(texts)} answers that say something" in readme
    assert f"over the {report.body['texts']} answers whose words are in the bundle" in readme
    shown = json.loads(files["report.json"])
    assert "sha256" not in shown["words"]["input"]
    assert not any("answer" in line for one in shown["words"]["lines"] for line in one["lines"])


def test_closed_replies_lead_to_nobody(lived: tuple[Poll, User]) -> None:
    poll, analyst = lived
    files = files_of(published(poll, analyst, None))
    asked = {one["number"]: one["replies"] for one in json.loads(files["data/closed.json"])}
    assert set(asked) == {2, 4, 5, 6, 7}, "what people say of themselves stays with the office"
    assert asked[7]["given"] == 31
    # One had a pattern of her own: no patterns at all then, only what the table says too.
    assert asked[7]["whole"] == []
    assert all(one["people"] >= 5 for replies in asked.values() for one in replies["whole"])
    assert "data/codings.jsonl" not in files


def test_a_bundle_that_says_something_else_is_noticed(lived: tuple[Poll, User]) -> None:
    poll, _analyst = lived
    book = coded(poll)
    body = publishing.body_of(poll, book, None)
    made = bundling.bundle(poll, book, None, body)
    assert bundling.says_the_same(made, body)
    Response.objects.filter(pk=reading.answers(poll)[0].pk).update(is_withdrawn=True)
    assert not bundling.says_the_same(made, publishing.body_of(poll, book, None))
