"""Real processes, really killed: SIGKILL at random moments, and two sequencers at once."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import madang
from madang.commons.ledger.store import Store
from tests.ledger.ledger_support import ORIGIN, log_leaves, new_log, run
from tests.ledger.test_store import Heads, check_whole

ROOT = Path(__file__).resolve().parents[2]


def start(folder: Path, number: int) -> subprocess.Popen[bytes]:
    """A sequencer in a process of its own. Unbuffered: what `readline` read ahead, `collect` would miss."""
    source = str(Path(madang.__file__).resolve().parents[1])
    return subprocess.Popen(
        [sys.executable, "-m", "tests.ledger.crash_child", str(folder), str(number)],
        stdout=subprocess.PIPE,
        bufsize=0,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": source},
    )


def collect(child: subprocess.Popen[bytes], roots: dict[int, str]) -> int:
    """Read what a killed child said; only whole lines count."""
    output, _ = child.communicate(timeout=20)
    lines = output.decode().split("\n")[:-1]
    for line in lines:
        size, tree_root = line.split()
        assert roots.setdefault(int(size), tree_root) == tree_root
    return len(lines)


def test_killed_again_and_again(tmp_path: Path) -> None:
    rng = random.Random(2607)
    roots: dict[int, str] = {}
    heads = Heads()
    for life in range(8):
        child = start(tmp_path, 1 + life * 100_000)
        assert child.stdout
        child.stdout.readline()
        time.sleep(rng.uniform(0.0, 0.25))
        child.kill()
        collect(child, roots)
        heads.look(Store(tmp_path / "ledger", ORIGIN))
    store, rows = new_log(tmp_path)
    run(store, rows, 100_000)
    heads.look(store)
    assert len(log_leaves(store)) > 100
    check_whole(store, rows)
    for size, tree_root in heads.roots.items():
        assert roots.setdefault(size, tree_root.hex()) == tree_root.hex()


def test_two_sequencers_at_once_make_one_log(tmp_path: Path) -> None:
    new_log(tmp_path)
    roots: dict[int, str] = {}
    children = [start(tmp_path, number) for number in (1, 500_000)]
    for child in children:
        assert child.stdout
        assert child.stdout.readline(), "each had its turn"
    time.sleep(0.5)
    for child in children:
        child.kill()
    for child in children:
        collect(child, roots)
    store, rows = new_log(tmp_path)
    run(store, rows, 100_000)
    check_whole(store, rows)
