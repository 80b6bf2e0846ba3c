"""The words of free answers: 2,143 answers after the tokenizer has loaded (other processes load theirs inside the time), 180,705 with one and two processes, growth, memory.

The texts are made from the real titles of Gwanghwamoon 1st Street: the beginning of one and the end of another, so that lengths and
words stay those of real answers. The peer is the bare tokenizer over the same texts, with as many threads, just before and just after.
`WORDS_SIZES=1000,10000,1000000` measures other sizes, `WORDS_WORKERS=1,2,4` other numbers of processes.
"""

from __future__ import annotations

import csv
import os
import random
import resource
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from report import table

SIZES = (1_000, 10_000, 100_000, 180_705)
POLL = 2_143  # the answers of the poll that the plan rests on
BARE = 20_000  # texts that the bare tokenizer is timed on, before and after


def run(root: Path) -> None:
    real = real_titles(root)
    if not real:
        return
    sizes = [int(size) for size in os.environ.get("WORDS_SIZES", "").split(",") if size] or list(SIZES)
    workers = [int(number) for number in os.environ.get("WORDS_WORKERS", "2").split(",")]
    _compile()
    rows = []
    for size, number in [(POLL, 1), *((size, number) for size in sizes for number in workers)]:
        rows.append(_row(recombined(real, size), number))
        print(*rows[-1], flush=True)  # the largest takes long
    columns = [
        "answers",
        "processes",
        "read s",
        "tables s",
        "all s",
        "answers/s",
        "bare tokenizer/s",
        "ratio",
        "ratio of processor time",
        "peak MB",
        "load",
        "sha256",
    ]
    table("Words of free answers (titles, 26 letters on average)", columns, rows)


def real_titles(root: Path) -> list[str]:
    """The titles of Gwanghwamoon 1st Street; none where the file is not there, which is said."""
    shared = Path(os.environ.get("MADANG_SHARED_DATA", root.parent / "shared" / "data"))
    path = shared / "square" / "gwanghwamoon-2020-05-24.csv"
    if not path.exists():
        print(f"Skipped: no real data at {path}")
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row["title"] for row in csv.DictReader(file) if row["title"].strip()]


def recombined(real: list[str], count: int) -> list[str]:
    """So many texts out of the words of real ones; the same for the same count."""
    draw = random.Random(count)  # noqa: S311 - texts to measure with
    words = [title.split() for title in real]
    texts = []
    for _ in range(count):
        one, other = draw.choice(words), draw.choice(words)
        texts.append(" ".join(one[: (len(one) + 1) // 2] + other[(len(other) + 1) // 2 :]))
    return texts


def _row(texts: list[str], workers: int) -> list[object]:
    import hashlib

    from madang.services.polls.logic import chunks, reading, tokens
    from madang.services.polls.logic.analysis import Answer, Settings, finish, written

    how = reading.usual()
    tokens.kiwi(how.lexicon)
    people = max(1, len(texts) * 2 // 3)
    answers = [Answer(str(at), text, f"p{at * 7919 % people}") for at, text in enumerate(texts)]
    # The peer has a process of its own: its tokenizer must not count as our memory.
    with ProcessPoolExecutor(1, get_context("spawn")) as peer, tempfile.TemporaryDirectory() as folder:
        sample = texts[:BARE]
        before = peer.submit(_bare, sample, workers).result()
        spent, began = _cpu(), time.perf_counter()
        read = chunks.run(texts, how, folder=Path(folder), workers=workers)
        done = time.perf_counter()
        document = written(finish(answers, read, Settings(around=("혁신", "정부")), how=how))
        ended = time.perf_counter()
        spent = (_cpu() - spent) / len(texts)
        after = peer.submit(_bare, sample, workers).result()
    rate = len(texts) / (ended - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if workers > 1:
        peak += min(workers, len(read)) * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    bare, bare_spent = 2 * len(sample) / (before[0] + after[0]), (before[1] + after[1]) / 2 / len(sample)
    return [
        f"{len(texts):,}", workers, f"{done - began:.2f}", f"{ended - done:.2f}", f"{ended - began:.2f}", f"{rate:,.0f}",
        f"{bare:,.0f}", f"{rate / bare:.0%}", f"{bare_spent / spent:.0%}",
        f"{peak / 1024:,.0f}", f"{os.getloadavg()[0]:.1f}", hashlib.sha256(document).hexdigest()[:12],
    ]  # fmt: skip


def _compile() -> None:
    """An installation compiles the walk over near-copies once, some seconds, and keeps it."""
    from madang.services.polls.logic import near, reading

    texts = [f"나라를 나라답게 {at}번째 바람" for at in range(near.WORTHWHILE)]
    trace, sizes = near.traces(texts)
    near.leaders(reading.signatures(texts), trace, sizes.cumsum() - sizes, sizes)


def _bare(texts: list[str], threads: int) -> tuple[float, float]:
    """Seconds, and processor seconds, that the tokenizer alone takes; loading it not counted."""
    from madang.services.polls.logic import reading, tokens

    kiwi = tokens.kiwi(reading.usual().lexicon, threads=threads)
    spent, began = _cpu(), time.perf_counter()
    for _ in kiwi.tokenize(texts):
        pass
    return time.perf_counter() - began, _cpu() - spent


def _cpu() -> float:
    """Processor seconds of this process and of those that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    run(Path(__file__).resolve().parents[2])
