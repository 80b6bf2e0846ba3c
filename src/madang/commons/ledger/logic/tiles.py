"""A log as static files, after c2sp.org/tlog-tiles.

A tile holds up to 256 consecutive hashes of one level; a bundle holds the entries under a tile of
level 0. The last tile of a level may be partial: then its path ends in `.p/<width>`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from madang.commons.ledger.logic.merkle import HASH_SIZE, consistency_proof, inclusion_proof, node_hash, root

HEIGHT = 8
WIDTH = 1 << HEIGHT
MAX_ENTRY = 0xFFFF
"""Bytes in one entry, because its length is written in two bytes."""

Fetch = Callable[[str], bytes | None]
"""Reads the file at a path under the log's prefix, or says `None` when there is none."""

_PATH = re.compile(
    r"tile/(?P<level>entries|[0-9]|[1-5][0-9]|6[0-3])/(?P<high>(?:x[0-9]{3}/){0,5})(?P<low>[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


class TileError(ValueError):
    """A tile or bundle is missing or does not have the shape it must have."""


@dataclass(frozen=True)
class Tile:
    """The name of one file. `level` is -1 for entries; `width` counts hashes or entries, 1 to 256."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where the file lies under the log's prefix."""
        level = "entries" if self.level < 0 else str(self.level)
        digits = f"{self.index:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
        name = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        return f"tile/{level}/{name}" + ("" if self.width == WIDTH else f".p/{self.width}")

    @property
    def full(self) -> Tile:
        """The same tile once it is full."""
        return Tile(self.level, self.index)

    @classmethod
    def parse(cls, path: str) -> Tile:
        """Read a path; only its one canonical spelling is accepted. Raises `TileError`."""
        match = _PATH.fullmatch(path)
        if not match:
            raise TileError("not a tile path")
        level = -1 if match["level"] == "entries" else int(match["level"])
        index = int(match["high"].replace("x", "").replace("/", "") + match["low"])
        tile = cls(level, index, int(match["width"] or WIDTH))
        if tile.width > WIDTH or tile.path != path:
            raise TileError("not a tile path")
        return tile

    def within(self, size: int) -> bool:
        """Whether a log of `size` entries has this tile filled at least this far."""
        return self.index * WIDTH + self.width <= size >> (HEIGHT * max(self.level, 0))


def tile_at(level: int, index: int, size: int) -> Tile:
    """The tile that holds hash `index` of tile level `level` in a log of `size` entries."""
    number = index // WIDTH
    count = size >> (HEIGHT * max(level, 0))
    return Tile(level, number, min(WIDTH, count - number * WIDTH))


def tile_root(hashes: bytes) -> bytes:
    """Hash of the complete subtree over a power of two of hashes."""
    row = [hashes[i : i + HASH_SIZE] for i in range(0, len(hashes), HASH_SIZE)]
    while len(row) > 1:
        row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row), 2)]
    return row[0]


def encode_entries(entries: Iterable[bytes]) -> bytes:
    """Entries as a bundle: each with its length in two bytes before it. Raises `TileError`."""
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > MAX_ENTRY:
            raise TileError(f"an entry has at most {MAX_ENTRY} bytes")
        parts += (len(entry).to_bytes(2, "big"), entry)
    return b"".join(parts)


def decode_entries(bundle: bytes) -> list[bytes]:
    """All entries of a bundle. Raises `TileError`."""
    entries, at = [], 0
    while at < len(bundle):
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        if at + 2 > len(bundle) or end > len(bundle):
            raise TileError("a bundle is cut short")
        entries.append(bundle[at + 2 : end])
        at = end
    return entries


def read_hashes(fetch: Fetch, tile: Tile) -> bytes:
    """The hashes of a tile, one after another. Raises `TileError`."""
    data = _load(fetch, tile)
    if len(data) not in (tile.width * HASH_SIZE, WIDTH * HASH_SIZE):
        raise TileError(f"{tile.path} has the wrong length")
    return data[: tile.width * HASH_SIZE]


def read_entries(fetch: Fetch, tile: Tile) -> list[bytes]:
    """The entries of a bundle. Raises `TileError`."""
    entries = decode_entries(_load(fetch, tile))
    if len(entries) not in (tile.width, WIDTH):
        raise TileError(f"{tile.path} has the wrong length")
    return entries[: tile.width]


def _load(fetch: Fetch, tile: Tile) -> bytes:
    # A partial file may be deleted once the full one exists, so the full one is the second try.
    data = fetch(tile.path)
    if data is None and tile.width < WIDTH:
        data = fetch(tile.full.path)
    if data is None:
        raise TileError(f"{tile.path} is missing")
    return data


class TileTree:
    """The tree of `size` leaves read from tiles.

    Tiles are not trusted: whoever uses a root, proof or leaf from here checks it against a signed root
    (`verify_inclusion`, `verify_consistency`); a wrong tile then cannot pass.
    """

    def __init__(self, fetch: Fetch, size: int) -> None:
        self.size = size
        self._fetch = fetch
        self._tiles: dict[Tile, bytes] = {}

    def node(self, level: int, index: int) -> bytes:
        """Hash of one complete subtree. Raises `TileError`."""
        tile_level, height = divmod(level, HEIGHT)
        first = index << height
        tile = tile_at(tile_level, first, self.size)
        if tile not in self._tiles:
            self._tiles[tile] = read_hashes(self._fetch, tile)
        start = (first - tile.index * WIDTH) * HASH_SIZE
        return tile_root(self._tiles[tile][start : start + (HASH_SIZE << height)])

    def root(self) -> bytes:
        """Root of the tree."""
        return root(self.size, self.node)

    def inclusion(self, index: int) -> list[bytes]:
        """Audit path of one leaf."""
        return inclusion_proof(index, self.size, self.node)

    def consistency(self, first: int) -> list[bytes]:
        """Proof that the tree of `first` leaves is the beginning of this one."""
        return consistency_proof(first, self.size, self.node)

    def entry(self, index: int) -> bytes:
        """One entry, not checked against its leaf hash."""
        tile = tile_at(-1, index, self.size)
        return read_entries(self._fetch, tile)[index - tile.index * WIDTH]


def grow(fetch: Fetch, size: int, entries: Sequence[bytes], leaves: Sequence[bytes]) -> dict[str, bytes]:
    """The files to write when `entries` with leaf hashes `leaves` are added to a log of `size` entries."""
    files: dict[str, bytes] = {}
    index, width = divmod(size, WIDTH)
    held = read_entries(fetch, Tile(-1, index, width)) if width else []
    held += entries
    for start in range(0, len(held), WIDTH):
        part = held[start : start + WIDTH]
        files[Tile(-1, index + start // WIDTH, len(part)).path] = encode_entries(part)
    level, count, new = 0, size, list(leaves)
    while new:
        index, width = divmod(count, WIDTH)
        row = (read_hashes(fetch, Tile(level, index, width)) if width else b"") + b"".join(new)
        new = []
        for start in range(0, len(row), WIDTH * HASH_SIZE):
            part_row = row[start : start + WIDTH * HASH_SIZE]
            tile = Tile(level, index + start // (WIDTH * HASH_SIZE), len(part_row) // HASH_SIZE)
            files[tile.path] = part_row
            if tile.width == WIDTH:
                new.append(tile_root(part_row))
        level, count = level + 1, count // WIDTH
    return files
