"""House rules that no linter knows."""

from __future__ import annotations

import importlib
import pkgutil
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from madang.kernel import plan, policy
from madang.kernel.flow import Flow
from madang.kernel.manifest import features

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "madang"
TEMPLATES = sorted(SOURCE.rglob("templates/**/*.html"))


def flows() -> list[Flow]:
    found = []
    for module in pkgutil.walk_packages([str(SOURCE)], "madang."):
        if module.name.endswith(".flows"):
            loaded = importlib.import_module(module.name)
            found += [value for value in vars(loaded).values() if isinstance(value, Flow)]
    return found


def test_every_flow_is_found() -> None:
    assert {flow.name for flow in flows()} >= {
        "matters.matter",
        "matters.answer",
        "matters.effect",
        "square.comment",
    }


@pytest.mark.parametrize("flow", flows(), ids=lambda flow: flow.name)
def test_every_step_has_a_policy_and_every_state_is_reachable(flow: Flow) -> None:
    missing = [step.name for step in flow.steps if f"{flow.name}.{step.name}" not in policy.names()]
    assert missing == []
    reached, grown = {flow.initial}, True
    while grown:
        before = len(reached)
        reached |= {step.to for step in flow.steps if step.to and reached & set(step.sources)}
        grown = len(reached) > before
    assert flow.states() == reached


def test_every_project_is_served_or_known_to_wait() -> None:
    served = {number for feature in features() for number in feature.projects}
    assert served <= {project.number for project in plan.load().projects}
    assert 7 in served


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_nothing_names_a_registry_or_a_machine() -> None:
    words = re.compile(
        r"registry\.npm[j]s|pypi\.[o]rg|files\.python[h]osted|(?<![\w}.\"])/(?:wor[k]|roo[t]|hom[e])/\w"
    )
    guilty = []
    for path in tracked():
        if path.suffix in {".png", ".woff2"}:
            continue
        content = path.read_text(encoding="utf-8", errors="replace")
        guilty += [f"{path.relative_to(ROOT)}: {found}" for found in words.findall(content)]
    assert guilty == []


def test_lock_files_are_whole() -> None:
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()
    for name in ("run", "dev"):
        lines = (ROOT / "requirements" / f"{name}.txt").read_text()
        assert len(re.findall(r"^[a-z0-9][^ ]*==", lines, re.MULTILINE | re.IGNORECASE)) <= lines.count(
            "--hash="
        )


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_templates_keep_the_content_security_policy(path: Path) -> None:
    html = path.read_text(encoding="utf-8")
    html = re.sub(r"{% comment %}.*?{% endcomment %}", "", html, flags=re.DOTALL)
    mail = "email" in path.parts or "mail" in path.name
    assert not re.search(r"<script(?![^>]*\bsrc=)", html), "inline script"
    assert mail or not re.search(r"\sstyle=", html), "inline style"
    assert not re.search(r"\son[a-z]+=", html), "inline handler"
    assert not re.search(r"\|\s*safe\b|{%\s*autoescape\s+off", html), (
        "only madang.kernel.text makes HTML safe"
    )


BLOCKS = re.compile(r"<(?:form|div|section|details|ul|ol|dl|table|h[1-6])\b")
INCLUDED = re.compile(r"""{%\s*include\s+["']([^"']+)["']""")


def test_nothing_that_ends_a_paragraph_stands_in_one() -> None:
    """A browser closes the paragraph there, and what follows falls out of its line."""
    parts = {str(path).partition("/templates/")[2]: path.read_text(encoding="utf-8") for path in TEMPLATES}
    wrong = [
        f"{name}: {line[:90]}"
        for name, html in parts.items()
        for line in re.findall(r"<p[ >].*?</p>", html, flags=re.DOTALL)
        if BLOCKS.search(line) or any(BLOCKS.search(parts.get(each, "")) for each in INCLUDED.findall(line))
    ]
    assert wrong == []


def test_files_have_one_job() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in SOURCE.rglob("*.py")
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > 500
    }
    assert long == {}


def test_a_migration_writes_into_the_database_that_it_migrates() -> None:
    """`madang move` makes the tables of a second database while the first is held still."""
    found = [path for path in SOURCE.rglob("migrations/*.py") if "get_model(" in path.read_text()]
    assert found
    assert [path.name for path in found if "schema_editor.connection.alias" not in path.read_text()] == []


def test_the_catalogue_of_personal_data_names_no_field_twice() -> None:
    """Of two lines that say different things nobody knows which one holds."""
    text = (ROOT / "docs/reference/personal-data.md").read_text()
    named = Counter(re.findall(r"^\| ([^|,]+?)(?:,[^|]*)? \|", text, re.MULTILINE))
    for heading in ("field", "what", "---"):
        named.pop(heading, None)
    assert len(named) > 100
    assert [one for one, count in named.items() if count > 1] == []
