"""Makes the tables of a published poll again and compares them with those published, byte for byte.

    python rerun.py BUNDLE            a folder or a ZIP file
    python rerun.py BUNDLE DIGEST     and is it the bundle whose digest the report prints?

Python 3.11 or newer and numpy; for the tables of words kiwipiepy too, in the version that they name. It runs the program in
the bundle, after all files were compared with the manifest. 0: all the same. 1: a table differs. 2: the bundle was changed or
cannot be read. 3: Python is too old, or numpy is missing.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import sys
import tempfile
import zipfile
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

MANIFEST = "manifest.json"
WORDS = "tables/words.json"
TOKENIZER = {"kiwi": "kiwipiepy", "kiwi_model": "kiwipiepy_model"}


class BadBundleError(Exception):
    """The bundle is not what was published; the text says what is wrong, in Korean and English."""


def read(path: Path) -> dict[str, bytes]:
    """The files of a folder or a ZIP file."""
    if path.is_dir():
        inside = (one for one in sorted(path.rglob("*")) if one.is_file() and "__pycache__" not in one.parts)
        return {one.relative_to(path).as_posix(): one.read_bytes() for one in inside}
    try:
        with zipfile.ZipFile(path) as packed:
            return {name: packed.read(name) for name in packed.namelist() if not name.endswith("/")}
    except (OSError, zipfile.BadZipFile) as wrong:
        raise BadBundleError(f"{path}: 폴더나 ZIP 파일이 아닙니다 / is no folder or ZIP file") from wrong


def check(files: dict[str, bytes], digest: str | None = None) -> None:
    """Raises BadBundleError unless every file is as the manifest says and none is missing or new."""
    try:
        wanted = json.loads(files[MANIFEST])["files"]
    except (KeyError, TypeError, ValueError) as wrong:
        raise BadBundleError(
            "manifest.json이 없거나 읽을 수 없습니다 / is missing or cannot be read"
        ) from wrong
    if digest and hashlib.sha256(files[MANIFEST]).hexdigest() != digest.strip().lower():
        raise BadBundleError("보고서에 적힌 묶음이 아닙니다 / this is not the bundle of the report")
    for name in sorted({*wanted, *files} - {MANIFEST}):
        if name not in files:
            raise BadBundleError(f"{name}: 빠져 있습니다 / is missing")
        if name not in wanted:
            raise BadBundleError(f"{name}: 묶음에 없던 파일입니다 / does not belong to the bundle")
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or "\\" in name:
            raise BadBundleError(f"{name}: 쓸 수 없는 이름입니다 / is no name for a file")
        if hashlib.sha256(files[name]).hexdigest() != wanted[name]:
            raise BadBundleError(f"{name}: 바뀌었습니다 / was changed")


def missing() -> str:
    """What has to be installed first, in Korean and English; empty when everything is there."""
    if sys.version_info < (3, 11):  # noqa: UP036 - whose Python it is, nobody knows
        return "파이썬 3.11 이상이 필요합니다 / Python 3.11 or newer is needed"
    if find_spec("numpy") is None:
        return "numpy가 필요합니다. 먼저 실행하세요 / numpy is needed. First run: pip install numpy"
    return ""


def tokenizer(files: dict[str, bytes]) -> str:
    """What to install for the tables of words; empty where there are none, or when the very versions are here."""
    if WORDS not in files:
        return ""
    wanted = {name: json.loads(files[WORDS])["versions"][key] for key, name in TOKENIZER.items()}
    here = {}
    for name in wanted:
        try:
            here[name] = version(name)
        except PackageNotFoundError:
            here[name] = ""
    return "" if here == wanted else " ".join(f"{name}=={number}" for name, number in wanted.items())


def compare(files: dict[str, bytes]) -> list[tuple[str, str]]:
    """Each published table with "same", "differs" or "skipped" (the tokenizer of these words is not installed), and each part of
    the report that has a table with whether it says the same."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            if name.startswith("code/"):
                path = Path(folder, *PurePosixPath(name).parts)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        sys.path.insert(0, str(Path(folder, "code")))
        sys.dont_write_bytecode = True
        recount = importlib.import_module("madang.services.polls.logic.recount")
        words = not tokenizer(files)
        made = recount.tables(files, words=words)
    published = {name for name in files if name.startswith("tables/")}
    found = []
    for name in sorted({*published, *made}):
        if name == WORDS and not words:
            found.append((name, "skipped"))
        else:
            found.append((name, "same" if files.get(name) == made.get(name) else "differs"))
    if "report.json" in files:
        shown = recount.beside(json.loads(files["report.json"]), made)
        found += [(f"report.json {part}", "same" if same else "differs") for part, same in shown.items()]
    return found


def main(asked: list[str]) -> int:
    if len(asked) not in (1, 2):
        sys.stderr.write(__doc__ or "")
        return 2
    try:
        files = read(Path(asked[0]))
        check(files, *asked[1:])
    except BadBundleError as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    if needed := missing():
        sys.stderr.write(f"{needed}\n")
        return 3
    sys.stdout.write(f"digest {hashlib.sha256(files[MANIFEST]).hexdigest()}\n")
    korean = {"same": "같음", "differs": "다름", "skipped": "건너뜀"}
    found = compare(files)
    for name, how in found:
        sys.stdout.write(f"{name}: {korean[how]} / {how}\n")
    if any(how == "skipped" for _, how in found):
        sys.stdout.write(f"낱말 표에 필요합니다 / for the words: pip install {tokenizer(files)}\n")
    return int(any(how == "differs" for _, how in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
