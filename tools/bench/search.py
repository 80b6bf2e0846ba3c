"""Search and similar ideas on a corpus as large as a country's: 200,000 texts made from the real file.

The texts are sentences of real proposals put together anew with a fixed seed: the same words, the same lengths,
the same corpus in every run. SQLite in a file of its own; PostgreSQL in a database made for it and dropped, unless
`MADANG_BENCH_KEEP=1`: then it stays, and the next such run asks without building.
"""

from __future__ import annotations

import csv
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from report import ms, quantile, table

SEED = 20_261_124
SEARCHED, COMPARED = 200_000, 180_705
DATABASE = "madang_bench_search"
SERVER = os.environ.get("MADANG_BENCH_POSTGRES", "postgres://postgres@127.0.0.1:5432")
OFFICES = [f"office-{n}" for n in range(40)]
STATES = ["open", "open", "open", "closed", "closed", "answered", "assigned"]
DISTRICTS = ["11010", "11020", "21010", "22010", "31010", "31011", "39010", ""]
COMMON = [
    "안전",
    "국민",
    "정부",
    "교육",
    "지역",
    "공무원",
    "어린이",
    "주차장",
    "통학로",
    "민원",
    "정책",
    "개선",
]


def run(root: Path) -> None:
    shared = Path(os.environ.get("MADANG_SHARED_DATA", root.parent / "shared" / "data"))
    path = shared / "square" / "gwanghwamoon-2020-05-24.csv"
    if not path.exists():
        print(f"Skipped: no real data at {path}")
        return
    engines = os.environ.get("MADANG_BENCH_ENGINES", "sqlite postgresql").split()
    keep = os.environ.get("MADANG_BENCH_KEEP") == "1"
    for name in engines:
        with tempfile.TemporaryDirectory(prefix="madang-bench-search-") as home:
            environment = {**os.environ, "MADANG_HOME": home}
            environment.pop("DATABASE_URL", None)
            if name == "postgresql":
                environment["DATABASE_URL"] = f"{SERVER}/{DATABASE}"
                if not keep:
                    _psql(f"DROP DATABASE IF EXISTS {DATABASE}")
                _create()
            try:
                # A process of its own, so that the memory it reports is its own.
                subprocess.run([sys.executable, __file__, str(path)], env=environment, check=True)
            finally:
                if name == "postgresql" and not keep:
                    _psql(f"DROP DATABASE IF EXISTS {DATABASE}")


def _create() -> None:
    there = f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"  # noqa: S608 - a name of ours
    told = ["psql", "-qtA", f"{SERVER}/postgres", "-c", there]
    if not subprocess.run(told, check=True, capture_output=True).stdout.strip():
        _psql(f"CREATE DATABASE {DATABASE}")


def _psql(statement: str) -> None:
    subprocess.run(["psql", "-q", f"{SERVER}/postgres", "-c", statement], check=True)


def corpus(path: Path, count: int) -> Any:
    """Entries from sentences of the real texts; titles take the words of two real titles."""
    from madang.commons.search import api as search
    from madang.kernel import clock

    with path.open(encoding="utf-8-sig", newline="") as file:
        real = list(csv.DictReader(file))
    sentences = [
        part for row in real for part in re.split(r"(?<=[.?!])\s+|\n+", row["body"]) if len(part) > 8
    ]
    lengths = [max(1, row["body"].count(".")) for row in real]
    chance = random.Random(SEED)  # noqa: S311 - a corpus, not a secret
    start = datetime(2023, 11, 1, tzinfo=clock.SEOUL)
    for number in range(count):
        one, other = chance.choice(real)["title"].split(), chance.choice(real)["title"].split()
        title = " ".join([*one[: chance.randint(1, len(one))], *other[-chance.randint(1, len(other)) :]])
        body = " ".join(chance.choices(sentences, k=min(chance.choice(lengths), 40)))
        yield search.Entry(
            reference=f"matter:{number}",
            kind="idea",
            title=title[:200],
            body=body,
            state=chance.choice(STATES),
            office=chance.choice(OFFICES),
            category=f"field-{chance.randrange(12)}",
            value=str(chance.randint(1, 13)),
            district=chance.choice(DISTRICTS),
            support=int(chance.paretovariate(0.9)) - 1,
            happened_at=start + timedelta(minutes=8 * number),
        )


def measure(path: Path) -> None:
    """Build, ask, print: for the database that the environment names."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from madang.commons.search import api as search
    from madang.commons.search import engines, kinship
    from madang.commons.search.models import Document

    call_command("migrate", verbosity=0)
    rows: list[list[object]] = []
    made = list(corpus(path, int(os.environ.get("MADANG_BENCH_TEXTS", SEARCHED))))
    before = _memory()
    compared = min(COMPARED, len(made))
    is_built = Document.objects.count() >= len(made)
    if not is_built:
        rows += _build(made[:compared])
    chance = random.Random(SEED + 1)  # noqa: S311
    asked = [made[chance.randrange(compared)] for _ in range(150)]
    titles = [_timed(search.similar, one.title) for one in asked]
    both = [_timed(search.similar, one.title, one.body) for one in asked]
    rows.append(["similar, by title: p50, p95, max", _spread([took for took, _ in titles]), "100 ms"])
    rows.append(["similar, by title and body: p50, p95, max", _spread([took for took, _ in both]), "100 ms"])
    same = sum(bool(found) and found[0].score >= 0.999 for _, found in both)
    rows.append(["… the same text first with score 1", f"{same} of {len(both)}", "all"])
    if not is_built:
        search.index_many(made[compared:])
        engines.measure()
        began = time.perf_counter()
        kinship.learn()
        rows.append(["companions of words (worker)", f"{time.perf_counter() - began:.1f} s", ""])
    words = [word for one in made[:400] for word in one.title.split() if 2 <= len(word) <= 6]
    questions = {
        "one common word": [(word, {}) for word in COMMON],
        "one word of a title": [(chance.choice(words), {}) for _ in range(120)],
        "two words": [(" ".join(chance.sample(words, 2)), {}) for _ in range(80)],
        "two common words": [(" ".join(chance.sample(COMMON, 2)), {}) for _ in range(40)],
        "one syllable": [(letter, {}) for letter in "길물집차법돈"],
        "word and office": [(chance.choice(COMMON), {"office": chance.choice(OFFICES)}) for _ in range(40)],
        "word, state, value, place, since": [
            (
                chance.choice(COMMON),
                {
                    "states": ["answered"],
                    "value": "2",
                    "districts": ["11010"],
                    "since": made[-60_000].happened_at.date(),
                },
            )
            for _ in range(40)
        ],
        "common word, newest": [(word, {"order": "newest"}) for word in COMMON],
        "common word, most supported": [(word, {"order": "support"}) for word in COMMON],
        "no word, office": [("", {"office": office}) for office in OFFICES],
        "everything": [("", {})] * 10,
    }
    every: list[float] = []
    for name, several in questions.items():
        times = [_timed(search.find, text, **options)[0] for text, options in several]
        every += times
        rows.append([f"find: {name}: p50, p95, max", _spread(times), "50 ms"])
    rows.append([f"find: all {len(every)}: p50, p95, max", _spread(every), "p95 50 ms"])
    with connection.cursor() as cursor:
        scans = []
        for word in COMMON[:6]:
            began = time.perf_counter()
            cursor.execute(
                "SELECT id FROM search_document WHERE title LIKE %s OR body LIKE %s"
                " ORDER BY happened_at DESC LIMIT 20 OFFSET 1000",
                [f"%{word}%", f"%{word}%"],
            )
            cursor.fetchall()
            scans.append(time.perf_counter() - began)
    rows.append(["peer: LIKE over all texts, 1,020 newest: p50, p95, max", _spread(scans), ""])
    rows.append(["memory of the process: before, at most", f"{before:.0f}, {_memory():.0f} MB", ""])
    rows.append(["size of documents and index", _size(connection), ""])
    table(f"Search among {len(made):,} texts ({connection.vendor})", ["what", "value", "limit"], rows)


def _build(made: list[Any]) -> list[list[object]]:
    """Index these; how long it took."""
    from madang.commons.search import api as search
    from madang.commons.search import engines

    began = time.perf_counter()
    for begin in range(0, len(made), 2_000):
        search.index_many(made[begin : begin + 2_000])
    measured = time.perf_counter()
    engines.measure()
    done = time.perf_counter()
    return [
        [f"index of {len(made):,} texts", f"{done - began:.0f} s", "600 s"],
        ["… of it counting how common tokens are", f"{done - measured:.1f} s", ""],
    ]


def _timed(act: Any, *arguments: Any, **options: Any) -> tuple[float, Any]:
    began = time.perf_counter()
    result = act(*arguments, **options)
    return time.perf_counter() - began, result


def _spread(times: list[float]) -> str:
    return f"{ms(quantile(times, 0.5))}, {ms(quantile(times, 0.95))}, {ms(max(times))} ms"


def _memory() -> float:
    """The most this process has held at once, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _size(connection: Any) -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT pg_total_relation_size('search_document'), pg_total_relation_size('search_fts')"
            )
            return ", ".join(f"{size / 1e6:.0f} MB" for size in cursor.fetchone())
        cursor.execute("SELECT SUM(pgsize) FROM dbstat WHERE name LIKE 'search_fts%'")
        index = cursor.fetchone()[0]
        cursor.execute("SELECT SUM(pgsize) FROM dbstat WHERE name LIKE 'search_document%'")
        return f"{cursor.fetchone()[0] / 1e6:.0f} MB, {index / 1e6:.0f} MB"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madang.conf.settings")
    measure(Path(sys.argv[1]))
