"""The loops over millions of votes, compiled when they are first needed and only where there are so many.

Each has a plain numpy way beside it that gives the same bits; this way is for speed alone. Sums of whole numbers
are exact, sums of fractions run in the order of the votes, and nothing is contracted or reordered (no fastmath).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from madang.commons.opinions.logic.ballots import Ballots

Array = NDArray[Any]

# Below this much work for the dense way (people × statements², resampling not counted) loading the compiler costs
# more than it saves.
WORTHWHILE = 50_000_000
# From so many people on the work is shared between threads.
SHARED = 10_000
# As many people at once as a field of 16 bits can count when each adds at most 2.
_BATCH = 32_767


def available() -> bool:
    try:
        return find_spec("numba") is not None
    except ValueError:  # somebody has switched it off
        return False


def worth(ballots: Ballots) -> bool:
    """Whether the compiled way is the faster one, its loading included."""
    return ballots.people * max(ballots.statements, 1) ** 2 > WORTHWHILE and available()


def threads() -> int:
    """As many as the process may use; `MADANG_MAP_THREADS` says another number."""
    wanted = os.environ.get("MADANG_MAP_THREADS", "")
    return int(wanted) if wanted.isdigit() and int(wanted) else len(os.sched_getaffinity(0))


def _cache_folder() -> Path | None:
    """Where compiled code is kept: a folder that nobody else can write to, because it is run when it is read."""
    base = os.environ.get("MADANG_HOME")
    folder = Path(base) / "cache" / "compiled" if base else Path.home() / ".cache" / "madang" / "compiled"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        found = folder.lstat()
    except (OSError, RuntimeError):
        return None
    private = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022
    return folder if private else None


def compiler() -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """What compiles a loop; its code is kept for the next process where that is safe."""
    import numba

    folder = _cache_folder()
    if folder:
        numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
    return numba.njit(nogil=True, cache=folder is not None)


@cache
def _compiled() -> dict[str, Callable[..., Any]]:
    jit = compiler()

    @jit
    def pairs(start, statement, value, times, weighted, begin, end, packed, add):  # type: ignore[no-untyped-def]
        size = packed.shape[0]
        flat = packed.ravel()
        column, vote = np.empty(size, np.uint32), np.empty(size, np.int64)
        for person in range(begin, end):
            often = times[person] if weighted else 1
            first = np.uint64(start[person])
            cast = np.uint64(start[person + 1]) - first
            for one in range(cast):
                column[one], vote[one] = statement[first + one], value[first + one]
            for one in range(cast):
                # The word is linear in the second vote, so no table is looked up inside.
                row = np.uint32(column[one] * np.uint32(size))
                word = often * add[vote[one] + 1, 1]
                step = often * add[vote[one] + 1, 2] - word
                for two in range(one, cast):
                    flat[np.uint32(row + column[two])] += word + vote[two] * step

    @jit
    def unpack(packed, both, left, product):  # type: ignore[no-untyped-def]
        size = len(packed)
        for j in range(size):
            for k in range(j, size):
                word = packed[j, k]
                if word:
                    n = word & 0xFFFF
                    both[j, k] += n
                    left[j, k] += ((word >> 16) & 0xFFFF) - n
                    if j != k:
                        left[k, j] += ((word >> 32) & 0xFFFF) - n
                    product[j, k] += ((word >> 48) & 0xFFFF) - n
                    packed[j, k] = 0

    @jit
    def parts(start, statement, value, table, begin, end, sums):  # type: ignore[no-untyped-def]
        for person in range(begin, end):
            a = b = aa = ab = bb = 0.0
            for vote in range(start[person], start[person + 1]):
                part = table[value[vote] + 1, statement[vote]]
                a += part[0]
                b += part[1]
                aa += part[2]
                ab += part[3]
                bb += part[4]
            row = sums[person]
            row[0], row[1], row[2], row[3], row[4] = a, b, aa, ab, bb

    @jit
    def answers(start, statement, value, label, begin, end, counts):  # type: ignore[no-untyped-def]
        for person in range(begin, end):
            if label[person] >= 0:
                mine = counts[label[person]]
                for vote in range(start[person], start[person + 1]):
                    mine[statement[vote], value[vote] + 1] += 1

    return {"pairs": pairs, "unpack": unpack, "parts": parts, "answers": answers}


def count_pairs(ballots: Ballots, times: Array | None) -> tuple[int, Array, Array, Array]:
    """People, and the tables `both`, `left` and `product`.

    The four counters of a pair of statements lie in one word of 64 bits, 16 for each, with 1 added to votes and
    products so that none is negative: one addition per pair and person instead of four.
    """
    step = _BATCH if times is None else max(1, _BATCH // max(1, int(times.max(initial=1))))
    size = ballots.statements
    word = np.array(
        [[1 + (a + 1 << 16) + (b + 1 << 32) + (a * b + 1 << 48) for b in (-1, 0, 1)] for a in (-1, 0, 1)]
    )
    often = np.ones(1, np.int64) if times is None else times.astype(np.int64)
    run = _compiled()

    def part(begin: int, end: int) -> tuple[Array, Array, Array]:
        packed = np.zeros((size, size), np.uint64)
        both, left, product = (np.zeros((size, size), np.int32) for _ in range(3))
        for at in range(begin, end, step):
            stop = min(at + step, end)
            run["pairs"](
                ballots.start, ballots.statement, ballots.value, often, times is not None, at, stop,
                packed.view(np.int64), word,
            )  # fmt: skip
            run["unpack"](packed, both, left, product)
        return both, left, product

    done = in_parallel(ballots.people, part)
    both, left, product = (sum(tables[1:], start=tables[0]) for tables in zip(*done, strict=True))
    for table in (both, product):
        table += np.triu(table, 1).T
    voters = ballots.counts() > 0
    return int(voters.sum() if times is None else often[voters].sum()), both, left, product


def add_parts(ballots: Ballots, parts: Array) -> Array:
    """For each person the sums of `parts[vote + 1, statement]` over the votes, in their order."""
    sums = np.zeros((ballots.people, parts.shape[2]))
    run = _compiled()["parts"]
    in_parallel(
        ballots.people,
        lambda begin, end: run(ballots.start, ballots.statement, ballots.value, parts, begin, end, sums),
    )
    return sums


def count_answers(ballots: Ballots, label: Array, k: int) -> Array:
    """How many of each group disagreed, passed and agreed: groups × statements × 3."""
    run = _compiled()["answers"]

    def part(begin: int, end: int) -> Array:
        counts = np.zeros((k, ballots.statements, 3), np.int64)
        run(ballots.start, ballots.statement, ballots.value, label, begin, end, counts)
        return counts

    done = in_parallel(ballots.people, part)
    return sum(done[1:], start=done[0])


@cache
def _pool(process: int, work: int) -> ThreadPoolExecutor:
    """Kept, because k-means asks hundreds of times; a child of this process makes its own."""
    return ThreadPoolExecutor(work, thread_name_prefix="opinions")


def in_parallel(people: int, task: Callable[[int, int], Any]) -> list[Any]:
    """What `task` gives for each share of the people, in their order. Tasks must not ask for shares themselves."""
    work = threads() if people >= SHARED else 1
    edges = [people * at // work for at in range(work + 1)]
    if work == 1:
        return [task(0, people)]
    return list(_pool(os.getpid(), work).map(task, edges[:-1], edges[1:]))
