"""The checks in the browser must judge every receipt as the checks in Python do."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from madang.commons.ledger import wording
from madang.commons.ledger.logic.audit import audit
from madang.commons.ledger.logic.cosign import with_lines
from madang.commons.ledger.logic.counting import Counts
from madang.commons.ledger.logic.growth import compare
from madang.commons.ledger.logic.policy import Policy
from madang.commons.ledger.logic.receipt import verify
from madang.commons.ledger.store import Store
from tests.ledger.ledger_support import leaf, new_log, promised, receipt_in, run, with_proof
from tests.ledger.test_vectors import VECTORS
from tests.ledger.witness_support import Running, write_policy

ROOT = Path(__file__).resolve().parents[2]
NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(not NODE, reason="no node on this machine")


def browser(tmp_path: Path, cases: list[dict[str, Any]]) -> list[Any]:
    """What verify.js says about each case."""
    (tmp_path / "cases.json").write_text(json.dumps(cases))
    script = Path(__file__).with_name("verify_cases.mjs")
    done = subprocess.run(
        [
            str(NODE),
            "--no-warnings",
            str(script),
            str(ROOT / "frontend/js/ledger"),
            str(tmp_path / "cases.json"),
        ],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    answers: list[Any] = json.loads(done.stdout)
    for answer in answers:
        if isinstance(answer, dict) and "steps" in answer:
            for step in answer["steps"]:
                name = f"{step['name']}.{step['status']}" + (f".{step['code']}" if step["code"] else "")
                assert name in wording.STEPS
    return answers


def same(text: str, store: Store, answer: dict[str, Any]) -> None:
    """Compare with Python, step by step; only "growth" needs the network and is left out."""
    verdict = verify(text, keys=[store.verifier])
    expected = [(step.name, step.status, step.code, dict(step.facts)) for step in verdict.steps]
    found = [(step["name"], step["status"], step["code"], step["facts"]) for step in answer["steps"]]
    assert [step for step in found if step[0] != "growth"] == [
        (name, status, code, {} if name == "format" else facts)
        for name, status, code, facts in expected
        if name != "growth"
    ], text
    assert answer["included"] <= verdict.included
    if not answer["ok"]:
        assert not verdict.ok or found[-1][1] == "failed"


def test_vectors(tmp_path: Path) -> None:
    if not VECTORS.is_dir():
        pytest.skip(f"no vectors at {VECTORS}")
    vectors = [
        json.loads(path.read_text()) for path in sorted((VECTORS / "transparency-dev-merkle").rglob("*.json"))
    ]
    answers = browser(tmp_path, [{"vector": vector} for vector in vectors])
    wrong = [
        vector["desc"] for vector, answer in zip(vectors, answers, strict=True) if answer == vector["wantErr"]
    ]
    assert wrong == []
    assert len(vectors) >= 196


def test_receipts_and_the_growth_of_the_log(tmp_path: Path) -> None:
    store, rows = new_log(tmp_path)
    texts = [str(promised(store))]
    receipt = receipt_in(store, rows, before=2, after=0)
    texts.append(str(receipt))
    for more in (1, 1, 60, 190, 1, 2, 255, 700, 66_000):
        rows.add([leaf(number) for number in range(more)])
        run(store, rows, 100_000)
        texts.append(str(with_proof(store, receipt, 2)))
    folder = str(store.folder)
    answers = browser(
        tmp_path, [{"text": text, "key": str(store.verifier), "folder": folder} for text in texts]
    )
    for text, answer in zip(texts, answers, strict=True):
        same(text, store, answer)
        assert answer["ok"]
        assert answer["complete"]
    assert [answer["included"] for answer in answers] == [False] + [True] * 10
    assert [answer["steps"][-1]["status"] for answer in answers] == ["skipped"] + ["passed"] * 10


def test_every_changed_byte_is_judged_alike(tmp_path: Path) -> None:
    store, rows = new_log(tmp_path)
    original = str(receipt_in(store, rows)).encode()
    texts = []
    for position in range(len(original) - 1):
        changed = bytearray(original)
        changed[position] ^= 1 << position % 7
        texts.append(changed.decode(errors="replace"))
    lines = original.decode().split("\n")
    texts += ["\n".join(lines[:at] + lines[at + 1 :]) for at in range(len(lines) - 1)]
    texts += ["", "\n", "x", "\r\n".join(lines), "\ufeff " + original.decode() + "\n\n"]
    answers = browser(tmp_path, [{"text": text, "key": str(store.verifier)} for text in texts])
    for text, answer in zip(texts, answers, strict=True):
        same(text, store, answer)
    assert [answer["ok"] for answer in answers[-2:]] == [True, True]
    assert not any(answer["ok"] for answer in answers[:-2])


def test_a_rewritten_log_and_a_missing_network(tmp_path: Path) -> None:
    store, rows = new_log(tmp_path / "one")
    receipt = str(receipt_in(store, rows))
    forged, other = new_log(tmp_path / "forged")
    (forged.folder).mkdir()
    for name in ("key", "key.pub"):
        shutil.copy(store.folder / name, forged.folder / name)
    other.add([leaf(number) for number in range(50, 90)])
    run(forged, other)
    shorter, few = new_log(tmp_path / "shorter")
    shorter.folder.mkdir()
    shutil.copy(store.folder / "key", shorter.folder / "key")
    few.add([leaf(0)])
    run(shorter, few)
    gone = Store(tmp_path / "gone", "log.example/ledger")
    cases = [(store, ""), (forged, "different"), (shorter, "different"), (gone, "offline")]
    key = str(store.verifier)
    given = [{"text": receipt, "key": key, "folder": str(log.folder)} for log, _ in cases]
    answers = browser(tmp_path, given)
    assert [answer["steps"][-1]["code"] for answer in answers] == [code for _, code in cases]
    assert [answer["ok"] for answer in answers] == [True, False, False, True]


def test_without_a_trusted_key_it_says_so(tmp_path: Path) -> None:
    store, rows = new_log(tmp_path)
    (answer,) = browser(tmp_path, [{"text": str(receipt_in(store, rows)), "key": ""}])
    assert answer["ok"]
    assert answer["steps"][1] == {
        "name": "key",
        "status": "skipped",
        "code": "own-key",
        "facts": {"key": str(store.verifier)},
    }


def test_states_and_copies_are_judged_as_in_python(tmp_path: Path) -> None:
    store, rows = new_log(tmp_path / "one")
    notes = []
    for more in (5, 300, 1):
        rows.add([json.dumps({"act": "a", "n": len(notes) + 1}).encode() for _ in range(more)])
        run(store, rows)
        notes.append((store.fetch("checkpoint") or b"").decode())
    forged, other = new_log(tmp_path / "forged")
    forged.folder.mkdir()
    shutil.copy(store.folder / "key", forged.folder / "key")
    other.add([leaf(number) for number in range(7)])
    run(forged, other)
    strange = (forged.fetch("checkpoint") or b"").decode()
    pairs = [(notes[0], ""), (notes[0], notes[1]), ("5", "305"), ("1", "1"), ("0", "3"), ("9", "307")]
    pairs += [
        (notes[1], notes[0]),
        (strange, ""),
        ("x", ""),
        (notes[0].replace("5\n", "6\n", 1), ""),
        ("007", ""),
    ]
    key, folder = str(store.verifier), str(store.folder)
    answers = browser(tmp_path, [{"states": pair, "key": key, "folder": folder} for pair in pairs])
    for pair, answer in zip(pairs, answers, strict=True):
        found = compare(*pair, store.fetch, [store.verifier])
        assert (answer["code"], answer["size"]) == (found.code, found.size), pair
        if found.code == "right":
            assert tuple(answer["hashes"]) == found.hashes
            assert (answer["old_root"], answer["new_root"]) == (found.old_root, found.new_root)
    codes = [answer["code"] for answer in answers]
    assert codes == ["right"] * 4 + ["unknown"] * 2 + [
        "order",
        "wrong",
        "unreadable",
        "signature",
        "unreadable",
    ]

    (whole,) = browser(tmp_path, [{"audit": True, "key": key, "folder": folder}])
    counts = Counts()
    audit(store.fetch, [store.verifier], counts=counts)
    assert whole["size"] == 306
    assert whole["faults"] == counts.faults
    for name in ("tile/0/000", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/50", "checkpoint"):
        kept = (store.folder / name).read_bytes()
        (store.folder / name).write_bytes(kept[:9] + bytes([kept[9] ^ 1]) + kept[10:])
        (broken,) = browser(tmp_path, [{"audit": True, "key": key, "folder": folder}])
        assert "wrong" in broken, name
        (store.folder / name).write_bytes(kept)


def test_witnesses_are_judged_as_in_python(tmp_path: Path) -> None:
    store, rows = new_log(tmp_path)
    receipt = receipt_in(store, rows)
    running = [Running(tmp_path / name, str(store.verifier), f"witness.example/{name}") for name in "ab"]
    try:
        write_policy(store, running, "all")
        lines = [each.add(store, 0)[2].strip() for each in running]
    finally:
        for each in running:
            each.kill()
    policy = (store.folder / "policy").read_text()
    wrong = lines[0][:-4] + ("AAA=" if not lines[0].endswith("AAA=") else "BBB=")
    texts = [
        str(replace(receipt, proof=with_lines(receipt.proof, more)))
        for more in ([], lines[:1], lines, [lines[0], lines[0]], [wrong], lines[::-1])
    ]
    answers = browser(
        tmp_path, [{"text": text, "key": str(store.verifier), "policy": policy} for text in texts]
    )
    found = []
    for text, answer in zip(texts, answers, strict=True):
        verdict = verify(text, keys=[store.verifier], policy=Policy.parse(policy))
        step = next(step for step in verdict.steps if step.name == "witnesses")
        same_step = next(step for step in answer["steps"] if step["name"] == "witnesses")
        assert (same_step["status"], same_step["code"]) == (step.status, step.code)
        assert same_step["facts"] == dict(step.facts)
        found.append(step.code or step.status)
    assert found == ["too-few", "too-few", "passed", "too-few", "signature", "passed"]
