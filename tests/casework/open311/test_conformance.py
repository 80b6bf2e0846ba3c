"""Every line of the published table of conformance names tests, and they exist."""

from __future__ import annotations

from pathlib import Path

from tests.house.test_threats import NAMED, functions_of

ROOT = Path(__file__).resolve().parents[3]


def test_every_line_of_the_conformance_table_names_a_test() -> None:
    text = (ROOT / "docs" / "reference" / "open311.md").read_text(encoding="utf-8")
    rows = [
        line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| operation")
    ]
    assert len(rows) > 25
    for row in rows:
        named = NAMED.findall(row)
        assert named, row
        for file, name in named:
            assert name in functions_of(ROOT / file), f"{file}::{name}"
