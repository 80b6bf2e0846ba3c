from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.commons.ledger.logic.audit import AuditError, audit
from madang.commons.ledger.logic.merkle import (
    Frontier,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)
from madang.commons.ledger.logic.note import Checkpoint, NoteError, SignerKey
from madang.commons.ledger.logic.tiles import (
    Tile,
    TileError,
    TileTree,
    decode_entries,
    encode_entries,
    grow,
    tile_at,
)
from tests.ledger.ledger_support import expected_root, leaf

KEY = SignerKey("log.example/ledger", bytes(range(32)))


def build(batches: list[int]) -> dict[str, bytes]:
    """The files of a log that grew in batches."""
    files: dict[str, bytes] = {}
    size = 0
    for count in batches:
        entries = [leaf(number) for number in range(size, size + count)]
        files.update(grow(files.get, size, entries, [leaf_hash(entry) for entry in entries]))
        size += count
    files["checkpoint"] = KEY.sign(
        Checkpoint(KEY.name, size, TileTree(files.get, size).root()).text()
    ).encode()
    return files


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 273, 112), "tile/0/273.p/112"),
        (Tile(1, 1234067), "tile/1/x001/x234/067"),
        (Tile(-1, 1000, 1), "tile/entries/x001/000.p/1"),
        (Tile(63, 999), "tile/63/999"),
    ],
)
def test_paths(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert Tile.parse(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0",
        "tile/00/000",
        "tile/64/000",
        "tile/0/x000/001",
        "tile/0/001.p/0",
        "tile/0/001.p/256",
        "tile/0/001.p/01",
        "tile/0/../key",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/٠٠٠",
        "tile/entries/000.p/1\n",
        "key",
    ],
)
def test_what_is_no_path(path: str) -> None:
    with pytest.raises(TileError):
        Tile.parse(path)


@given(st.integers(-1, 63), st.integers(0, 10**12), st.integers(1, 256))
def test_paths_round_trip(level: int, index: int, width: int) -> None:
    tile = Tile(level, index, width)
    assert Tile.parse(tile.path) == tile


def test_the_example_of_70000() -> None:
    files = set(grow(lambda _: None, 0, [b""] * 70_000, [leaf_hash(b"")] * 70_000))
    hashes = {name for name in files if "entries" not in name}
    assert len([name for name in hashes if name.startswith("tile/0/") and ".p/" not in name]) == 273
    assert {name for name in hashes if not name.startswith("tile/0/") or ".p/" in name} == {
        "tile/0/273.p/112",
        "tile/1/000",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    }


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_entries_round_trip(entries: list[bytes]) -> None:
    assert decode_entries(encode_entries(entries)) == entries


def test_an_entry_has_a_limit() -> None:
    assert decode_entries(encode_entries([bytes(65535)])) == [bytes(65535)]
    with pytest.raises(TileError):
        encode_entries([bytes(65536)])


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 511, 512, 513, 65535, 65536, 65537])
def test_trees_across_the_borders_of_tiles(size: int) -> None:
    files = build([size])
    tree = TileTree(files.get, size)
    edge = Frontier()
    edge.extend(leaf_hash(leaf(number)) for number in range(size))
    assert tree.root() == edge.root()
    for index in {0, 1, 254, 255, 256, 257, size // 2, size - 2, size - 1}:
        if 0 <= index < size:
            assert tree.entry(index) == leaf(index)
            verify_inclusion(index, size, leaf_hash(leaf(index)), tree.inclusion(index), edge.root())
    for first in {1, 255, 256, 257, size // 2, size - 1, size}:
        if 0 < first <= size:
            old = expected_root([leaf(number) for number in range(first)])
            verify_consistency(first, size, old, edge.root(), tree.consistency(first))
    assert audit(files.get, [KEY.verifier]).size == size


@given(st.lists(st.integers(1, 300), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_how_a_log_grew_does_not_matter(batches: list[int]) -> None:
    size = sum(batches)
    grown, at_once = build(batches), build([size])
    assert grown["checkpoint"] == at_once["checkpoint"]
    for name, data in at_once.items():
        assert grown[name] == data
    published = 0
    for count in batches:
        published += count
        root_then = expected_root([leaf(number) for number in range(published)])
        assert TileTree(grown.get, published).root() == root_then
        verify_consistency(
            published,
            size,
            root_then,
            TileTree(grown.get, size).root(),
            TileTree(grown.get, size).consistency(published),
        )


def test_a_full_tile_stands_in_for_a_deleted_partial_one() -> None:
    files = build([100, 300])
    del files["tile/0/000.p/100"], files["tile/entries/000.p/100"]
    assert TileTree(files.get, 100).root() == expected_root([leaf(number) for number in range(100)])
    assert TileTree(files.get, 100).entry(99) == leaf(99)


def test_within() -> None:
    assert Tile(0, 0, 100).within(100)
    assert not Tile(0, 0, 101).within(100)
    assert not Tile(0, 0).within(255)
    assert Tile(1, 0, 1).within(256)
    assert not Tile(1, 0, 1).within(255)
    assert tile_at(1, 0, 600) == Tile(1, 0, 2)


def test_an_auditor_notices_every_flipped_byte_of_a_small_log() -> None:
    files = build([3])
    for name in list(files):
        for position in range(len(files[name])):
            broken = dict(files)
            changed = bytearray(files[name])
            changed[position] ^= 1
            broken[name] = bytes(changed)
            with pytest.raises((AuditError, TileError, NoteError)):
                audit(broken.get, [KEY.verifier])


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_an_auditor_notices_a_flipped_byte_anywhere(data: st.DataObject) -> None:
    # 70,000 entries reach three levels; one byte in a full tile of level 0 is the case that a well-known
    # verifier once missed.
    name = data.draw(st.sampled_from(sorted(needed_files())))
    position = data.draw(st.integers(0, len(BIG[name]) - 1))
    changed = bytearray(BIG[name])
    changed[position] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises((AuditError, TileError, NoteError)):
        audit(lambda path: bytes(changed) if path == name else BIG.get(path), [KEY.verifier])


BIG = build([66_100])


def needed_files() -> list[str]:
    """A few files of each kind, so that the random draw does not only hit bundles."""
    kinds: dict[str, list[str]] = {}
    for name in BIG:
        kinds.setdefault("/".join(name.split("/")[:2]) + str(".p/" in name), []).append(name)
    return [name for names in kinds.values() for name in (names[0], names[len(names) // 2], names[-1])]


def test_a_missing_or_swapped_file_is_noticed() -> None:
    files = build([300])
    for name in files:
        if name != "checkpoint":
            with pytest.raises((AuditError, TileError)):
                audit(lambda path, gone=name: None if path == gone else files.get(path), [KEY.verifier])
    with pytest.raises((AuditError, TileError)):
        swapped = {**files, "tile/0/000": files["tile/0/001.p/44"]}
        audit(swapped.get, [KEY.verifier])
    with pytest.raises(AuditError):
        audit({}.get, [KEY.verifier])


def test_reading_a_proof_from_tampered_tiles_never_verifies() -> None:
    files = build([600])
    tree_root = TileTree(files.get, 600).root()
    name = "tile/0/001"
    for position in range(0, 8192, 97):
        changed = bytearray(files[name])
        changed[position] ^= 0x80
        tree = TileTree({**files, name: bytes(changed)}.get, 600)
        index = 256 + position // 32
        with pytest.raises(ValueError, match="proof"):
            verify_inclusion(index ^ 1, 600, leaf_hash(leaf(index ^ 1)), tree.inclusion(index ^ 1), tree_root)
