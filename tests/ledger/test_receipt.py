from __future__ import annotations

from pathlib import Path

import pytest

from madang.commons.ledger.logic.merkle import leaf_hash
from madang.commons.ledger.logic.note import SignerKey
from madang.commons.ledger.logic.promise import sign_promise
from madang.commons.ledger.logic.receipt import STEPS, Receipt, ReceiptError, Step, Verdict, build, verify
from tests.ledger.ledger_support import (
    FILED,
    filing,
    leaf,
    log_leaves,
    new_log,
    promised,
    receipt_in,
    run,
    with_proof,
)


def failed(verdict: Verdict) -> list[tuple[str, str]]:
    return [(step.name, step.code) for step in verdict.steps if step.status == "failed"]


def test_a_receipt_is_valid_before_and_after_its_entry_is_published(tmp_path: Path) -> None:
    store, rows = new_log(tmp_path)
    before = promised(store)
    verdict = verify(str(before), keys=[store.verifier])
    assert (verdict.ok, verdict.included) == (True, False)
    assert [step.name for step in verdict.steps] == list(STEPS)
    after = receipt_in(store, rows)
    verdict = verify(str(after), keys=[store.verifier])
    assert (verdict.ok, verdict.included) == (True, True)
    assert [step.status for step in verdict.steps] == ["passed"] * 6 + ["skipped", "passed", "skipped"]
    assert after.number == "ID-2607-00042-7"
    assert after.filed_at == FILED
    assert log_leaves(store)[5] == after.leaf.encode()


def test_it_reads_back_what_it_wrote(tmp_path: Path) -> None:
    store, rows = new_log(tmp_path)
    for receipt in (promised(store), receipt_in(store, rows)):
        assert Receipt.parse(str(receipt)) == receipt
        windows = "\ufeff\n  " + str(receipt).replace("\n", "\r\n") + "\r\n\r\n"
        assert Receipt.parse(windows) == receipt


def test_without_a_trusted_key_it_says_so(tmp_path: Path) -> None:
    store, rows = new_log(tmp_path)
    verdict = verify(str(receipt_in(store, rows)))
    assert verdict.ok
    assert verdict.steps[1] == Step("key", "skipped", "own-key", (("key", str(store.verifier)),))


def test_every_changed_byte_is_noticed(tmp_path: Path) -> None:
    store, rows = new_log(tmp_path)
    receipt = str(receipt_in(store, rows)).encode()
    for position in range(len(receipt) - 1):
        for flip in (0x01, 0x20, 0x80):
            changed = bytearray(receipt)
            changed[position] ^= flip
            text = changed.decode(errors="replace")
            verdict = verify(text, keys=[store.verifier])
            assert not verdict.ok, (position, flip, text)


def test_every_lost_line_is_noticed(tmp_path: Path) -> None:
    store, rows = new_log(tmp_path)
    lines = str(receipt_in(store, rows)).split("\n")[:-1]
    for gone in range(len(lines)):
        assert not verify("\n".join(lines[:gone] + lines[gone + 1 :]), keys=[store.verifier]).ok
        # A signature may stand twice in a note; every other doubled line is wrong.
        doubled = verify("\n".join(lines[: gone + 1] + lines[gone:]), keys=[store.verifier])
        assert doubled.ok == lines[gone].startswith("— ")


def test_a_receipt_of_another_log_is_refused(tmp_path: Path) -> None:
    store, rows = new_log(tmp_path / "one")
    other, _ = new_log(tmp_path / "other")
    verdict = verify(str(receipt_in(store, rows)), keys=[other.verifier])
    assert failed(verdict) == [("key", "other-key"), ("promise", "signature"), ("checkpoint", "signature")]


def test_a_proof_of_another_entry_is_refused(tmp_path: Path) -> None:
    store, rows = new_log(tmp_path)
    receipt = receipt_in(store, rows)
    for index in (4, 6):
        verdict = verify(str(with_proof(store, receipt, index)), keys=[store.verifier])
        assert failed(verdict) == [("inclusion", "path")]
        assert not verdict.included


def test_another_number_or_time_than_the_sealed_one_is_refused(tmp_path: Path) -> None:
    store, _ = new_log(tmp_path)
    text = str(promised(store))
    assert failed(verify(text.replace("number ID-2607-00042-7", "number ID-2607-00043-4"))) == [
        ("facts", "different")
    ]
    assert failed(verify(text.replace("filed-at 2026-07-03", "filed-at 2026-07-02"))) == [
        ("facts", "different")
    ]
    title = text.replace("골목 가로등을 밝게", "골목 가로등을 끄게")
    assert failed(verify(title)) == [("commitment", "different")]


def test_a_promise_for_another_entry_is_refused(tmp_path: Path) -> None:
    store, _ = new_log(tmp_path)
    salt, payload, entry = filing()
    note = sign_promise(store.signer, leaf=leaf_hash(leaf(1)), at=FILED)
    with pytest.raises(ReceiptError, match="promise, leaf"):
        build(log_key=store.verifier, salt=salt, payload=payload, leaf=entry, promise=note)
    stranger = SignerKey.generate("log.example/ledger")
    note = sign_promise(stranger, leaf=leaf_hash(entry), at=FILED)
    with pytest.raises(ReceiptError, match="promise, signature"):
        build(log_key=store.verifier, salt=salt, payload=payload, leaf=entry, promise=note)


@pytest.mark.parametrize(
    "text",
    ["", "\n", "madang-receipt/v1", "x" * 200_000, "madang-receipt/v1\n--- promise\n--- end", "[" * 50_000],
)
def test_what_is_no_receipt(text: str) -> None:
    verdict = verify(text)
    assert not verdict.ok
    assert [step.name for step in verdict.steps] == ["format"]


@pytest.mark.parametrize(
    "payload",
    [b"[]", b"{}", b'{"target":"x:","at":"2026-07-03T09:12:44Z"}', b'{"target":1,"at":2}', b"[" * 20_000],
)
def test_a_payload_must_tell_number_and_time(tmp_path: Path, payload: bytes) -> None:
    store, _ = new_log(tmp_path)
    with pytest.raises(ReceiptError, match="number and time"):
        build(log_key=store.verifier, salt=bytes(32), payload=payload, leaf=b"{}", promise="")


def test_a_receipt_stays_valid_while_the_log_grows(tmp_path: Path) -> None:
    store, rows = new_log(tmp_path)
    receipt = receipt_in(store, rows)
    rows.add([leaf(number) for number in range(600)])
    run(store, rows)
    assert verify(str(receipt), keys=[store.verifier]).included
    assert verify(str(with_proof(store, receipt, 5)), keys=[store.verifier]).included
