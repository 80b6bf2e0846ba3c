"""Every line of the threat model names tests, and they exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def lines() -> list[list[str]]:
    """The cells of every row of every table, heads left out."""
    text = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
    rows = [line.strip().strip("|").split("|") for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in rows if row[0].strip() != "threat"]


def functions_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_threat_names_a_test_that_exists() -> None:
    assert len(lines()) > 30
    wrong = []
    for row in lines():
        named = NAMED.findall(row[-1])
        if len(row) != 4 or not all(row) or not named:
            wrong.append(f"no test, or a cell is missing: {row[0]}")
        for file, name in named:
            if not (ROOT / file).is_file() or name not in functions_of(ROOT / file):
                wrong.append(f"{file}::{name} does not exist")
    assert wrong == []
