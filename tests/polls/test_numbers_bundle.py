"""The bundle: nothing leads back to people, a stranger gets the same bytes, and every change is noticed."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
from datetime import date
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.services.polls.logic import bundle, rerun, table
from madang.services.polls.logic.bundle import Given, Settings
from madang.services.polls.logic.codebook import plan_book
from tests.polls.plan_rows import rows

NOTE = {"METHOD.ko.txt": "방법", "METHOD.en.txt": "Method"}
TODAY = Settings(on=date(2026, 11, 28))


def answers() -> list[Given]:
    """Every third is read by two coders, who differ now and then; every fifth text may not be published."""
    found = []
    for at, row in enumerate(rows()):
        other = ("other",) if at % 30 == 0 else row.codes
        readings = (row.codes, other) if at % 3 == 0 else (None, None)
        text = None if at % 5 == 0 else f"=SUM 공정한 나라 {at}\u2028둘째 줄"
        found.append(Given(f"receipt-{at}", f"account-{at // 2}", text, row.codes, readings))
    return found


def made(seed: int = 1) -> bundle.Files:
    lot = random.Random(seed)
    numbers = iter(lot.sample(range(10**9), 10_000))
    return bundle.make(
        plan_book(), answers(), TODAY, coders=2, note=NOTE, number=lambda: f"{next(numbers):012d}"
    )


@pytest.fixture(scope="module")
def files() -> bundle.Files:
    return made()


def run(path: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """In a process that knows nothing of Madang: no search path, no settings, another folder."""
    return subprocess.run(
        [sys.executable, "-I", str(path / "rerun.py"), str(path), *more],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin", "LANG": "C.UTF-8", "PYTHONUTF8": "1"},
        cwd="/",
    )


@pytest.fixture
def unpacked(files: bundle.Files, tmp_path: Path) -> Path:
    for name, data in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path


def test_a_stranger_gets_the_same_bytes(files: bundle.Files, unpacked: Path) -> None:
    found = run(unpacked, bundle.digest(files))
    assert found.returncode == 0, found.stderr
    lines = found.stdout.splitlines()
    assert lines[0] == f"digest {bundle.digest(files)}"
    assert lines[1:] == [
        f"tables/{name}: 같음 / same" for name in ("agreement.json", "table-single.csv", "table-single.json")
    ]


def test_the_zip_file_is_the_same_everywhere_and_runs_too(files: bundle.Files, tmp_path: Path) -> None:
    packed = bundle.pack(files)
    assert packed == bundle.pack(dict(reversed(files.items())))
    (tmp_path / "bundle.zip").write_bytes(packed)
    (tmp_path / "rerun.py").write_bytes(files["rerun.py"])
    found = subprocess.run(
        [sys.executable, "-I", "rerun.py", "bundle.zip"], capture_output=True, text=True, cwd=tmp_path
    )
    assert found.returncode == 0, found.stderr
    assert rerun.read(tmp_path / "bundle.zip") == files


@pytest.mark.skipif(
    not bundle.can_do_words() or find_spec("madang.services.polls.logic.analysis") is None,
    reason="no tokenizer for tables of words",
)
def test_tables_of_words_come_out_the_same(tmp_path: Path) -> None:
    how = TODAY._replace(words={"around": ["공정"], "resamples": 20}, times=50)
    files = bundle.make(plan_book(), answers()[:200], how, note=NOTE)
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    found = run(tmp_path)
    assert "tables/words.json: 같음 / same" in found.stdout.splitlines(), found.stderr


def test_what_is_missing_is_said_and_how_to_get_it(files: bundle.Files, unpacked: Path) -> None:
    """`-S` leaves out what was installed: a stranger's bare Python."""
    found = subprocess.run(
        [sys.executable, "-I", "-S", "rerun.py", "."], capture_output=True, text=True, cwd=unpacked
    )
    assert (found.returncode, found.stdout) == (3, "")
    assert "pip install numpy" in found.stderr
    assert "Traceback" not in found.stderr
    versions = {"versions": {"kiwi": "0.0.1", "kiwi_model": "0.0.2"}}
    other = {**files, rerun.WORDS: json.dumps(versions).encode()}
    assert rerun.tokenizer(files) == ""
    assert rerun.tokenizer(other) == "kiwipiepy==0.0.1 kiwipiepy_model==0.0.2"
    assert (rerun.WORDS, "skipped") in rerun.compare(other)


def test_the_tables_are_those_of_the_report(files: bundle.Files) -> None:
    shown = table.build(plan_book(), [row._replace(person=f"{at // 2}") for at, row in enumerate(rows())])
    assert json.loads(files["tables/table-single.json"]) == shown
    agreed = json.loads(files["tables/agreement.json"])
    assert agreed["agreement"]["answers"] == 715
    assert agreed["agreement"]["verdict"] == "publish"


def test_other_numbers_other_order_same_tables(files: bundle.Files) -> None:
    other = made(2)
    assert {n: d for n, d in other.items() if n.startswith("tables/")} == {
        n: d for n, d in files.items() if n.startswith("tables/")
    }
    orders = [
        [json.loads(line)["text"] for line in some["data/answers.jsonl"].decode().split("\n") if line]
        for some in (files, other)
    ]
    assert sorted(map(str, orders[0])) == sorted(map(str, orders[1]))
    assert orders[0] != orders[1]


def test_nothing_in_it_names_an_account_or_a_receipt(files: bundle.Files) -> None:
    for name, data in files.items():
        assert b"receipt-" not in data, name
        assert b"account-" not in data, name
    lines = [json.loads(line) for line in files["data/answers.jsonl"].decode().split("\n") if line]
    assert all(set(line) == {"answer", "person", "text"} for line in lines)
    assert sum(line["text"] is None for line in lines) == 429
    came_in = [int(line["text"].split()[3].split("\u2028")[0]) for line in lines if line["text"]]
    together = sum(abs(one - two) == 1 for one, two in pairwise(came_in))
    assert together < 20  # by chance some two neighbours stay neighbours


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda files: files.update({"data/codings.jsonl": files["data/codings.jsonl"] + b"\n"}),
            "was changed",
        ),
        (lambda files: files.update({"tables/table-single.csv": b"x"}), "was changed"),
        (lambda files: files.update({"code/madang/extra.py": b"x"}), "does not belong"),
        (lambda files: files.pop("data/codebook.json"), "is missing"),
        (lambda files: files.pop("manifest.json"), "cannot be read"),
        (lambda files: files.update({"manifest.json": b"[]"}), "cannot be read"),
    ],
)
def test_every_change_is_noticed(files: bundle.Files, change, said: str) -> None:
    changed = dict(files)
    change(changed)
    with pytest.raises(rerun.BadBundleError, match=said):
        rerun.check(changed)


def test_a_new_manifest_does_not_hide_a_change(files: bundle.Files, unpacked: Path) -> None:
    """Who changes data and manifest has another digest; who changes a table only is found by making it again."""
    changed = dict(files)
    changed["tables/table-single.csv"] = changed["tables/table-single.csv"].replace(b"14.0", b"15.0")
    manifest = json.loads(changed["manifest.json"])
    manifest["files"]["tables/table-single.csv"] = hashlib.sha256(
        changed["tables/table-single.csv"]
    ).hexdigest()
    changed["manifest.json"] = json.dumps(manifest).encode()
    for name in ("tables/table-single.csv", "manifest.json"):
        (unpacked / name).write_bytes(changed[name])
    found = run(unpacked)
    assert (found.returncode, "table-single.csv: 다름 / differs" in found.stdout) == (1, True)
    found = run(unpacked, bundle.digest(files))
    assert (found.returncode, "not the bundle of the report" in found.stderr) == (2, True)


@settings(max_examples=40, deadline=None)
@given(name=st.sampled_from(["../up", "/abs", "a/../../b", "a\\b"]))
def test_a_bundle_writes_nowhere_else(name: str) -> None:
    manifest = json.dumps({"files": {name: hashlib.sha256(b"x").hexdigest()}}).encode()
    with pytest.raises(rerun.BadBundleError, match="no name for a file"):
        rerun.check({name: b"x", "manifest.json": manifest})
