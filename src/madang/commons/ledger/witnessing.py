"""Asking witnesses to cosign the published state. It only reads the log; publishing never waits for it.

policy       who the witnesses are and how many are enough; written by the operator
witnesses    what each of them answered last
cosigned     the newest state with the cosignatures that came in
witnessed    the newest state with as many as the policy asks for
evidence     a state signed by our own key that this log does not continue: then nothing is signed any more
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import queue
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from email.message import Message
from http.client import HTTPException
from pathlib import Path
from typing import IO, TypeVar

from madang.commons.ledger import durable
from madang.commons.ledger.errors import LedgerError, UnreadableError
from madang.commons.ledger.logic.cosign import cosignatures, with_lines
from madang.commons.ledger.logic.note import Checkpoint, NoteError, decimal, encode64, open_checkpoint
from madang.commons.ledger.logic.policy import Policy, PolicyError, Witness
from madang.commons.ledger.logic.tiles import TileError
from madang.commons.ledger.store import Store

TIMEOUT = 5.0
"""Seconds that a witness has for one answer."""
MAX_ANSWER = 20_000

log = logging.getLogger("madang.ledger")

T = TypeVar("T")
_busy: dict[tuple[Path, str], threading.Thread] = {}

OK, DOWN, REFUSED, WRONG, AHEAD, FORKED = "ok", "down", "refused", "wrong", "ahead", "forked"
UNASKED = "unasked"
"""The fault is on our side, with what this one witness is to be asked: it did nothing wrong."""
ANSWERS = ("", OK, DOWN, REFUSED, WRONG, AHEAD, FORKED, UNASKED)


@dataclass(frozen=True)
class Seen:
    """What a witness answered last. `size` and `at` (seconds since 1970) are of its last cosignature here."""

    size: int = 0
    at: int = 0
    answer: str = ""
    known: int = 0
    """The size that the witness says it saw last; where the next proof begins."""

    def is_whole(self) -> bool:
        """Whether it is what `ask` wrote: the file is only JSON, and may have been edited."""
        numbers = (self.size, self.at, self.known)
        return self.answer in ANSWERS and all(type(one) is int and one >= 0 for one in numbers)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A witness answers where the policy says, or not at all."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        return None


_open = urllib.request.build_opener(_NoRedirect).open


def policy(store: Store) -> Policy | None:
    """The operator's policy, or `None` where there are no witnesses. Raises `PolicyError`."""
    try:
        data = store.fetch("policy")
        return None if data is None else Policy.parse(data.decode())
    except UnicodeDecodeError:
        raise PolicyError("not UTF-8") from None
    except UnreadableError as error:
        raise PolicyError(error.strerror) from error


def states(store: Store) -> dict[str, Seen]:
    """What is on record about each witness, by its name in the policy."""
    try:
        kept = json.loads(store.fetch("witnesses") or b"{}")
        seen = {name: Seen(**values) for name, values in kept.items()}
    except (ValueError, TypeError, AttributeError, UnreadableError):
        return {}  # only a memory of answers; the witnesses tell again
    return {name: one for name, one in seen.items() if one.is_whole()}


def ask(store: Store, timeout: float = TIMEOUT) -> bool:
    """Ask every witness about the newest state, all at once. `False` if another process is doing it.

    Raises `PolicyError` and, for a log that is damaged, `LedgerError`.
    """
    rules, published = policy(store), store.checkpoint()
    if rules is None or published is None or not published[1].size:
        return True
    asked = [witness for witness in rules.witnesses.values() if witness.url]
    with _alone(store) as free:
        if not free:
            return False
        note, head = published
        known, lines = states(store), dict[str, str]()

        def work(witness: Witness) -> tuple[Seen, str]:
            return _ask_one(store, note, head, witness, known.get(witness.name, Seen()), timeout)

        silent = {witness.name for witness in asked}
        for witness, answer in _each(store, asked, work, 3 * timeout):
            silent.discard(witness.name)
            if isinstance(answer, Exception):
                log.error("%s was not asked: %s", witness.name, answer, exc_info=_unexpected(answer))
                known[witness.name] = replace(known.get(witness.name, Seen()), answer=UNASKED)
                continue
            known[witness.name], line = answer
            if line:
                lines[witness.name] = line
                _publish(store, rules, note, list(lines.values()))
        known |= {name: replace(known.get(name, Seen()), answer=DOWN) for name in silent}
        kept = {name: asdict(known[name]) for name in rules.witnesses if name in known}
        durable.write(store.folder / "witnesses", f"{json.dumps(kept)}\n".encode())
    return True


def look_back(store: Store, timeout: float = 2.0) -> None:
    """Compare with what the witnesses saw, without asking them to sign: before a restored log goes on.

    A witness that does not answer is passed over. What contradicts this log is kept as evidence.

    Raises:
        OSError: there is such evidence, and no room to keep it. Nothing may be signed before there is.
    """
    try:
        rules = policy(store)
    except PolicyError:
        return
    asked = [witness for witness in rules.witnesses.values() if witness.url] if rules else []
    for _witness, answer in _each(
        store, asked, lambda witness: _collect(store, witness, timeout), 2 * timeout
    ):
        if isinstance(answer, Exception):
            raise answer


def _each(
    store: Store, witnesses: list[Witness], work: Callable[[Witness], T], seconds: float
) -> Iterator[tuple[Witness, T | Exception]]:
    """Do something with all witnesses at once and give the results as they come, for so many seconds.

    A witness that sends a byte a minute holds only its own thread, and gets no second one. What fails with one is
    its result and no other's.
    """
    answers: queue.SimpleQueue[tuple[Witness, T | Exception]] = queue.SimpleQueue()
    started = 0

    def one(witness: Witness) -> None:
        try:
            answers.put((witness, work(witness)))
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are waited for
            answers.put((witness, error))

    for witness in witnesses:
        held = _busy.get((store.folder, witness.name))
        if held and held.is_alive():
            continue
        thread = threading.Thread(target=one, args=(witness,), name="witness", daemon=True)
        _busy[store.folder, witness.name] = thread
        thread.start()
        started += 1
    end = time.monotonic() + seconds
    for _number in range(started):
        try:
            yield answers.get(timeout=max(0.0, end - time.monotonic()))
        except queue.Empty:
            return


def _ask_one(
    store: Store, note: str, head: Checkpoint, witness: Witness, seen: Seen, timeout: float
) -> tuple[Seen, str]:
    """One witness's new record and its cosignature line, if it gave one.

    Raises `TileError`, `LedgerError` or `OSError` where our own files fail; what the witness does raises nothing.
    """
    old = min(seen.known, head.size)
    for _attempt in range(2):
        proof = store.tree(head.size).consistency(old) if 0 < old < head.size else []
        body = "".join(f"{encode64(item)}\n" for item in proof)
        try:
            status, kind, answer = _post(
                f"{witness.url}/add-checkpoint", f"old {old}\n{body}\n{note}", timeout
            )
        except (OSError, HTTPException, ValueError):
            return replace(seen, answer=DOWN), ""
        if status == 200:
            return _cosigned(witness, note, head, answer, seen)
        if status == 409 and kind == "text/x.tlog.size":
            with suppress(NoteError):
                size = decimal(answer.strip())
                if size > head.size:
                    return replace(seen, answer=_collect(store, witness, timeout) or AHEAD), ""
                old = size
                continue
        if status == 422:
            return replace(seen, answer=_collect(store, witness, timeout) or REFUSED), ""
        return replace(seen, answer=REFUSED), ""
    return replace(seen, answer=REFUSED), ""


def _unexpected(error: Exception) -> Exception | None:
    """The error, where its words alone would tell nobody what is wrong: a fault of ours, not of a file."""
    return None if isinstance(error, TileError | LedgerError | OSError) else error


def _cosigned(witness: Witness, note: str, head: Checkpoint, answer: str, seen: Seen) -> tuple[Seen, str]:
    for line in answer.split("\n"):
        with suppress(NoteError):
            moment = cosignatures(with_lines(note, [line]), [witness.key]).get(witness.key)
            if moment:
                return Seen(head.size, moment, OK, head.size), line
    return replace(seen, answer=WRONG), ""


def _collect(store: Store, witness: Witness, timeout: float) -> str:
    """Fetch what the witness saw. If our own key signed it and this log does not hold it, keep it.

    What a witness merely says cannot stop the log; only our own signature can. Raises `OSError` if that cannot be kept.
    """
    try:
        address = f"{witness.url}/{hashlib.sha256(store.origin.encode()).hexdigest()}/checkpoint"
        status, _kind, note = _send(urllib.request.Request(address), timeout)  # noqa: S310 (see Policy)
        if status != 200:
            return ""
        problem = store.contradicts(note)
    except (OSError, HTTPException, ValueError, TileError, LedgerError):
        return ""
    if problem:
        durable.write(store.folder / "evidence", note.encode())
    return {"witness-ahead": AHEAD, "forked": FORKED}.get(problem, "")


def _publish(store: Store, rules: Policy, note: str, lines: list[str]) -> None:
    full = with_lines(note, lines)
    durable.write(store.folder / "cosigned", full.encode())
    if rules.met_by(cosignatures(full, rules.keys)):
        durable.write(store.folder / "witnessed", full.encode())


def newest_note(store: Store, file: str = "cosigned") -> tuple[str, Checkpoint] | None:
    """The note in `cosigned` or `witnessed`, if it is one of this log."""
    try:
        data = store.fetch(file)
        return (
            (data.decode(), open_checkpoint(data.decode(), [store.verifier], store.origin)) if data else None
        )
    except (NoteError, UnicodeDecodeError, LedgerError):
        return None


def _post(address: str, body: str, timeout: float) -> tuple[int, str, str]:
    kind = {"Content-Type": "text/plain; charset=utf-8"}
    return _send(urllib.request.Request(address, body.encode(), kind), timeout)  # noqa: S310 (see Policy)


def _send(request: urllib.request.Request, timeout: float) -> tuple[int, str, str]:
    """Status, content type and text of the answer. Raises `OSError`, `HTTPException`, `ValueError`."""
    try:
        with _open(request, timeout=timeout) as reply:
            return reply.status, reply.headers.get_content_type(), reply.read(MAX_ANSWER).decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers.get_content_type(), error.read(MAX_ANSWER).decode()


@contextmanager
def _alone(store: Store) -> Iterator[bool]:
    """One asker at a time, so that a slower answer cannot overwrite a newer one."""
    descriptor = os.open(store.folder / "witnesses.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            free = True
        except BlockingIOError:
            free = False
        yield free
    finally:
        os.close(descriptor)
