"""Processes that read words and die: what they had is given back, nothing is lost, and who waits is told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from madang.kernel import clock
from madang.services.polls import troubles
from madang.services.polls.domain import analysing, readers
from madang.services.polls.enums import Trouble
from madang.services.polls.logic import chunks
from madang.services.polls.models import Analysis, Chunk
from tests.factories import actor
from tests.polls.asking import office
from tests.polls.reporting import closed

pytestmark = pytest.mark.django_db


@pytest.fixture
def ordered(monkeypatch: pytest.MonkeyPatch) -> Analysis:
    """An analysis of four parts."""
    monkeypatch.setattr(analysing, "PART", 7)
    host, analyst = office()
    poll = closed(lead=(host, analyst))
    return analysing.order(actor=actor(analyst), poll=poll)


def test_what_a_dead_reader_had_is_read_by_another_and_the_result_is_the_same(ordered: Analysis) -> None:
    done, lost = analysing._take("one"), analysing._take("one")
    assert done is not None
    assert lost is not None
    analysing._do(done)
    readers.died("one", Trouble.KILLED)
    ordered.refresh_from_db()
    assert (ordered.state, ordered.done, ordered.deaths, ordered.trouble) == ("running", 1, 1, "killed")
    assert Chunk.objects.get(pk=lost.pk).taken_by == ""
    assert analysing.work("two") == 3
    ordered.refresh_from_db()
    assert (ordered.state, ordered.deaths) == ("done", 0)
    again = analysing.order(actor=actor(ordered.by), poll=ordered.poll)
    analysing.work()
    again.refresh_from_db()
    assert again.digest == ordered.digest


def test_after_three_deaths_in_a_row_reading_ends_and_says_why(ordered: Analysis) -> None:
    for _ in range(3):
        assert analysing._take("one") is not None
        readers.died("one", Trouble.KILLED)
    ordered.refresh_from_db()
    assert (ordered.state, ordered.trouble) == ("failed", "killed")
    assert ordered.ended_at is not None
    assert not Chunk.objects.exists()
    assert not analysing.is_due()
    assert analysing.order(actor=actor(ordered.by), poll=ordered.poll).deaths == 0


def test_a_part_that_is_read_between_two_deaths_begins_the_count_anew(ordered: Analysis) -> None:
    for _ in range(4):
        mine, lost = analysing._take("two"), analysing._take("one")
        assert mine is not None
        readers.died("one", Trouble.FAULT)
        analysing._do(mine)
    ordered.refresh_from_db()
    assert (ordered.state, ordered.done, ordered.deaths) == ("running", 4, 0)
    assert lost is None


def test_a_reader_that_is_asked_to_stop_or_has_no_database_gives_back_and_counts_for_nothing(
    ordered: Analysis,
) -> None:
    assert [readers.trouble_of(code) for code in (-signal.SIGTERM, readers.NO_DATABASE)] == [None, None]
    assert readers.trouble_of(-signal.SIGKILL) == Trouble.KILLED
    assert readers.trouble_of(readers.NO_MEMORY) == Trouble.MEMORY
    assert readers.trouble_of(1) == Trouble.FAULT
    taken = analysing._take("one")
    readers.died("one", None)
    ordered.refresh_from_db()
    assert (ordered.deaths, ordered.trouble) == (0, "")
    again = analysing._take("two")
    assert taken is not None
    assert again is not None
    assert again.pk == taken.pk


def test_one_reader_puts_the_parts_together_and_another_when_it_died(ordered: Analysis) -> None:
    while (part := analysing._take("one")) is not None:
        analysing._do(part)
    assert analysing._take_whole("one") is not None
    assert analysing._take_whole("two") is None
    assert not analysing.is_due()
    readers.died("one", Trouble.MEMORY)
    assert analysing.is_due()
    assert analysing._take_whole("two") is not None
    with clock.at(clock.now() + timedelta(seconds=80)):
        readers.alive("two")
    with clock.at(clock.now() + analysing.PATIENCE + timedelta(seconds=1)):
        assert analysing._take_whole("one") is None


def test_a_part_that_another_release_has_read_is_read_again(ordered: Analysis) -> None:
    while (part := analysing._take("one")) is not None:
        analysing._do(part)
    Chunk.objects.filter(number=2).update(read=b"of another release")
    assert analysing.work("one") == 1
    ordered.refresh_from_db()
    assert (ordered.state, ordered.done) == ("done", 4)


@pytest.mark.parametrize("trouble", list(Trouble))
@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_says_what_happened_and_what_to_do(
    ordered: Analysis, client: Client, trouble: Trouble, language: str
) -> None:
    client.force_login(ordered.by)
    address = ("/en" if language == "en" else "") + reverse("poll_report_progress", args=[ordered.poll.code])
    analysing._take("one")
    assert "notice" not in client.get(address).content.decode()
    readers.died("one", trouble)
    going_on = client.get(address).content.decode()
    assert ("저절로 다시 읽어요" if language == "ko" else "read again by themselves") in going_on
    for _ in range(2):
        analysing._take("one")
        readers.died("one", trouble)
    ended = client.get(address).content.decode()
    assert ("세 번 이어졌" if language == "ko" else "three times in a row") in ended
    wanted = {"ko": ("메모리", "기록"), "en": ("memory", "log")}[language][trouble == Trouble.FAULT]
    assert wanted in ended


def test_the_page_says_where_nobody_reads(ordered: Analysis) -> None:
    assert troubles.said(ordered) == ("", "")
    with clock.at(clock.now() + timedelta(seconds=61)):
        assert "작업 프로세스" in troubles.said(ordered)[1]
        analysing._take("one")
        ordered.refresh_from_db()
        assert troubles.said(ordered) == ("", "")


def test_the_command_says_so_when_a_process_is_killed_and_goes_on_where_it_was(tmp_path: Path) -> None:
    source, out, whole = tmp_path / "answers.csv", tmp_path / "out.json", tmp_path / "whole.json"
    rows = [f"버스와 도서관을 {at}번 바꿔 주세요,p{at % 900}" for at in range(12_000)]
    source.write_text("의견,사람\n" + "\n".join(rows), encoding="utf-8")
    call = [sys.executable, "-m", "madang.services.polls.logic", str(source), "--column", "의견"]
    running = subprocess.Popen(
        [*call, "--json", str(out), "--workers", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    parts = tmp_path / "out.json.parts"
    while not list(parts.glob("*" + chunks.ENDING)):
        assert running.poll() is None
        time.sleep(0.01)
    os.kill(_reading(running.pid)[0], signal.SIGKILL)
    said, wrong = running.communicate(timeout=120)
    assert running.returncode == 3, wrong
    assert said == ""
    assert "밖에서 종료되었습니다" in wrong
    assert "--resume" in wrong
    assert "ended from outside" in wrong
    assert "Traceback" not in wrong
    assert not out.exists()
    assert list(parts.glob("*" + chunks.ENDING))
    subprocess.run([*call, "--json", str(out), "--resume"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([*call, "--json", str(whole)], check=True, stdout=subprocess.DEVNULL)
    assert out.read_bytes() == whole.read_bytes()


def _reading(parent: int) -> list[int]:
    """The processes that read for another (not the one that keeps count of shared things)."""
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    found = [int(one) for one in listed if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()]
    assert len(found) == 2
    return found
