"""The Merkle tree of RFC 6962 section 2.1, with proof checking as in RFC 9162 section 2.1.

Sizes and indexes count leaves from 0. A *range* is `(low, high)` with `high` left out. Every hash is
32 bytes of SHA-256. Proofs are built from a `Node` function, so the same code serves a list in memory
and a folder of tiles.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

Range = tuple[int, int]
Node = Callable[[int, int], bytes]
"""`node(level, index)`: the hash of the complete subtree over `[index << level, (index + 1) << level)`."""


class ProofError(ValueError):
    """A proof does not show what it claims."""


def leaf_hash(data: bytes) -> bytes:
    """Hash of one log entry: SHA-256(0x00 || data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def nodes_of(leaves: Sequence[bytes]) -> Node:
    """A `Node` function over leaf hashes held in memory. Every subtree is computed once."""
    known: dict[tuple[int, int], bytes] = {}

    def node(level: int, index: int) -> bytes:
        if level == 0:
            return leaves[index]
        key = (level, index)
        if key not in known:
            known[key] = node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))
        return known[key]

    return node


def split(size: int) -> int:
    """The largest power of two smaller than `size` (which must be at least 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def subtrees(low: int, high: int) -> list[tuple[int, int]]:
    """The complete subtrees `(level, index)` that make up a range, from left to right."""
    found = []
    while low < high:
        level = (high - low).bit_length() - 1
        if low:
            level = min(level, (low & -low).bit_length() - 1)
        found.append((level, low >> level))
        low += 1 << level
    return found


def range_root(low: int, high: int, node: Node) -> bytes:
    """Tree hash over the leaves `[low, high)`, for a range that RFC 6962 can produce."""
    parts = [node(level, index) for level, index in subtrees(low, high)]
    if not parts:
        return EMPTY_ROOT
    result = parts.pop()
    while parts:
        result = node_hash(parts.pop(), result)
    return result


def root(size: int, node: Node) -> bytes:
    """Root of the tree with `size` leaves."""
    return range_root(0, size, node)


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Which ranges an inclusion proof consists of, from the leaf upwards (RFC 6962 section 2.1.1)."""
    if not 0 <= index < size:
        raise ProofError(f"leaf {index} is not in a tree of {size}")
    low, high, path = 0, size, []
    while high - low > 1:
        middle = low + split(high - low)
        if index < middle:
            path.append((middle, high))
            high = middle
        else:
            path.append((low, middle))
            low = middle
    path.reverse()
    return path


def consistency_ranges(first: int, second: int) -> list[Range]:
    """Which ranges a consistency proof consists of (RFC 6962 section 2.1.2)."""
    if not 0 < first <= second:
        raise ProofError(f"no consistency proof leads from size {first} to size {second}")
    low, high, path = 0, second, []
    while first < high:
        middle = low + split(high - low)
        if first <= middle:
            path.append((middle, high))
            high = middle
        else:
            path.append((low, middle))
            low = middle
    if low:
        path.append((low, high))
    path.reverse()
    return path


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """The audit path of leaf `index` in the tree with `size` leaves."""
    return [range_root(low, high, node) for low, high in inclusion_ranges(index, size)]


def consistency_proof(first: int, second: int, node: Node) -> list[bytes]:
    """The proof that the tree with `first` leaves is the beginning of the tree with `second`."""
    return [range_root(low, high, node) for low, high in consistency_ranges(first, second)]


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """The root that a leaf and its audit path lead to (RFC 9162 section 2.1.3.2).

    Raises `ProofError` when the path is too short, too long or holds something that is not a hash.
    """
    _only_hashes((leaf, *proof))
    if not 0 <= index < size:
        raise ProofError(f"leaf {index} is not in a tree of {size}")
    here, last, result = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofError("the proof is too long")
        if here & 1 or here == last:
            result = node_hash(sibling, result)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        here, last = here >> 1, last >> 1
    if last:
        raise ProofError("the proof is too short")
    return result


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], tree_root: bytes) -> None:
    """Check that the leaf hash `leaf` stands at `index` in the tree. Raises `ProofError` if not."""
    if root_from_inclusion(index, size, leaf, proof) != tree_root:
        raise ProofError("the proof does not lead to the root")


def verify_consistency(
    first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the tree of `first` leaves begins the tree of `second` (RFC 9162 section 2.1.4.2).

    A tree of no leaves begins every tree, so a proof from size 0 shows nothing and is refused.
    Raises `ProofError`.
    """
    if not 0 < first <= second:
        raise ProofError(f"no consistency proof leads from size {first} to size {second}")
    if first == second:
        if proof:
            raise ProofError("trees of one size need no proof")
        if first_root != second_root:
            raise ProofError("two roots for one size")
        return
    _only_hashes((first_root, second_root, *proof))
    if not proof:
        raise ProofError("the proof is too short")
    path = list(proof)
    if first & (first - 1) == 0:
        path.insert(0, first_root)
    here, last = first - 1, second - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofError("the proof is too long")
        if here & 1 or here == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        here, last = here >> 1, last >> 1
    if last:
        raise ProofError("the proof is too short")
    if old != first_root:
        raise ProofError("the proof does not lead to the first root")
    if new != second_root:
        raise ProofError("the proof does not lead to the second root")


class Frontier:
    """The right edge of a growing tree: enough to append and to name the root, in O(log n) memory."""

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        carry, position = leaf, self.size
        while position & 1:
            carry = node_hash(self._edge.pop(), carry)
            position >>= 1
        self._edge.append(carry)
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes in order."""
        for leaf in leaves:
            self.append(leaf)

    def root(self) -> bytes:
        """Root of everything appended so far."""
        if not self._edge:
            return EMPTY_ROOT
        result = self._edge[-1]
        for left in reversed(self._edge[:-1]):
            result = node_hash(left, result)
        return result


def _only_hashes(values: Iterable[bytes]) -> None:
    if any(len(value) != HASH_SIZE for value in values):
        raise ProofError("a hash has the wrong length")
