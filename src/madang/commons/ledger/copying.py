"""A copy of the public log for other people's shelves: only files that everyone may read."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

from madang.commons.ledger.errors import DamagedError
from madang.commons.ledger.logic.tiles import HEIGHT, WIDTH, Tile, tile_at
from madang.commons.ledger.store import Store

NAMES = ("key.pub", "checkpoint", "cosigned", "witnessed", "policy")


def copy(store: Store, target: Path) -> int:
    """Copy the log into a new folder, or a new file if its name ends in `.zip`. Returns its size.

    The log may grow meanwhile: what is copied is the state at the beginning. Raises `DamagedError`,
    `FileExistsError`, `OSError`.
    """
    published = store.checkpoint()
    if published is None:
        raise DamagedError("there is no checkpoint")
    note, head = published
    files = {name: data for name in NAMES if (data := store.fetch(name)) is not None}
    files["checkpoint"] = note.encode()
    zipped = target.suffix.lower() == ".zip"
    if target.exists():
        raise FileExistsError(target)
    aside = target.with_name(f".{target.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    if zipped:
        with zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as pack:
            for name, data in _all(store, head.size, files):
                pack.writestr(name, data)
    else:
        for name, data in _all(store, head.size, files):
            path = aside / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    aside.rename(target)
    return head.size


def _all(store: Store, size: int, files: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    yield from files.items()
    for tile in _tiles(size):
        # A partial tile is replaced by the full one when the log grows while it is copied.
        name = tile.path
        data = store.fetch(name)
        if data is None:
            name = tile.full.path
            data = store.fetch(name)
        if data is None:
            raise DamagedError(f"{tile.path} is missing")
        yield name, data


def _tiles(size: int) -> Iterator[Tile]:
    for number in range(-(-size // WIDTH)):
        yield tile_at(-1, number * WIDTH, size)
    level, count = 0, size
    while count:
        for number in range(-(-count // WIDTH)):
            yield tile_at(level, number * WIDTH, size)
        level, count = level + 1, count >> HEIGHT
