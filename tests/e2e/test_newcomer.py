"""Story 1: one command starts everything, stops everything, and a kill breaks nothing."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Site, Visitor, free_port, healthy, wait_for

pytestmark = pytest.mark.browser


def children(pid: int) -> list[int]:
    """The processes that a supervisor started, and theirs."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if parent == pid:
            child = int(stat.parent.name)
            found += [child, *children(child)]
    return found


def alive(pid: int) -> bool:
    """Whether a process still runs; one that only waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def is_worker(pid: int) -> bool:
    """Whether this process is a worker; one that ended meanwhile is not."""
    try:
        return b"\0worker\0" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Site]:
    """A second installation, which the test may kill."""
    site = Site(tmp_path / "home", free_port())
    yield site
    if site.process is not None and site.process.poll() is None:
        site.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_start_stop_kill_and_start_again(own: Site, visit: Callable[..., Visitor], tmp_path: Path) -> None:
    began = time.monotonic()
    own.start()
    first = time.monotonic() - began
    assert own.process is not None
    wait_for(lambda: own.url in own.log.read_text(), "the address to be printed")
    told = own.log.read_text()
    assert "resident@haedam.example" in told
    with urllib.request.urlopen(f"{own.url}/healthz", timeout=10) as answer:
        assert answer.headers["Content-Type"] == "application/json"
        assert json.load(answer) == {
            "status": "ok",
            "database": "ok",
            "worker": "ok",
            "ledger": "ok",
            "witnesses": "ok",
        }
    started = children(own.process.pid)
    assert len(started) >= 2, "web server and worker"

    # Stopped politely: everything ends, and the exit is clean.
    before = [row["number"] for row in own.api("ideas?limit=100")["items"]]
    assert own.stop() == 0
    wait_for(lambda: not any(map(alive, started)), "every process to end", 15)
    assert is_free(own.port)
    assert "Stopped." in own.log.read_text()

    # The second start lays and loads nothing anew, and has the same data.
    began = time.monotonic()
    own.start()
    assert time.monotonic() - began < first / 2
    assert [row["number"] for row in own.api("ideas?limit=100")["items"]] == before

    # Somebody files an idea; then the supervisor is killed without a word.
    resident = visit()
    resident.site = own
    filed = resident.file(
        "승강장 틈을 메워 주세요",
        "유아차 바퀴가 승강장과 차 사이의 틈에 빠집니다. 고무 발판으로 메워 주세요.",
    )
    receipt = tmp_path / "receipt.txt"
    receipt.write_text(resident.page.request.get(f"{own.url}/ideas/filed/receipt/").text(), encoding="utf-8")
    started = children(own.process.pid)
    assert own.stop(signal.SIGKILL) == -signal.SIGKILL
    wait_for(lambda: not any(map(alive, started)), "the children to end with their parent", 20)
    assert is_free(own.port)
    own.start()
    assert own.api(f"ideas/{filed.number}")["title"] == "승강장 틈을 메워 주세요"
    wait_for(lambda: filed.number in own.madang("ledger", "verify", str(receipt)), "the receipt to verify")
    wait_for(
        lambda: int(own.madang("ledger", "audit").split()[0]) == own.api("ledger/checkpoint")["size"],
        "the whole log to be recomputed",
    )
    resident.go(f"/ideas/{filed.number}/")
    resident.look("after the kill")

    # The worker alone is killed: it comes back by itself.
    supervisor = own.process.pid if own.process else 0
    worker = next(filter(is_worker, children(supervisor)))
    os.kill(worker, signal.SIGKILL)
    wait_for(lambda: not alive(worker), "the worker to end", 10)
    wait_for(lambda: any(map(is_worker, children(supervisor))), "another worker", 20)
    wait_for(lambda: healthy(own.url), "the site to be well again", 30)


def test_a_port_in_use_is_said_in_both_languages(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        site = Site(tmp_path / "home", port, {"MADANG_DEMO": ""})
        done = subprocess.run(
            [sys.executable, "-m", "madang.conf.cli", "up"],
            env=site.environment,
            capture_output=True,
            text=True,
            timeout=90,
        )
    assert done.returncode != 0
    assert f"Port {port} is in use" in done.stderr
    assert f"포트 {port}번" in done.stderr
    assert "Traceback" not in done.stderr
