"""The log's folder: keys, tiles, what was signed last, and the checkpoint.

    key          private key, owner only     signed       size and root signed last, durable before release
    key.pub      public key                  checkpoint   the signed note that everyone reads
    tile/...     tiles and entry bundles     rows         outbox id of every entry, 8 bytes each, not public
    lock         held by the sequencer       lost         entries whose rows an operator gave up

What concerns witnesses is described in `witnessing.py`.

Nothing is public before `checkpoint` is replaced. The order of writing is tiles and rows, then `signed`,
then `checkpoint`; so after a crash either the old head stands or the new one can be released unchanged.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.utils.functional import cached_property

from madang.commons.ledger import durable
from madang.commons.ledger.errors import (
    BusyError,
    DamagedError,
    ForkedError,
    KeyMissingError,
    SplitError,
    UnreadableError,
    WitnessAheadError,
)
from madang.commons.ledger.logic.merkle import EMPTY_ROOT, ProofError, root, verify_consistency
from madang.commons.ledger.logic.note import (
    Checkpoint,
    NoteError,
    SignerKey,
    VerifierKey,
    decode64,
    encode64,
    open_checkpoint,
)
from madang.commons.ledger.logic.tiles import HEIGHT, WIDTH, Tile, TileError, TileTree

ROW = 8


class Store:
    """One log on disk. `origin` names a log that is made new; an existing key keeps its own name.

    `has_history` says whether somebody else, the database, knows entries of this log: then it is not new, however empty
    its folder is.
    """

    def __init__(self, folder: Path, origin: str, has_history: Callable[[], bool] = lambda: False) -> None:
        self.folder = folder
        self._new_origin = origin
        self._has_history = has_history

    def has_begun(self) -> bool:
        """Whether this log was signed before, or entries of it are known elsewhere."""
        signed = (self.folder / "signed").exists() or (self.folder / "checkpoint").exists()
        return signed or self._has_history()

    # Keys

    @cached_property
    def signer(self) -> SignerKey:
        """The private key, made on first use. Raises `KeyMissingError` rather than make a second one."""
        path = self.folder / "key"
        if not path.exists():
            if self.has_begun():
                raise KeyMissingError(f"{path} is missing, but this log was signed before")
            durable.create(path, f"{SignerKey.generate(self._new_origin)}\n".encode(), 0o600)
        try:
            key = SignerKey.parse((self.fetch("key") or b"").decode())
        except (NoteError, UnicodeDecodeError) as error:
            raise KeyMissingError(f"{path} is not a key") from error
        if not (self.folder / "key.pub").exists():
            durable.create(self.folder / "key.pub", f"{key.verifier}\n".encode(), 0o644)
        return key

    @cached_property
    def verifier(self) -> VerifierKey:
        """The public key; needs no access to the private one once that exists."""
        data = self.fetch("key.pub")
        if data is None:
            return self.signer.verifier
        try:
            return VerifierKey.parse(data.decode())
        except (NoteError, UnicodeDecodeError) as error:
            raise DamagedError(f"{self.folder / 'key.pub'} is not a key") from error

    @property
    def origin(self) -> str:
        """The log's name."""
        return self.verifier.name

    # Reading

    def fetch(self, path: str) -> bytes | None:
        """The content of a file under the folder, by a path that `Tile` made, or `checkpoint`.

        `None` where there is no such file. Raises `UnreadableError` where there is one that cannot be read.
        """
        try:
            return (self.folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise UnreadableError(error.errno, error.strerror, error.filename) from error

    def tree(self, size: int) -> TileTree:
        """The tree of the first `size` entries."""
        return TileTree(self.fetch, size)

    def checkpoint(self) -> tuple[str, Checkpoint] | None:
        """The published note and what it says, or `None` before the first. Raises `DamagedError`."""
        data = self.fetch("checkpoint")
        if data is None:
            return None
        try:
            note = data.decode()
            return note, open_checkpoint(note, [self.verifier], self.origin)
        except (NoteError, UnicodeDecodeError) as error:
            raise DamagedError("the checkpoint is not signed by this log's key") from error

    def signed(self) -> Checkpoint | None:
        """What was signed last, released or not. Raises `DamagedError`."""
        data = self.fetch("signed")
        if data is None:
            return None
        try:
            value = json.loads(data)
            return Checkpoint(self.origin, int(value["size"]), decode64(value["root"]))
        except (ValueError, KeyError, TypeError) as error:
            raise DamagedError("the record of what was signed last cannot be read") from error

    def head(self) -> Checkpoint:
        """The furthest state that was ever signed; the empty tree for a new log. Raises `DamagedError`."""
        signed, published = self.signed(), self.checkpoint()
        latest = published[1] if published else None
        if signed and latest and signed.size == latest.size and signed.root != latest.root:
            raise DamagedError("two roots are on record for one size")
        known = [state for state in (signed, latest) if state]
        return max(known, key=lambda state: state.size, default=Checkpoint(self.origin, 0, EMPTY_ROOT))

    def contradicts(self, note: str) -> str:
        """What a state that somebody else holds says against this log.

        Returns "" when this log holds it too, else the code of the error that stops the log. Only a state
        signed by our own key counts. Raises `NoteError`, `TileError` or `DamagedError`.
        """
        other, head = open_checkpoint(note, [self.verifier], self.origin), self.head()
        if other.size > head.size:
            return WitnessAheadError.code
        same = root(other.size, self.tree(head.size).node) == other.root
        return "" if same else ForkedError.code

    def heed_evidence(self) -> None:
        """Raise `WitnessAheadError` or `ForkedError` while `evidence` holds a state that this log lacks."""
        data = self.fetch("evidence")
        if data is None:
            return
        try:
            problem = self.contradicts(data.decode())
        except (NoteError, UnicodeDecodeError) as error:
            raise DamagedError(f"{self.folder / 'evidence'} is not a state signed by this log") from error
        except TileError as error:
            raise DamagedError(str(error)) from error
        if problem == WitnessAheadError.code:
            raise WitnessAheadError(
                "a witness holds a larger state signed by this log's key; see the file evidence"
            )
        if problem:
            raise ForkedError(
                "a witness holds another history signed by this log's key; see the file evidence"
            )

    def row_ids(self, first: int, end: int, *, lenient: bool = False) -> list[int]:
        """The outbox ids of entries `[first, end)`. Raises `DamagedError`, or gives 0 where `lenient`."""
        try:
            with (self.folder / "rows").open("rb") as file:
                file.seek(first * ROW)
                data = file.read((end - first) * ROW)
        except FileNotFoundError:
            data = b""
        if lenient:
            data = data.ljust((end - first) * ROW, b"\0")
        if len(data) != (end - first) * ROW:
            raise DamagedError("the list of rows is shorter than the log")
        return [int.from_bytes(data[i : i + ROW], "big") for i in range(0, len(data), ROW)]

    def lost(self) -> int:
        """Up to which size an operator has accepted that rows may be missing from the database. Raises `DamagedError`."""
        try:
            return int(self.fetch("lost") or b"0")
        except ValueError as error:
            raise DamagedError(f"{self.folder / 'lost'} is not a number") from error

    # Writing, only under the lock

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the one sequencer. Raises `BusyError` at once if there is another; a kill frees the lock."""
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise BusyError("another sequencer is at work") from error
            yield
        finally:
            os.close(descriptor)

    def write_batch(self, size: int, ids: Sequence[int], files: dict[str, bytes]) -> None:
        """Make tiles and row ids of the entries from `size` on durable. Nothing is public yet."""
        durable.write_many(self.folder, files)
        durable.write_at(self.folder / "rows", size * ROW, b"".join(i.to_bytes(ROW, "big") for i in ids))

    def release(self, size: int) -> Checkpoint:
        """Sign and publish the tree of `size` entries, read back from the tiles.

        Raises `SplitError` or `DamagedError` and signs nothing unless the tree continues all that was
        signed before. Doing it again changes nothing.
        """
        last = self.head()
        if size < last.size:
            raise SplitError(f"size {size} was already passed: {last.size} is signed")
        tree = self.tree(size)
        try:
            new = Checkpoint(self.signer.name, size, tree.root())
            if last.size:
                verify_consistency(last.size, size, last.root, new.root, tree.consistency(last.size))
        except TileError as error:
            raise DamagedError(str(error)) from error
        except ProofError as error:
            raise SplitError(
                f"the tree of {size} does not continue the signed tree of {last.size}"
            ) from error
        note = self.signer.sign(new.text())
        record = json.dumps({"size": new.size, "root": encode64(new.root)}) + "\n"
        if self.signed() != new:
            durable.write(self.folder / "signed", record.encode())
        if self.fetch("checkpoint") != note.encode():
            durable.write(self.folder / "checkpoint", note.encode())
        return new

    def prune(self, old: int, new: int) -> None:
        """Delete the partial tiles that published full ones replace. Leftovers after a crash do no harm."""
        for level in range(-1, 8):
            shift = HEIGHT * max(level, 0)
            tile = Tile(level, (old >> shift) // WIDTH)
            if tile.within(new):
                shutil.rmtree(self.folder / f"{tile.path}.p", ignore_errors=True)

    def accept_loss(self, size: int) -> None:
        """Note that rows below `size` may be missing from the database."""
        durable.write(self.folder / "lost", f"{size}\n".encode())
