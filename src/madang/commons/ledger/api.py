"""The front door of the public ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TypedDict

from madang.commons.ledger.errors import (
    DamagedError,
    DatabaseBehindError,
    EntryError,
    LedgerBehindError,
    LedgerError,
)
from madang.commons.ledger.logic import receipt as receipts
from madang.commons.ledger.logic.merkle import ProofError, leaf_hash, verify_consistency, verify_inclusion
from madang.commons.ledger.logic.note import Checkpoint, encode64
from madang.commons.ledger.logic.promise import MERGE_SECONDS, sign_promise
from madang.commons.ledger.logic.proof import TlogProof
from madang.commons.ledger.logic.receipt import ReceiptError, Step, Verdict
from madang.commons.ledger.logic.tiles import MAX_ENTRY, TileError
from madang.commons.ledger.sequencer import OutboxRows, store
from madang.kernel import clock
from madang.kernel.domain.audit import canonical
from madang.kernel.models import Outbox

__all__ = [
    "InclusionProof",
    "LedgerError",
    "ReceiptError",
    "Status",
    "Step",
    "Verdict",
    "latest_checkpoint",
    "promise",
    "public_key",
    "receipt",
    "receipt_proof",
    "status",
    "verify_receipt",
]

GRACE = timedelta(seconds=MERGE_SECONDS)


class InclusionProof(TypedDict):
    """Where an entry stands, and the proof of it, in parts and as one text."""

    index: int
    size: int
    root: str
    hashes: list[str]
    checkpoint: str
    tlog_proof: str


@dataclass(frozen=True)
class Status:
    """How the log is doing. `problem` is empty or a code of `errors.py` or "late"."""

    origin: str
    size: int
    root: str
    waiting: int
    problem: str

    @property
    def ok(self) -> bool:
        """Whether nothing needs a person."""
        return not self.problem


def status() -> Status:
    """Size, root, rows that wait, and what is wrong if something is. Never raises `LedgerError`."""
    waiting = Outbox.objects.filter(index__isnull=True)
    log = store()
    try:
        head = log.head()
        problem = _problem(head)
    except LedgerError as error:
        return Status("", 0, "", waiting.count(), error.code)
    oldest = waiting.order_by("id").values_list("at", flat=True).first()
    if not problem and oldest and clock.now() - oldest > GRACE:
        problem = "late"
    return Status(head.origin, head.size, encode64(head.root), waiting.count(), problem)


def latest_checkpoint() -> tuple[str, Checkpoint] | None:
    """The published signed note and what it says, or `None` before the first run of the sequencer."""
    return store().checkpoint()


def public_key() -> str:
    """The log's public key as `name+id+key`, which programs for signed notes read."""
    return str(store().verifier)


def receipt_proof(outbox_id: int) -> InclusionProof | None:
    """Proof that a row stands in the published log; `None` while it does not.

    The proof is checked before it is given out. Raises `DamagedError`.
    """
    row = Outbox.objects.filter(pk=outbox_id).first()
    published = latest_checkpoint()
    if row is None or row.index is None or published is None:
        return None
    note, checkpoint = published
    if row.index >= checkpoint.size:
        return None
    try:
        hashes = store().tree(checkpoint.size).inclusion(row.index)
        verify_inclusion(row.index, checkpoint.size, bytes.fromhex(row.leaf_hash), hashes, checkpoint.root)
    except (TileError, ProofError) as error:
        raise DamagedError(f"entry {row.index} cannot be proved: {error}") from error
    return InclusionProof(
        index=row.index,
        size=checkpoint.size,
        root=encode64(checkpoint.root),
        hashes=[encode64(item) for item in hashes],
        checkpoint=note,
        tlog_proof=str(TlogProof(row.index, tuple(hashes), note)),
    )


def promise(outbox: Outbox) -> str:
    """The signed promise that a row will be in the log within 60 seconds of `outbox.at`.

    It needs no storage: the same row always gives the same text. Raises `EntryError` for a row that the
    log could not take, so call it inside the transaction that writes the row.
    """
    leaf = bytes(outbox.leaf)
    if len(leaf) > MAX_ENTRY:
        raise EntryError(f"an entry has at most {MAX_ENTRY} bytes")
    if leaf_hash(leaf).hex() != outbox.leaf_hash:
        raise EntryError("the entry does not match its hash")
    return sign_promise(store().signer, leaf=bytes.fromhex(outbox.leaf_hash), at=outbox.at)


def receipt(outbox: Outbox) -> str | None:
    """The receipt file for the act behind a row, with the proof once there is one.

    Number and time are those that the payload seals. `None` when salt or payload were erased: then nothing
    can be opened any more. Raises `ReceiptError` rather than give out a receipt that does not verify.
    """
    audit = outbox.audit
    if audit.salt is None or audit.payload is None:
        return None
    proof = receipt_proof(outbox.pk)
    return str(
        receipts.build(
            log_key=store().verifier,
            salt=bytes(audit.salt),
            payload=canonical(audit.payload),
            leaf=bytes(outbox.leaf),
            promise=promise(outbox),
            proof=proof["tlog_proof"] if proof else "",
        )
    )


def verify_receipt(text: str) -> Verdict:
    """Check a receipt with this log's key and against the log as it stands now. Never raises for bad text."""
    return receipts.verify(text, keys=[store().verifier], growth=_growth)


def _growth(old: Checkpoint) -> Step:
    published = latest_checkpoint()
    if published is None:
        return Step("growth", "skipped", "no-log")
    new = published[1]
    facts = (("from", str(old.size)), ("to", str(new.size)))
    try:
        proof = store().tree(new.size).consistency(old.size)
        verify_consistency(old.size, new.size, old.root, new.root, proof)
    except (ProofError, TileError):
        return Step("growth", "failed", "different", facts)
    return Step("growth", "passed", "", facts)


def _problem(head: Checkpoint) -> str:
    rows = OutboxRows()
    count = rows.count()
    if count > head.size:
        return LedgerBehindError.code
    start = max(count, store().lost())
    if start < head.size and not rows.by_id(store().row_ids(start, start + 1)):
        return DatabaseBehindError.code
    return ""
