"""Files that survive a power cut: write, fsync, rename, fsync the folder."""

from __future__ import annotations

import os
from pathlib import Path


def write(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Replace one file at once: readers see the old content or the new, never a part."""
    _make_folder(path.parent)
    _write_aside(path, data, mode)
    os.replace(_aside(path), path)
    sync(path.parent)


def write_many(root: Path, files: dict[str, bytes]) -> None:
    """Write files under `root` so that all are durable on return. Each is replaced at once."""
    folders: set[Path] = set()
    for name, data in files.items():
        path = root / name
        if path.parent not in folders:
            _make_folder(path.parent)
            folders.add(path.parent)
        _write_aside(path, data, 0o644)
    for name in files:
        os.replace(_aside(root / name), root / name)
    for folder in sorted(folders):
        sync(folder)


def create(path: Path, data: bytes, mode: int) -> bool:
    """Write a file only if there is none yet. Says whether this call made it; never replaces one."""
    _make_folder(path.parent)
    aside = path.with_name(f".{path.name}.{os.getpid()}.new")
    aside.unlink(missing_ok=True)
    _write_file(aside, data, mode)
    try:
        os.link(aside, path)
        made = True
    except FileExistsError:
        made = False
    aside.unlink(missing_ok=True)
    sync(path.parent)
    return made


def write_at(path: Path, offset: int, data: bytes) -> None:
    """Cut a file at `offset` and append `data` there."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        file.truncate(offset)
        file.seek(offset)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    sync(path.parent)


def sync(path: Path) -> None:
    """Make the content of a file, or the names in a folder, durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _aside(path: Path) -> Path:
    return path.with_name(f".{path.name}.tmp")


def _write_aside(path: Path, data: bytes, mode: int) -> None:
    _write_file(_aside(path), data, mode)


def _write_file(path: Path, data: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _make_folder(folder: Path) -> None:
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(exist_ok=True)
        sync(new.parent)
