"""Copying a tree of files with their digests, so that a copy can be proved to be whole."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict

CHUNK = 1 << 20


class Digest(TypedDict):
    """What a manifest says of one file."""

    size: int
    sha256: str


def digest(path: Path) -> Digest:
    """Size and SHA-256 of a file."""
    with path.open("rb") as file:
        return Digest(size=path.stat().st_size, sha256=hashlib.file_digest(file, "sha256").hexdigest())


def copy(source: Path, target: Path) -> Digest:
    """Copy a file for its owner's eyes only, and digest what was written."""
    target.parent.mkdir(parents=True, exist_ok=True)
    sha, size = hashlib.sha256(), 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with source.open("rb") as reader, os.fdopen(descriptor, "wb") as writer:
        while chunk := reader.read(CHUNK):
            writer.write(chunk)
            sha.update(chunk)
            size += len(chunk)
        # Tiles and public keys are read by a web server of another user; keep who may read what.
        os.fchmod(writer.fileno(), os.fstat(reader.fileno()).st_mode & 0o777)
    shutil.copystat(source, target)
    return Digest(size=size, sha256=sha.hexdigest())


def walk(root: Path) -> Iterator[Path]:
    """Every plain file below `root`, in a steady order; links are left out."""
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            path = Path(folder) / name
            if path.is_file() and not path.is_symlink():
                yield path


def sync(root: Path) -> None:
    """Make a whole tree of new files survive a power cut. One call for thousands of files."""
    os.sync()
    descriptor = os.open(root, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
