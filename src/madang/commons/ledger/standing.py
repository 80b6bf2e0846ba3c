"""Whether what the log lives on can be read just now: keys, the tiles it grows on, the list of witnesses.

A process that has run for a while holds the keys in memory. So that a key that is gone is told before the next
start, the files are read anew here, at every question.
"""

from __future__ import annotations

from madang.commons.ledger import witnessing
from madang.commons.ledger.errors import DamagedError, KeyMissingError
from madang.commons.ledger.logic.note import Checkpoint, NoteError, SignerKey
from madang.commons.ledger.logic.policy import PolicyError
from madang.commons.ledger.logic.tiles import TileError
from madang.commons.ledger.store import Store

UNREADABLE, GONE = "policy-unreadable", "policy-missing"


def check_keys(log: Store) -> None:
    """Both keys as they lie on the disk. A new log without any is well.

    Raises:
        KeyMissingError: the private key is gone, or is none.
        DamagedError: the public key is not that of the private one.
        UnreadableError: a file is there, but cannot be read.
    """
    private, public = log.fetch("key"), log.fetch("key.pub")
    if private is None:
        if public is None and not log.has_begun():
            return
        raise KeyMissingError("the log has a history, but its private key is missing")
    try:
        verifier = SignerKey.parse(private.decode()).verifier
    except (NoteError, UnicodeDecodeError) as error:
        raise KeyMissingError("the private key is not a key") from error
    if public is not None and public.decode(errors="replace").strip() != str(verifier):
        raise DamagedError("the public key is not that of the private key")


def check_edge(log: Store, head: Checkpoint) -> None:
    """The files that the next entry is put behind: they lead to the root that was signed.

    It reads one tile of each level, so it costs the same for a million entries; older tiles are for `audit`.

    Raises:
        DamagedError: one is missing or wrong.
        UnreadableError: one cannot be read.
    """
    if not head.size:
        return
    tree = log.tree(head.size)
    try:
        if tree.root() != head.root:
            raise DamagedError("the tiles do not lead to the root that was signed")
        tree.entry(head.size - 1)
    except TileError as error:
        raise DamagedError(str(error)) from error


def witness_problem(log: Store) -> str:
    """What is wrong with the list of witnesses: empty, `policy-unreadable` or `policy-missing`.

    Without a list there are no witnesses, which is well, unless some have answered before.
    """
    try:
        rules = witnessing.policy(log)
    except PolicyError:
        return UNREADABLE
    return GONE if rules is None and witnessing.states(log) else ""
