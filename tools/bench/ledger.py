"""The public log at a million entries: append, cold proofs, start of a new process, memory, and a peer in the same run.

`MADANG_BENCH_LEAVES` sets another number of entries.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from report import ms, quantile, table

BATCH = 2000
PROOFS = 300

# Run in processes of their own: what a proof costs with nothing in memory, and what memory the log needs.
APPEND = """
import os, resource, sys, time
from pathlib import Path
from madang.commons.ledger.logic.merkle import leaf_hash
from madang.commons.ledger.logic.tiles import grow
from madang.commons.ledger.store import Store
folder, count, batch = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
store = Store(folder, "bench.example/ledger")
store.release(0)
began = time.perf_counter()
for size in range(0, count, batch):
    entries = [b'{"act":"square.idea.support","n":%012d,"pad":"%040d"}' % (n, n) for n in range(size, min(size + batch, count))]
    files = grow(store.fetch, size, entries, [leaf_hash(entry) for entry in entries])
    store.write_batch(size, list(range(size, size + len(entries))), files)
    head = store.release(size + len(entries))
    store.prune(size, head.size)
seconds = time.perf_counter() - began
print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
READY = """
import sys, time
from pathlib import Path
from madang.commons.ledger.store import Store
from madang.commons.ledger.logic.merkle import verify_inclusion
began = time.perf_counter()
store = Store(Path(sys.argv[1]), "")
note, head = store.checkpoint()
index = int(sys.argv[2])
tree = store.tree(head.size)
verify_inclusion(index, head.size, tree.node(0, index), tree.inclusion(index), head.root)
print(time.perf_counter() - began)
"""


def _alone(code: str, *values: object) -> list[float]:
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, values)], capture_output=True, text=True, check=True
    )
    return [float(value) for value in done.stdout.split()]


def _peer(folder: Path, count: int, chosen: list[int]) -> list[tuple[str, float, float]]:
    """pymerkle, which development brings along: in memory, and in SQLite with one commit for a batch."""
    from pymerkle import InmemoryTree, SqliteTree

    found = []
    entries = [b'{"act":"square.idea.support","n":%012d,"pad":"%040d"}' % (n, n) for n in range(count)]
    makers: list[tuple[str, Callable[[], object]]] = [
        ("pymerkle in memory, nothing kept", lambda: InmemoryTree(algorithm="sha256")),
        ("pymerkle in SQLite, in bulk", lambda: SqliteTree(str(folder / "peer.db"), algorithm="sha256")),
    ]
    for name, make in makers:
        tree = make()
        began = time.perf_counter()
        if hasattr(tree, "append_entries"):
            tree.append_entries(entries)
        else:
            for entry in entries:
                tree.append_entry(entry)
        seconds = time.perf_counter() - began
        times = []
        for index in chosen[:50]:
            began = time.perf_counter()
            tree.prove_inclusion(index + 1)
            times.append(time.perf_counter() - began)
        found.append((name, count / seconds, quantile(times, 0.95)))
    return found


def run() -> None:
    count = int(os.environ.get("MADANG_BENCH_LEAVES", "1000000"))
    from madang.commons.ledger.logic.merkle import verify_inclusion
    from madang.commons.ledger.store import Store

    with tempfile.TemporaryDirectory(prefix="madang-log-") as root:
        folder = Path(root) / "ledger"
        seconds, memory = _alone(APPEND, folder, count, BATCH)
        store = Store(folder, "")
        head = store.head()
        chosen = [
            random.Random(number).randrange(count)  # noqa: S311 (places to look at)
            for number in range(PROOFS)
        ]
        times = []
        for index in chosen:
            began = time.perf_counter()
            tree = store.tree(head.size)  # a new tree holds no tile: every proof reads its files
            verify_inclusion(index, head.size, tree.node(0, index), tree.inclusion(index), head.root)
            times.append(time.perf_counter() - began)
        ready = [_alone(READY, folder, index)[0] for index in chosen[:9]]
        began = time.perf_counter()
        _alone("import madang.commons.ledger.store; print(0)")
        imports = time.perf_counter() - began
        files = [path.stat().st_size for path in (folder / "tile").rglob("*") if path.is_file()]
        hashes = sum(
            path.stat().st_size
            for path in (folder / "tile").rglob("*")
            if path.is_file() and "entries" not in path.parts
        )
        rows: list[list[object]] = [
            [f"durable append in batches of {BATCH:,}, entries a second", f"{count / seconds:,.0f}", "5,000"],
            ["inclusion proof from files and its check, median", f"{ms(statistics.median(times))} ms", ""],
            ["the same, p95", f"{ms(quantile(times, 0.95))} ms", "10 ms"],
            [
                "new process: open, signed state, first proof; median of 9",
                f"{ms(statistics.median(ready))} ms",
                "50 ms",
            ],
            ["interpreter and imports before that", f"{ms(imports)} ms", ""],
            ["most memory of the appending process", f"{memory / 1024:.0f} MB", "100 MB"],
            ["hash tiles per entry", f"{hashes / count:.1f} B", "33 B"],
            ["files", f"{len(files):,}", ""],
        ]
        for name, speed, p95 in _peer(Path(root), count, chosen):
            rows.append([f"peer: {name}, entries a second", f"{speed:,.0f}", ""])
            rows.append([f"peer: {name}, proof p95", f"{ms(p95)} ms", ""])
    table(f"The log at {count:,} entries", ["what", "value", "limit"], rows)
