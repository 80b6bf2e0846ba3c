"""The words of free answers: 2,143 answers after the tokenizer has loaded (other processes load theirs inside the time), 180,705 with one and two processes, growth, memory.

The texts are made from the real titles of Gwanghwamoon 1st Street: the beginning of one and the end of another, so that lengths and
words stay those of real answers. The peer is the bare tokenizer over the same texts in the same run, with as many threads.
`WORDS_SIZES=1000,10000,1000000` measures other sizes, `WORDS_WORKERS=1,2,4` other numbers of processes.
"""

from __future__ import annotations

import csv
import os
import random
import resource
import tempfile
import time
from pathlib import Path

from report import table

SIZES = (1_000, 10_000, 100_000, 180_705)
POLL = 2_143  # the answers of the poll that the plan rests on
BARE = 20_000  # texts that the bare tokenizer is timed on


def run(root: Path) -> None:
    shared = Path(os.environ.get("MADANG_SHARED_DATA", root.parent / "shared" / "data"))
    path = shared / "square" / "gwanghwamoon-2020-05-24.csv"
    if not path.exists():
        print(f"Skipped: no real data at {path}")
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        real = [row["title"] for row in csv.DictReader(file) if row["title"].strip()]
    sizes = [int(size) for size in os.environ.get("WORDS_SIZES", "").split(",") if size] or list(SIZES)
    workers = [int(number) for number in os.environ.get("WORDS_WORKERS", "2").split(",")]
    rows = [_row(recombined(real, POLL), 1)]
    rows += [_row(recombined(real, size), number) for size in sizes for number in workers]
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
        "sha256",
    ]
    table("Words of free answers (titles, 26 letters on average)", columns, rows)


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
    with tempfile.TemporaryDirectory() as folder:
        spent, began = _cpu(), time.perf_counter()
        read = chunks.run(texts, how, folder=Path(folder), workers=workers)
        done = time.perf_counter()
        document = written(finish(answers, read, Settings(around=("혁신", "정부")), how=how))
        ended = time.perf_counter()
    rate, spent = len(texts) / (ended - began), (_cpu() - spent) / len(texts)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if workers > 1:
        peak += min(workers, len(read)) * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    # The peer comes last: a second tokenizer, with as many threads, must not count as our memory.
    kiwi = tokens.kiwi(how.lexicon, threads=workers)
    sample = texts[:BARE]
    bare_spent, started = _cpu(), time.perf_counter()
    for _ in kiwi.tokenize(sample):
        pass
    bare = len(sample) / (time.perf_counter() - started)
    bare_spent = (_cpu() - bare_spent) / len(sample)
    return [
        f"{len(texts):,}", workers, f"{done - began:.2f}", f"{ended - done:.2f}", f"{ended - began:.2f}", f"{rate:,.0f}",
        f"{bare:,.0f}", f"{rate / bare:.0%}", f"{bare_spent / spent:.0%}",
        f"{peak / 1024:,.0f}", hashlib.sha256(document).hexdigest()[:12],
    ]  # fmt: skip


def _cpu() -> float:
    """Processor seconds of this process and of those that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    run(Path(__file__).resolve().parents[2])
