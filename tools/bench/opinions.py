"""The opinion map: a million people from scratch, one more vote, growth, shared work, and a peer.

The peer is red-dwarf, in an environment of its own that is thrown away, or that of `PEER_PYTHON`, if it has it already.
Without a package index it is skipped.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from report import table

SEEN = 30
PEER = "red-dwarf==0.4.0"
PEER_SIZES = [(10_000, 100), (20_000, 100), (40_000, 100)]
PEER_WAITS = 240  # seconds


def run(root: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="madang-opinions-") as name:
        folder = Path(name)
        _own(folder)
        if os.environ.get("PEER", "1") != "0":
            _peer(root, folder)


def _own(folder: Path) -> None:
    rows, growth = [], []
    for people, statements in [
        (10_000, 500),
        (100_000, 500),
        (1_000_000, 500),
        (100_000, 100),
        (100_000, 1_000),
    ]:
        made = folder / f"{people}-{statements}.npz"
        _child("make", made, people, statements)
        _child("map", made)  # compiles what is not compiled yet
        found = _child("map", made)
        growth.append(
            [
                f"{people:,} × {statements:,}",
                f"{found['tables']:.2f}",
                f"{found['map']:.2f}",
                f"{found['seconds']:.2f}",
                f"{found['peak']:.0f}",
                found["verdict"],
            ]
        )
        if people == 1_000_000:
            rows += [
                [
                    "from scratch, votes in memory to groups and certificate",
                    f"{found['seconds']:.2f} s",
                    "5 s",
                ],
                ["… of this the tables", f"{found['tables']:.2f} s", ""],
                ["most memory of the process", f"{found['peak']:.0f} MB", "512 MB"],
                ["one more vote into the tables (person with 30 votes)", f"{found['vote']:.1f} µs", ""],
            ]
            for workers in (1, 2, 4):
                shared = _shared(made, workers)
                same = "same digest" if shared["digest"] == found["digest"] else "OTHER DIGEST"
                times = f"{shared['counting']:.2f} + {shared['merging']:.2f} s, {same}"
                rows.append([f"{workers} processes: slowest counts its share + merging", times, ""])
            table(
                "Opinion map: 1,000,000 people × 500 statements × 30 votes", ["what", "value", "limit"], rows
            )
    table(
        "Opinion map: growth (30 votes each)",
        ["people × statements", "tables s", "the rest s", "in all s", "most memory MB", "certificate"],
        growth,
    )


def _shared(made: Path, workers: int) -> dict[str, Any]:
    """Processes of one thread each count a share of the people; the tables travel through files and are added."""
    from madang.commons.opinions.logic import tables

    environment = {**os.environ, "MADANG_MAP_THREADS": "1"}
    parts = [made.with_suffix(f".part{at}.npz") for at in range(workers)]
    running = [
        subprocess.Popen(
            [*_SELF, "part", str(made), str(part), str(at), str(workers)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for at, part in enumerate(parts)
    ]
    counted = [json.loads(one.communicate()[0])["seconds"] for one in running]
    began = time.perf_counter()
    whole = tables.merged(_loaded(part) for part in parts)
    return {"counting": max(counted), "merging": time.perf_counter() - began, "digest": whole.digest()}


def _loaded(part: Path) -> Any:
    import numpy as np

    from madang.commons.opinions.logic.tables import Tables

    with np.load(part) as kept:
        return Tables(int(kept["people"]), kept["both"], kept["left"], kept["product"])


def _peer(root: Path, folder: Path) -> None:
    python = Path(os.environ.get("PEER_PYTHON", folder / "peer" / "bin" / "python"))
    if "PEER_PYTHON" not in os.environ:
        subprocess.run([sys.executable, "-m", "venv", str(folder / "peer")], check=True)
        pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", PEER]
        if subprocess.run(pip, capture_output=True).returncode:
            print(f"Skipped: {PEER} cannot be installed here")
            return
    rows = []
    for people, statements in PEER_SIZES:
        made = folder / f"{people}-{statements}.npz"
        _child("make", made, people, statements)
        ours = _child("map", made)
        try:
            ran = subprocess.run(
                [str(python), __file__, "peer", str(made)], capture_output=True, text=True, timeout=PEER_WAITS
            )
        except subprocess.TimeoutExpired:
            rows.append(
                [
                    f"{people:,} × {statements}",
                    f"{ours['seconds']:.2f}",
                    f"not done after {PEER_WAITS}",
                    "",
                    "",
                ]
            )
            break
        if ran.returncode:
            print(ran.stderr[-600:])
            rows.append([f"{people:,} × {statements}", f"{ours['seconds']:.2f}", "did not finish", "", ""])
            break
        theirs = json.loads(ran.stdout.splitlines()[-1])
        rows.append(
            [
                f"{people:,} × {statements}",
                f"{ours['seconds']:.2f}",
                f"{theirs['seconds']:.2f}",
                f"{theirs['seconds'] / ours['seconds']:.0f} times",
                f"{ours['peak']:.0f} / {theirs['peak']:.0f} MB",
            ]
        )
    table(
        f"Opinion map beside {PEER} (30 votes each; ours with certificate)",
        ["people × statements", "Madang s", "red-dwarf s", "faster", "most memory"],
        rows,
    )
    import opinions_real

    opinions_real.run(root, python)


_SELF = [sys.executable, __file__]


def _child(*what: object) -> dict[str, Any]:
    ran = subprocess.run([*_SELF, *map(str, what)], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout or "{}")


def _make(path: Path, people: int, statements: int) -> None:
    """Three currents of opinion, each person with some noise, 30 statements each drawn by lot."""
    import numpy as np

    lot = np.random.default_rng(people + statements)
    statement, value = np.empty((people, SEEN), np.int16), np.empty((people, SEEN), np.int8)
    leaning = lot.choice([-1, 0, 1], size=(3, statements), p=[0.4, 0.2, 0.4])
    for at in range(0, people, 10_000):
        here = min(10_000, people - at)
        drawn = np.argpartition(lot.random((here, statements), dtype=np.float32), SEEN, axis=1)[:, :SEEN]
        drawn.sort(axis=1)
        own = leaning[lot.integers(0, 3, here)[:, None], drawn]
        statement[at : at + here] = drawn
        value[at : at + here] = np.where(
            lot.random((here, SEEN)) < 0.7, own, lot.integers(-1, 2, (here, SEEN))
        )
    np.savez(path, statement=statement.ravel(), value=value.ravel(), people=people, statements=statements)


def _ballots(path: Path) -> Any:
    import numpy as np

    from madang.commons.opinions.logic.ballots import Ballots

    with np.load(path) as kept:
        people = int(kept["people"])
        start = np.arange(people + 1, dtype=np.int64) * SEEN
        return Ballots(int(kept["statements"]), start, kept["statement"], kept["value"])


def _map(path: Path) -> dict[str, Any]:
    import resource

    from madang.commons.opinions.logic.opinion_map import map_of
    from madang.commons.opinions.logic.tables import tables_of

    ballots = _ballots(path)
    began = time.perf_counter()
    counted = tables_of(ballots)
    between = time.perf_counter()
    found = map_of(ballots, tables=counted)
    ended = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    digest = counted.digest()
    ballot = {int(s): int(v) for s, v in zip(ballots.statement[:SEEN], ballots.value[:SEEN], strict=True)}
    new = next(at for at in range(ballots.statements) if at not in ballot)
    before = time.perf_counter()
    for _ in range(500):
        counted.change(ballot, new, 1)
        counted.change({**ballot, new: 1}, new, None)
    vote = (time.perf_counter() - before) / 1000
    assert counted.digest() == digest
    return {
        "tables": between - began,
        "map": ended - between,
        "seconds": ended - began,
        "peak": peak,
        "vote": vote * 1e6,
        "digest": digest,
        "verdict": found.certificate.verdict,
    }


def _part(path: Path, target: Path, at: int, workers: int) -> None:
    import numpy as np

    from madang.commons.opinions.logic.ballots import Ballots
    from madang.commons.opinions.logic.tables import tables_of

    whole = _ballots(path)
    begin, end = whole.people * at // workers, whole.people * (at + 1) // workers
    cells = slice(int(whole.start[begin]), int(whole.start[end]))
    start = whole.start[begin : end + 1] - whole.start[begin]
    share = Ballots(whole.statements, start, whole.statement[cells], whole.value[cells])
    tables_of(share.rows(np.arange(10)), compiled=True)  # loads the compiled loops
    began = time.perf_counter()
    mine = tables_of(share)
    print(json.dumps({"seconds": time.perf_counter() - began}))
    np.savez(target, people=mine.people, both=mine.both, left=mine.left, product=mine.product)


def _ask_peer(path: Path) -> dict[str, Any]:
    import resource

    import numpy as np
    from reddwarf.implementations.polis import run_pipeline

    with np.load(path) as kept:
        people, statement, value = int(kept["people"]), kept["statement"].tolist(), kept["value"].tolist()
    votes = [
        {"participant_id": at // SEEN, "statement_id": statement[at], "vote": value[at], "modified": at}
        for at in range(people * SEEN)
    ]
    began = time.perf_counter()
    run_pipeline(votes=votes)
    return {
        "seconds": time.perf_counter() - began,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    action, *rest = sys.argv[1:]
    if action == "make":
        _make(Path(rest[0]), int(rest[1]), int(rest[2]))
    elif action == "part":
        _part(Path(rest[0]), Path(rest[1]), int(rest[2]), int(rest[3]))
    else:
        print(json.dumps(_map(Path(rest[0])) if action == "map" else _ask_peer(Path(rest[0]))))
