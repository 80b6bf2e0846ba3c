"""Public test vectors: the reference tree of Certificate Transparency and the proofs of transparency-dev."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import pytest

from madang.commons.ledger.logic.merkle import (
    EMPTY_ROOT,
    Frontier,
    ProofError,
    leaf_hash,
    node_hash,
    nodes_of,
    root,
    verify_consistency,
    verify_inclusion,
)

SHARED = Path(os.environ.get("MADANG_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
VECTORS = SHARED / "tlog"
pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(not VECTORS.is_dir(), reason=f"no vectors at {VECTORS}; set MADANG_SHARED_DATA"),
]


def decode(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def test_reference_tree() -> None:
    tree = json.loads((VECTORS / "rfc6962-reference-tree.json").read_text())
    leaves = [leaf_hash(bytes.fromhex(item)) for item in tree["leaf_inputs_hex"]]
    assert [leaf.hex() for leaf in leaves] == tree["leaf_hashes_hex"]
    edge = Frontier()
    for size, expected in enumerate(tree["root_by_size_hex"]):
        assert edge.root().hex() == root(size, nodes_of(leaves)).hex() == expected
        if size < len(leaves):
            edge.append(leaves[size])
    hasher = tree["hasher"]
    assert hasher["empty_root"] == EMPTY_ROOT.hex()
    assert hasher["empty_leaf"] == leaf_hash(b"").hex()
    assert hasher["leaf(L123456)"] == leaf_hash(b"L123456").hex()
    assert hasher["node(N123,N456)"] == node_hash(b"N123", b"N456").hex()


def test_every_proof_is_judged_as_published() -> None:
    judged = {True: 0, False: 0}
    for path in sorted((VECTORS / "transparency-dev-merkle").rglob("*.json")):
        vector = json.loads(path.read_text())
        proof = [decode(item) for item in vector["proof"] or []]
        try:
            if "inclusion" in path.parts:
                verify_inclusion(
                    vector["leafIdx"],
                    vector["treeSize"],
                    decode(vector["leafHash"]),
                    proof,
                    decode(vector["root"]),
                )
            else:
                verify_consistency(
                    vector["size1"], vector["size2"], decode(vector["root1"]), decode(vector["root2"]), proof
                )
            refused = False
        except ProofError:
            refused = True
        assert refused == vector["wantErr"], path
        judged[refused] += 1
    print(f"{judged[False]} proofs accepted, {judged[True]} refused")
    assert judged[False] >= 12
    assert judged[True] >= 184
