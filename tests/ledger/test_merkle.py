from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.commons.ledger.logic.merkle import (
    EMPTY_ROOT,
    Frontier,
    ProofError,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    nodes_of,
    root,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [leaf_hash(b"%d" % number) for number in range(300)]
NODE = nodes_of(LEAVES)


def slow_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY_ROOT
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(slow_root(leaves[:k]), slow_root(leaves[k:]))


def slow_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962 section 2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if index < k:
        return [*slow_path(index, leaves[:k]), slow_root(leaves[k:])]
    return [*slow_path(index - k, leaves[k:]), slow_root(leaves[:k])]


def test_every_leaf_of_every_size_up_to_300_is_proved() -> None:
    edge = Frontier()
    for size in range(1, 301):
        edge.append(LEAVES[size - 1])
        tree_root = root(size, NODE)
        assert tree_root == edge.root() == slow_root(LEAVES[:size])
        for index in range(size):
            verify_inclusion(index, size, LEAVES[index], inclusion_proof(index, size, NODE), tree_root)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 33, 100])
def test_paths_are_those_of_the_definition(size: int) -> None:
    for index in range(size):
        assert inclusion_proof(index, size, NODE) == slow_path(index, LEAVES[:size])


@given(st.integers(1, 300), st.data())
@settings(max_examples=300, deadline=None)
def test_any_changed_byte_breaks_an_inclusion_proof(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    tree_root = root(size, NODE)
    parts = [LEAVES[index], tree_root, *inclusion_proof(index, size, NODE)]
    which = data.draw(st.integers(0, len(parts) - 1))
    at = data.draw(st.integers(0, 31))
    changed = bytearray(parts[which])
    changed[at] ^= data.draw(st.integers(1, 255))
    parts[which] = bytes(changed)
    with pytest.raises(ProofError):
        verify_inclusion(index, size, parts[0], parts[2:], parts[1])


@given(st.integers(2, 300), st.data())
@settings(max_examples=300, deadline=None)
def test_a_proof_serves_no_other_place(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(-1, size).filter(lambda value: value != index))
    with pytest.raises(ProofError):
        verify_inclusion(other, size, LEAVES[index], inclusion_proof(index, size, NODE), root(size, NODE))


@given(st.integers(1, 300), st.integers(1, 300), st.data())
@settings(max_examples=500, deadline=None)
def test_consistency_of_any_two_sizes(one: int, other: int, data: st.DataObject) -> None:
    first, second = sorted((one, other))
    proof = consistency_proof(first, second, NODE)
    roots = (root(first, NODE), root(second, NODE))
    verify_consistency(first, second, *roots, proof)
    assert (proof == []) == (first == second)
    if proof:
        which, at = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 31))
        changed = bytearray(proof[which])
        changed[at] ^= 1
        with pytest.raises(ProofError):
            verify_consistency(first, second, *roots, [*proof[:which], bytes(changed), *proof[which + 1 :]])
        with pytest.raises(ProofError):
            verify_consistency(first, second, *roots, proof[:-1])
        with pytest.raises(ProofError):
            verify_consistency(first, second, *reversed(roots), proof)


def test_a_rewritten_past_is_never_consistent() -> None:
    for first in range(1, 60):
        forged = nodes_of([leaf_hash(b"forged"), *LEAVES[1:]])
        with pytest.raises(ProofError):
            verify_consistency(
                first, 60, root(first, NODE), root(60, forged), consistency_proof(first, 60, forged)
            )
