"""Reading many answers in parts: plan, do each part, merge. Parts can be done by other processes, other machines or later.

A job queue calls `plan` once, `do` for each part (keeping the bytes under `Part.name`), and `merge` when all are there. `run` does the same on
this machine: with files in a folder, so that a killed run goes on where it stopped, and with several processes. A part's name
holds a digest of its texts and of the way of reading, so that a part of other answers or another lexicon is never taken up.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from madang.services.polls.logic import reading, tokens
from madang.services.polls.logic.store import Chunk

ANSWERS, LETTERS = 1_000, 200_000
"""A part ends with this many answers, or with the answer that makes it longer than this."""
ENDING = ".chunk"


class ReaderDiedError(RuntimeError):
    """A process that was reading is gone: ended from outside, most often for want of memory."""


Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Part:
    """Answers from `start` to `end` (not included). `name` is the same for the same texts read in the same way."""

    start: int
    end: int
    name: str


def plan(
    texts: Sequence[str], how: reading.How, *, answers: int = ANSWERS, letters: int = LETTERS
) -> list[Part]:
    """The parts, in order. Any division gives the same document in the end."""
    parts: list[Part] = []
    start = size = 0
    for at, text in enumerate(texts):
        size += len(text)
        if at + 1 - start >= answers or size > letters or at + 1 == len(texts):
            parts.append(Part(start, at + 1, _name(texts[start : at + 1], start, how)))
            start, size = at + 1, 0
    return parts


def _name(texts: Sequence[str], start: int, how: reading.How) -> str:
    digest = hashlib.sha256(how.digest().encode())
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return f"{start:08d}-{digest.hexdigest()[:24]}"


def do(texts: Sequence[str], how: reading.How) -> bytes:
    """The texts of one part, read: bytes to keep under its name."""
    return reading.read(texts, how).to_bytes()


def merge(parts: Sequence[bytes]) -> list[Chunk]:
    """The chunks of all parts, in the order of the plan, as `analysis.finish` wants them.

    Raises:
        ValueError: bytes are damaged.
    """
    return [Chunk.from_bytes(data) for data in parts]


def run(
    texts: Sequence[str],
    how: reading.How,
    *,
    folder: Path | None = None,
    workers: int = 1,
    progress: Progress = lambda done, total: None,
) -> list[Chunk]:
    """All parts, read with so many processes; those that `folder` has already are not read again.

    `progress` is told how many answers of how many are done.

    Raises:
        ReaderDiedError: one of the processes died. What was read is in the folder, and another call goes on from there.
        MemoryError: so it did in this process.
    """
    parts = plan(texts, how)
    done: dict[int, Chunk] = {}
    for at, part in enumerate(parts):
        if folder is not None and (found := _kept(folder, part)) is not None:
            done[at] = found
    finished = sum(parts[at].end - parts[at].start for at in done)
    progress(finished, len(texts))
    left = [at for at in range(len(parts)) if at not in done]
    for at, data in _done(texts, how, parts, left, workers):
        if folder is not None:
            _keep(folder, parts[at], data)
        done[at] = Chunk.from_bytes(data)
        finished += parts[at].end - parts[at].start
        progress(finished, len(texts))
    return [done[at] for at in range(len(parts))]


def _done(
    texts: Sequence[str], how: reading.How, parts: Sequence[Part], left: Sequence[int], workers: int
) -> Iterator[tuple[int, bytes]]:
    if workers == 1 or len(left) < 2:
        for at in left:
            yield at, do(texts[parts[at].start : parts[at].end], how)
        return
    # Fresh processes: a process that has threads (Kiwi's, a web server's) must not be copied.
    context = get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(left)), context, initializer=_prepare, initargs=(how,)) as pool:
        waiting = {pool.submit(_do_here, texts[parts[at].start : parts[at].end]): at for at in left}
        try:
            for future in as_completed(waiting):
                yield waiting.pop(future), future.result()
        except BrokenProcessPool as error:
            raise ReaderDiedError from error
        finally:
            pool.shutdown(cancel_futures=True)


_how: list[reading.How] = []


def _prepare(how: reading.How) -> None:
    _how[:] = [how]
    tokens.kiwi(how.lexicon, threads=how.threads)


def _do_here(texts: Sequence[str]) -> bytes:
    return do(texts, _how[0])


def _kept(folder: Path, part: Part) -> Chunk | None:
    """The part from the folder; None where it is not there or cannot be read."""
    try:
        chunk = Chunk.from_bytes((folder / (part.name + ENDING)).read_bytes())
    except (OSError, ValueError):
        return None
    return chunk if chunk.answers == part.end - part.start else None


def _keep(folder: Path, part: Part, data: bytes) -> None:
    """Written beside and moved into place, so that a file with that name is always whole."""
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f".{part.name}.{os.getpid()}"
    beside.write_bytes(data)
    beside.replace(folder / (part.name + ENDING))


def clear(folder: Path) -> None:
    """Throw away what `run` has kept; other files and a folder that has them stay."""
    for path in [*folder.glob("*" + ENDING), *folder.glob(".????????-*")]:
        path.unlink()
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
