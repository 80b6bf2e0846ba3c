"""The front door of the public ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypedDict

from django.utils import translation

from madang.commons.ledger import standing, witnessing, wording
from madang.commons.ledger.errors import (
    DamagedError,
    DatabaseBehindError,
    EntryError,
    LedgerBehindError,
    LedgerError,
)
from madang.commons.ledger.logic import receipt as receipts
from madang.commons.ledger.logic.growth import Growth, compare
from madang.commons.ledger.logic.merkle import (
    ProofError,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)
from madang.commons.ledger.logic.note import Checkpoint, NoteError, encode64
from madang.commons.ledger.logic.policy import PolicyError
from madang.commons.ledger.logic.promise import MERGE_SECONDS, sign_promise
from madang.commons.ledger.logic.proof import TlogProof
from madang.commons.ledger.logic.receipt import ReceiptError, Step, Verdict
from madang.commons.ledger.logic.tiles import MAX_ENTRY, TileError
from madang.commons.ledger.sequencer import OutboxRows, store
from madang.kernel import clock
from madang.kernel.domain.audit import canonical
from madang.kernel.models import Outbox

__all__ = [
    "Growth",
    "InclusionProof",
    "LedgerError",
    "ReceiptError",
    "Status",
    "Step",
    "Verdict",
    "WitnessState",
    "consistency",
    "latest_checkpoint",
    "promise",
    "public_key",
    "receipt",
    "receipt_proof",
    "status",
    "verify_receipt",
    "witness_policy",
    "witness_problem",
    "witness_states",
    "words",
]

GRACE = timedelta(seconds=MERGE_SECONDS)
MAX_TIME = 253_402_300_800
"""The year 10000: a moment that no date can show."""
CHECKED_AT_ONCE = 500
"""Rows compared for the status; after a crash at most one batch lacks its places."""


class InclusionProof(TypedDict):
    """Where an entry stands, and the proof of it, in parts and as one text."""

    index: int
    size: int
    root: str
    hashes: list[str]
    checkpoint: str
    tlog_proof: str


@dataclass(frozen=True)
class WitnessState:
    """A witness and what it cosigned last; `answer` is a code of `witnessing.py`, empty before the first."""

    name: str
    key: str
    size: int
    at: datetime | None
    answer: str


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
        standing.check_keys(log)
        head = log.head()
        log.heed_evidence()
        problem = _problem(head)
    except LedgerError as error:
        return Status("", 0, "", waiting.count(), error.code)
    oldest = waiting.order_by("id").values_list("at", flat=True).first()
    if not problem and oldest and clock.now() - oldest > GRACE:
        problem = "late"
    return Status(head.origin, head.size, encode64(head.root), waiting.count(), problem)


def latest_checkpoint() -> tuple[str, Checkpoint] | None:
    """The published signed note and what it says, or `None` before the first run of the sequencer.

    It carries the cosignatures of witnesses that have seen this very state.
    """
    published, cosigned = store().checkpoint(), witnessing.newest_note(store())
    return cosigned if published and cosigned and cosigned[0].startswith(published[0]) else published


def witnessed_checkpoint() -> tuple[str, Checkpoint] | None:
    """The newest state that as many witnesses cosigned as the policy asks for."""
    return witnessing.newest_note(store(), "witnessed")


def witness_problem() -> str:
    """What is wrong with the list of witnesses, as a code with words in `wording.py`; empty when it is well."""
    return standing.witness_problem(store())


def words(code: str) -> str:
    """What a problem of `status` or `witness_problem` means, in English, for programs and whoever reads them."""
    with translation.override("en"):
        return str(wording.PROBLEMS[code])


def witness_policy() -> str:
    """The policy as text with this log's own line, empty where there are no witnesses."""
    try:
        rules = witnessing.policy(store())
    except PolicyError:
        return ""
    if rules is None:
        return ""
    text = (store().fetch("policy") or b"").decode().rstrip("\n") + "\n"
    return text if rules.logs else f"log {public_key()}\n{text}"


def witness_states() -> tuple[list[WitnessState], int]:
    """What each witness saw last, and how many of them have to agree at least."""
    try:
        rules = witnessing.policy(store())
    except PolicyError:
        return [], 0
    if rules is None:
        return [], 0
    known = witnessing.states(store())
    found = []
    for name, witness in rules.witnesses.items():
        seen = known.get(name, witnessing.Seen())
        at = datetime.fromtimestamp(seen.at, UTC) if 0 < seen.at < MAX_TIME else None
        found.append(WitnessState(witness.key.name, str(witness.key), seen.size, at, seen.answer))
    return found, rules.least


def consistency(old: str, new: str = "") -> Growth:
    """Whether the log only grew from one state to another; each is a size or a signed note.

    Without `new`, up to the published state. Any two will do: all is read from the tiles of today. Raises
    `DamagedError`, also while nothing is published.
    """
    try:
        return compare(old, new, store().fetch, [store().verifier])
    except (TileError, NoteError) as error:
        raise DamagedError(str(error)) from error


def public_key() -> str:
    """The log's public key as `name+id+key`, which programs for signed notes read."""
    return str(store().verifier)


def receipt_proof(outbox_id: int) -> InclusionProof | None:
    """Proof that a row stands in the published log; `None` while it does not.

    The proof is checked before it is given out. Raises `DamagedError`.
    """
    row = Outbox.objects.filter(pk=outbox_id).first()
    if row is None or row.index is None:
        return None
    # A state that witnesses vouch for is worth more than a newer one that only we signed.
    published = witnessed_checkpoint()
    if published is None or row.index >= published[1].size:
        published = latest_checkpoint()
    if published is None or row.index >= published[1].size:
        return None
    note, checkpoint = published
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
    try:
        rules = witnessing.policy(store())
    except PolicyError:
        rules = None
    return receipts.verify(text, keys=[store().verifier], policy=rules, growth=_growth)


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
    """The same comparison that the sequencer makes before it signs, for what fits into one question."""
    rows = OutboxRows()
    count = rows.count()
    if count > head.size:
        return LedgerBehindError.code
    log, start = store(), max(count, store().lost())
    standing.check_edge(log, head)
    tree = log.tree(head.size)
    try:
        ids = log.row_ids(start, min(head.size, start + CHECKED_AT_ONCE))
        known = rows.by_id(ids)
        for place, row_id in enumerate(ids, start):
            row = known.get(row_id)
            if row is None or row.index is not None or row.hash != tree.node(0, place).hex():
                return DatabaseBehindError.code
        last = rows.at(count - 1) if count and count == head.size else None
        if last and last.hash != tree.node(0, count - 1).hex():
            return DatabaseBehindError.code
    except TileError:
        return DamagedError.code
    return ""
