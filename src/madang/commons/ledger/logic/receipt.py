"""The receipt that a person keeps: text that anyone can check without asking the server.

It opens the salted commitment in the log's entry, carries the log's promise, and later the proof that
the entry stands in the log. The format is described in docs/reference/receipt.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from madang.commons.ledger.logic.cosign import cosignatures
from madang.commons.ledger.logic.merkle import ProofError, leaf_hash
from madang.commons.ledger.logic.note import (
    Checkpoint,
    NoteError,
    VerifierKey,
    decode64,
    encode64,
    open_checkpoint,
)
from madang.commons.ledger.logic.policy import Policy
from madang.commons.ledger.logic.promise import Promise, moment, open_promise, read_moment
from madang.commons.ledger.logic.proof import TlogProof

HEADER = "madang-receipt/v1"
FIELDS = ("number", "filed-at", "log-key", "salt", "payload", "leaf")
PROMISE, PROOF, END = "--- promise", "--- proof", "--- end"
SALT_SIZE = 32
MAX_RECEIPT = 100_000
"""Characters; a receipt in a log of a thousand million entries has under 5,000."""


class ReceiptError(ValueError):
    """The text is not a receipt."""


@dataclass(frozen=True)
class Receipt:
    """`payload` and `leaf` are one line of JSON each, kept byte for byte because they are hashed."""

    number: str
    filed_at: datetime
    log_key: VerifierKey
    salt: bytes
    payload: str
    leaf: str
    promise: str
    proof: str = ""

    def __str__(self) -> str:
        values = (
            self.number,
            moment(self.filed_at),
            str(self.log_key),
            encode64(self.salt),
            self.payload,
            self.leaf,
        )
        lines = [HEADER, *(f"{name} {value}" for name, value in zip(FIELDS, values, strict=True)), PROMISE]
        proof = f"{PROOF}\n{self.proof}" if self.proof else ""
        return "\n".join(lines) + f"\n{self.promise}{proof}{END}\n"

    @property
    def leaf_hash(self) -> bytes:
        """The RFC 6962 leaf hash of the entry."""
        return leaf_hash(self.leaf.encode())

    def with_proof(self, proof: TlogProof | str) -> Receipt:
        """The same receipt, with the proof that the entry is in the log."""
        return replace(self, proof=str(proof))

    @classmethod
    def parse(cls, text: str) -> Receipt:
        """Read a receipt. Line ends of Windows, a byte-order mark and blank space around it are forgiven.

        Raises `ReceiptError` that says what is wrong.
        """
        if len(text) > MAX_RECEIPT:
            raise ReceiptError("the text is too long for a receipt")
        text = text.replace("\r\n", "\n").strip(" \t\r\n\ufeff") + "\n"
        head, found, rest = text.partition(f"\n{PROMISE}\n")
        body, ended, after = rest.partition(f"\n{END}\n")
        lines = head.split("\n")
        if lines.pop(0) != HEADER:
            raise ReceiptError("the first line is not that of a receipt")
        if not found or not ended or after:
            raise ReceiptError("the receipt is cut short or something follows it")
        promise, has_proof, proof = f"{body}\n".partition(f"\n{PROOF}\n")
        names = tuple(line.partition(" ")[0] for line in lines)
        if names != FIELDS:
            raise ReceiptError("a line is missing, doubled or out of order")
        number, filed_at, key, salt, payload, leaf = (line.partition(" ")[2] for line in lines)
        try:
            return cls(
                number,
                read_moment(filed_at),
                VerifierKey.parse(key),
                decode64(salt),
                payload,
                leaf,
                f"{promise}\n" if has_proof else promise,
                proof,
            )
        except NoteError as error:
            raise ReceiptError(str(error)) from error


@dataclass(frozen=True)
class Step:
    """One check. `status` is "passed", "failed" or "skipped"; `code` says why, `facts` what was seen."""

    name: str
    status: str
    code: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What checking a receipt showed.

    `ok`: nothing is wrong. `included`: moreover the entry is proved to stand in the log; otherwise the
    receipt holds only the log's promise.
    """

    ok: bool
    included: bool
    steps: tuple[Step, ...]
    receipt: Receipt | None = None
    checkpoint: Checkpoint | None = None


STEPS = ("format", "key", "facts", "commitment", "promise", "checkpoint", "witnesses", "inclusion", "growth")


def commitment(salt: bytes, payload: bytes) -> str:
    """What an entry says about a payload without telling it: hex of SHA-256(salt || payload)."""
    return hashlib.sha256(salt + payload).hexdigest()


def build(
    *, log_key: VerifierKey, salt: bytes, payload: bytes, leaf: bytes, promise: str, proof: str = ""
) -> Receipt:
    """A receipt whose number and time are those in the payload.

    Raises `ReceiptError` rather than hand out a receipt that does not verify.
    """
    number, filed_at = _told(payload.decode())
    receipt = Receipt(number, filed_at, log_key, salt, payload.decode(), leaf.decode(), promise, proof)
    for step in verify(str(receipt), keys=[log_key]).steps:
        if step.status == "failed":
            raise ReceiptError(f"the receipt would not verify: {step.name}, {step.code}")
    return receipt


def verify(
    text: str,
    *,
    keys: Iterable[VerifierKey] = (),
    policy: Policy | None = None,
    growth: Callable[[Checkpoint], Step] | None = None,
) -> Verdict:
    """Check a receipt, step by step, without a network.

    `keys` are the keys that the reader trusts; without any, the key in the receipt is used and the step
    "key" is marked as skipped. `policy` says whose cosignatures are enough. `growth` may check the receipt's checkpoint against the log of today.
    """
    trusted = tuple(keys)
    try:
        receipt = Receipt.parse(text)
    except ReceiptError as error:
        return Verdict(False, False, (Step("format", "failed", "unreadable", (("why", str(error)),)),))
    steps = [Step("format", "passed"), _key(receipt, trusted)]
    used = trusted or (receipt.log_key,)
    steps += [_facts(receipt), _commitment(receipt), _promise(receipt, used)]
    checkpoint = None
    if receipt.proof:
        checkpoint_step, inclusion_step, checkpoint = _proof(receipt, used)
        steps += [checkpoint_step, _witnesses(receipt, policy, checkpoint_step), inclusion_step]
    else:
        steps += [Step(name, "skipped", "no-proof") for name in ("checkpoint", "witnesses", "inclusion")]
    if checkpoint and growth:
        steps.append(growth(checkpoint))
    else:
        steps.append(Step("growth", "skipped", "offline" if checkpoint else "no-proof"))
    ok = all(step.status != "failed" for step in steps)
    return Verdict(ok, ok and checkpoint is not None, tuple(steps), receipt, checkpoint)


def _key(receipt: Receipt, trusted: tuple[VerifierKey, ...]) -> Step:
    facts = (("key", str(receipt.log_key)),)
    if not trusted:
        return Step("key", "skipped", "own-key", facts)
    if receipt.log_key in trusted:
        return Step("key", "passed", "", facts)
    return Step("key", "failed", "other-key", facts)


def _facts(receipt: Receipt) -> Step:
    try:
        number, filed_at = _told(receipt.payload)
    except ReceiptError:
        return Step("facts", "failed", "unreadable")
    if (number, filed_at) != (receipt.number, receipt.filed_at):
        return Step("facts", "failed", "different")
    return Step("facts", "passed", "", (("number", number), ("filed_at", moment(filed_at))))


def _told(payload: str) -> tuple[str, datetime]:
    """Number and moment of filing as the payload tells them: `target` is `kind:number`, `at` a moment."""
    try:
        value = json.loads(payload)
        number = value["target"].partition(":")[2]
        at = read_moment(value["at"].replace("+00:00", "Z"))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ReceiptError("the payload does not tell number and time") from None
    if not number:
        raise ReceiptError("the payload does not tell number and time")
    return number, at


def _commitment(receipt: Receipt) -> Step:
    try:
        told = json.loads(receipt.leaf)["commit"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return Step("commitment", "failed", "unreadable")
    if len(receipt.salt) != SALT_SIZE:
        return Step("commitment", "failed", "salt")
    if told != commitment(receipt.salt, receipt.payload.encode()):
        return Step("commitment", "failed", "different")
    return Step("commitment", "passed", "", (("commit", told),))


def _promise(receipt: Receipt, keys: tuple[VerifierKey, ...]) -> Step:
    try:
        promise: Promise = open_promise(receipt.promise, keys)
    except NoteError:
        return Step("promise", "failed", "signature")
    if promise.origin != receipt.log_key.name:
        return Step("promise", "failed", "origin")
    if promise.leaf != receipt.leaf_hash:
        return Step("promise", "failed", "leaf")
    return Step("promise", "passed", "", (("at", moment(promise.at)), ("deadline", moment(promise.deadline))))


def _proof(receipt: Receipt, keys: tuple[VerifierKey, ...]) -> tuple[Step, Step, Checkpoint | None]:
    try:
        proof = TlogProof.parse(receipt.proof)
        checkpoint = open_checkpoint(proof.checkpoint, keys, receipt.log_key.name)
    except NoteError:
        return Step("checkpoint", "failed", "signature"), Step("inclusion", "skipped", "no-checkpoint"), None
    signed = Step(
        "checkpoint", "passed", "", (("size", str(checkpoint.size)), ("root", encode64(checkpoint.root)))
    )
    try:
        proof.verify_path(receipt.leaf_hash, checkpoint)
    except ProofError:
        return signed, Step("inclusion", "failed", "path"), None
    return signed, Step("inclusion", "passed", "", (("index", str(proof.index)),)), checkpoint


def _witnesses(receipt: Receipt, policy: Policy | None, checkpoint: Step) -> Step:
    """Without a policy nobody is known as a witness. Too few cosignatures are no fault of the receipt."""
    if policy is None or not policy.witnesses:
        return Step("witnesses", "skipped", "none")
    if checkpoint.status != "passed":
        return Step("witnesses", "skipped", "no-checkpoint")
    try:
        found = cosignatures(TlogProof.parse(receipt.proof).checkpoint, policy.keys)
    except NoteError:
        return Step("witnesses", "failed", "signature")
    facts = (("count", str(len(found))), ("least", str(policy.least)))
    if not policy.met_by(found):
        return Step("witnesses", "skipped", "too-few", facts)
    return Step("witnesses", "passed", "", facts)
