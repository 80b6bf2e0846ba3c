"""The same bytes for any division, any number of workers, and a run that was killed."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from madang.services.polls.logic import boilerplate, chunks, reading
from madang.services.polls.logic.analysis import Answer, Settings, analyse, finish, written

TOPICS = ["버스", "도서관", "놀이터", "가로등", "민원", "소통", "예산"]
ANSWERS = [
    Answer(
        str(at),
        f"{TOPICS[at % 7]}와 {TOPICS[at * 3 % 7]}를 {at % 11}번 늘려 주세요.",
        f"p{at % 50}",
        "ab"[at % 2],
    )
    for at in range(120)
]
SETTINGS = Settings(resamples=40, around=("민원",))


@pytest.mark.parametrize("size", [1, 7, 119, 500])
def test_any_division_gives_the_same_bytes(size: int) -> None:
    how = reading.usual()
    texts = [one.text for one in ANSWERS]
    parts = chunks.plan(texts, how, answers=size)
    assert [part.start for part in parts[1:]] == [part.end for part in parts[:-1]]
    assert (parts[0].start, parts[-1].end) == (0, len(texts))
    done = [chunks.do(texts[part.start : part.end], how) for part in parts]
    document = finish(ANSWERS, chunks.merge(done), SETTINGS, how=how)
    assert written(document) == written(analyse(ANSWERS, SETTINGS))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_in_which_parts_are_done_changes_no_byte(seed: int) -> None:
    how = reading.usual()
    texts = [one.text for one in ANSWERS]
    parts = chunks.plan(texts, how, answers=17)
    order = random.Random(seed).sample(parts, len(parts))
    done = {part.name: chunks.do(texts[part.start : part.end], how) for part in order}
    read = chunks.merge([done[part.name] for part in parts])
    assert written(finish(ANSWERS, read, SETTINGS, how=how)) == written(analyse(ANSWERS, SETTINGS))


@pytest.mark.parametrize("workers", [2, 3])
def test_the_number_of_processes_changes_no_byte(workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    how = reading.usual()
    texts = [one.text for one in ANSWERS]
    divided = chunks.plan(texts, how, answers=30)
    monkeypatch.setattr(chunks, "plan", lambda *_: divided)
    read = chunks.run(texts, how, workers=workers)
    assert written(finish(ANSWERS, read, SETTINGS, how=how)) == written(analyse(ANSWERS, SETTINGS))


def test_long_answers_make_short_parts() -> None:
    parts = chunks.plan(["가" * 300, "나", "다" * 800, "라"], reading.usual(), letters=500)
    assert [(part.start, part.end) for part in parts] == [(0, 3), (3, 4)]
    assert chunks.plan([], reading.usual()) == []


def test_other_texts_and_another_way_of_reading_have_other_names() -> None:
    how = reading.usual()
    names = {part.name for part in chunks.plan(["가", "나"], how, answers=1)}
    assert names.isdisjoint(part.name for part in chunks.plan(["가 ", "나 "], how, answers=1))
    other = reading.usual(boilerplates=boilerplate.NONE)
    assert names.isdisjoint(part.name for part in chunks.plan(["가", "나"], other, answers=1))
    assert names == {part.name for part in chunks.plan(["가", "나"], reading.usual(threads=2), answers=1)}


def test_what_is_kept_is_not_read_again_and_what_is_damaged_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "ANSWERS", 40)
    how, texts, told = reading.usual(), [one.text for one in ANSWERS], []
    plan = chunks.plan(texts, how, answers=40)
    monkeypatch.setattr(chunks, "plan", lambda *_: plan)
    first = chunks.run(texts, how, folder=tmp_path)
    kept = sorted(tmp_path.iterdir())
    assert [path.name for path in kept] == [part.name + chunks.ENDING for part in plan]
    kept[1].write_bytes(kept[1].read_bytes()[:-20])
    before = [path.stat().st_mtime_ns for path in kept]
    again = chunks.run(texts, how, folder=tmp_path, progress=lambda done, total: told.append(done))
    assert told == [80, 120]
    assert [path.stat().st_mtime_ns == at for path, at in zip(kept, before, strict=True)] == [
        True,
        False,
        True,
    ]
    assert [one.to_bytes() for one in again] == [one.to_bytes() for one in first]
    (tmp_path / "mine.txt").write_text("stays")
    chunks.clear(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_run_that_is_killed_goes_on_and_gives_the_same_bytes(tmp_path: Path) -> None:
    source, out, whole = tmp_path / "answers.csv", tmp_path / "out.json", tmp_path / "whole.json"
    rows = [
        f"{TOPICS[at % 7]}와 {TOPICS[at * 5 % 7]}를 {at}번 바꿔 주세요,p{at % 900}" for at in range(6_000)
    ]
    source.write_text("의견,사람\n" + "\n".join(rows), encoding="utf-8")
    call = [
        sys.executable,
        "-m",
        "madang.services.polls.logic",
        str(source),
        "--column",
        "의견",
        "--person",
        "사람",
    ]
    running = subprocess.Popen(
        [*call, "--json", str(out)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    parts = tmp_path / "out.json.parts"
    while not list(parts.glob("*" + chunks.ENDING)):
        assert running.poll() is None
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    running.wait()
    left = {path.name for path in parts.glob("*" + chunks.ENDING)}
    assert 0 < len(left) < 6
    assert not out.exists()
    subprocess.run([*call, "--json", str(out), "--resume"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([*call, "--json", str(whole), "--workers", "2"], check=True, stdout=subprocess.DEVNULL)
    assert out.read_bytes() == whole.read_bytes()
    assert not parts.exists()
