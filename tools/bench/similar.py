"""Similar ideas on the real file: are exact duplicates found, and how fast."""

from __future__ import annotations

import csv
import os
import statistics
import time
from collections import defaultdict
from pathlib import Path

from report import ms, quantile, table


def run(root: Path) -> None:
    from madang.commons.search import api as search
    from madang.kernel import text
    from madang.services.square.domain import importing

    shared = Path(os.environ.get("MADANG_SHARED_DATA", root.parent / "shared" / "data"))
    path = shared / "square" / "gwanghwamoon-2020-05-24.csv"
    if not path.exists():
        print(f"Skipped: no real data at {path}")
        return
    began = time.perf_counter()
    importing.run(path, lambda done, total: None)
    imported = time.perf_counter() - began
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    groups = defaultdict(list)
    for row in rows:
        groups[row["title"], row["body"]].append(row)
    times, exact, naive_times = [], 0, []
    for title, body in groups:
        began = time.perf_counter()
        found = search.similar(text.clean_line(title), text.clean(body), kinds=("idea",), limit=5)
        times.append(time.perf_counter() - began)
        exact += bool(found) and found[0].score >= 0.999
    # The peer: comparing the pairs of letters with every text, as a few lines of Python would.
    pairs = [{title[at : at + 2] for at in range(len(title) - 1)} for title, _body in groups]
    for title, _body in list(groups)[:50]:
        began = time.perf_counter()
        mine = {title[at : at + 2] for at in range(len(title) - 1)}
        sorted(((len(mine & other) / max(1, len(mine | other))) for other in pairs), reverse=True)[:5]
        naive_times.append(time.perf_counter() - began)
    table(
        "Similar ideas on 1,840 real rows (SQLite)",
        ["what", "value"],
        [
            ["import of 1,840 rows with audit, ledger leaves and index", f"{imported:.1f} s"],
            ["distinct texts asked for", len(groups)],
            ["of these found as the first answer with score 1", exact],
            ["median", f"{ms(statistics.median(times))} ms"],
            ["p95", f"{ms(quantile(times, 0.95))} ms"],
            ["max", f"{ms(max(times))} ms"],
            [
                "peer: pairs of letters of titles only, full scan, median",
                f"{ms(statistics.median(naive_times))} ms",
            ],
        ],
    )
