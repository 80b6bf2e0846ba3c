from __future__ import annotations

from datetime import UTC, datetime

import pytest

from madang.commons.ledger.logic.merkle import inclusion_proof, leaf_hash, nodes_of, root
from madang.commons.ledger.logic.note import (
    Checkpoint,
    NoteError,
    SignerKey,
    VerifierKey,
    decode64,
    open_checkpoint,
    open_note,
)
from madang.commons.ledger.logic.promise import Promise, open_promise, sign_promise
from madang.commons.ledger.logic.proof import TlogProof

# Key, text and signature from the documentation of golang.org/x/mod/sumdb/note.
GO_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZ"
    "InNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
KEY = SignerKey(name="log.example/ledger", seed=bytes(range(32)))


def test_keys_and_signatures_are_those_of_go() -> None:
    key = SignerKey.parse(GO_SECRET)
    assert str(key) == GO_SECRET
    assert str(key.verifier) == GO_PUBLIC
    assert str(VerifierKey.parse(GO_PUBLIC)) == GO_PUBLIC
    text = open_note(GO_NOTE, [VerifierKey.parse(GO_PUBLIC)])
    assert key.sign(text) == GO_NOTE


def test_a_secret_is_not_printed() -> None:
    assert "AYEK" not in repr(SignerKey.parse(GO_SECRET))


def test_every_changed_character_is_noticed() -> None:
    keys = [VerifierKey.parse(GO_PUBLIC)]
    for position, old in enumerate(GO_NOTE):
        for new in ("A" if old != "A" else "B", "\n" if old != "\n" else " "):
            with pytest.raises(NoteError):
                open_note(GO_NOTE[:position] + new + GO_NOTE[position + 1 :], keys)


@pytest.mark.parametrize(
    "bad", ["", "a", "a\n\n", "a\n\n— x\n", "a\n\n— x AAA\n", "a\r\n\n— x AAAAAAAA\n", "— x AAAAAAAA\n"]
)
def test_what_is_no_note(bad: str) -> None:
    with pytest.raises(NoteError):
        open_note(bad, [KEY.verifier])


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "x",
        "x+y",
        "log+00000000+AQ==",
        GO_PUBLIC.replace("c74f", "c74e"),
        GO_PUBLIC.replace("Peter", "Pete"),
        "+" + GO_PUBLIC,
    ],
)
def test_what_is_no_key(bad: str) -> None:
    with pytest.raises(NoteError):
        VerifierKey.parse(bad)


def test_base64_has_one_spelling() -> None:
    assert decode64("AA==") == b"\0"
    for other in ("AB==", "AA", "AA= =", "AA==\n", "_-=="):
        with pytest.raises(NoteError):
            decode64(other)


def test_unknown_signatures_are_ignored_and_a_wrong_one_of_a_known_key_is_not() -> None:
    other = SignerKey(name="witness.example", seed=bytes(32))
    checkpoint = Checkpoint(KEY.name, 7, bytes(32))
    note = KEY.sign(checkpoint.text())
    line = other.sign(checkpoint.text()).rpartition("\n\n")[2]
    assert open_checkpoint(note + line, [KEY.verifier]) == checkpoint
    assert open_checkpoint(note + line, [KEY.verifier, other.verifier]) == checkpoint
    wrong = other.sign("something else\n").rpartition("\n\n")[2]
    with pytest.raises(NoteError):
        open_checkpoint(note + wrong, [KEY.verifier, other.verifier])
    with pytest.raises(NoteError):
        open_checkpoint(note, [other.verifier])
    with pytest.raises(NoteError):
        open_checkpoint(note, [KEY.verifier], "other.example/ledger")


@pytest.mark.parametrize(
    "text", ["o\n01\n{r}\n", "o\n-1\n{r}\n", "o\n1\n", "o\n1\nAAAA\n", "o\n\n{r}\n", "o\n1\n{r}\n\nx\n"]
)
def test_what_is_no_checkpoint(text: str) -> None:
    with pytest.raises(NoteError):
        open_checkpoint(KEY.sign(text.format(r="A" * 43 + "=")), [KEY.verifier])


def test_a_promise_is_no_checkpoint_and_the_reverse() -> None:
    promise = sign_promise(KEY, leaf=bytes(32), at=datetime(2026, 7, 3, 9, 12, 44, 5, tzinfo=UTC))
    opened = open_promise(promise, [KEY.verifier])
    assert opened == Promise(KEY.name, bytes(32), datetime(2026, 7, 3, 9, 12, 44, tzinfo=UTC), 60)
    assert opened.deadline == datetime(2026, 7, 3, 9, 13, 44, tzinfo=UTC)
    with pytest.raises(NoteError):
        open_checkpoint(promise, [KEY.verifier])
    with pytest.raises(NoteError):
        open_promise(KEY.sign(Checkpoint(KEY.name, 7, bytes(32)).text()), [KEY.verifier])


def test_proof_text_round_trip() -> None:
    leaves = [leaf_hash(b"%d" % n) for n in range(11)]
    node = nodes_of(leaves)
    note = KEY.sign(Checkpoint(KEY.name, 11, root(11, node)).text())
    for extra in (None, b"", b"more"):
        proof = TlogProof(4, tuple(inclusion_proof(4, 11, node)), note, extra)
        assert TlogProof.parse(str(proof)) == proof
        assert proof.verify(leaves[4], [KEY.verifier]).size == 11
    single = TlogProof(0, (), KEY.sign(Checkpoint(KEY.name, 1, leaves[0]).text()))
    assert TlogProof.parse(str(single)).verify(leaves[0], [KEY.verifier]).size == 1


@pytest.mark.parametrize("rest", ["", "\n\n", "\nindex 01\n\nx", "\nindex 1\nzz\n\nx", "\nextra AA==\n\nx"])
def test_what_is_no_proof(rest: str) -> None:
    with pytest.raises(NoteError):
        TlogProof.parse("c2sp.org/tlog-proof@v1" + rest)
    with pytest.raises(NoteError):
        TlogProof.parse(rest)
