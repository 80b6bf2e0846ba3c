"""The bundle that goes with a report: de-identified answers, codings, codebook, settings, the program itself, the tables, and
the report as it was published.

Whoever has it makes the tables again with `python rerun.py BUNDLE`, compares them byte for byte, and sees that the report
says the same (`recount`). Answers and persons get numbers drawn by lot for this bundle alone, and stand in the order of
these numbers; nothing leads from them to a receipt, a row of the database or the order in which they came in. No time,
channel or trait is in it. Texts may still say who wrote them: only those go in whose authors agreed and that were cleaned
before. Replies to closed questions stand for each question by itself, rare patterns in pieces (`apart`).

A bundle is `{path: bytes}`; `pack` makes one file of it that is the same on every machine.
"""

from __future__ import annotations

import ast
import hashlib
import io
import secrets
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from madang.commons.opinions.logic.persons import TIMES
from madang.kernel.logic.intervals import LEVEL
from madang.services.polls.logic import apart, rounding, table
from madang.services.polls.logic.codebook import Codebook
from madang.services.polls.logic.recount import REPORT, Files, can_do_words, lines, tables, written

__all__ = ["REPORT", "Files", "Given", "Settings", "can_do_words", "digest", "make", "pack", "tables"]

FORMAT = "madang-poll-bundle-2"
MANIFEST = "manifest.json"
ROOT = Path(__file__).parents[4]  # the folder that holds `madang`
HERE = Path(__file__).parent


class Given(NamedTuple):
    """One answer as the report counts it. `answer` and `person` are the caller's own keys and do not leave; `text` is None
    where it may not be published; `codes` are the decided ones, main code first; `readings` what each coder of the sample
    gave alone, in the order of `coders` given to `make`, None where she gave nothing; `before`: its codes under the
    codebook before."""

    answer: str
    person: str
    text: str | None
    codes: tuple[str, ...]
    readings: tuple[tuple[str, ...] | None, ...] = ()
    before: tuple[str, ...] = ()


class Settings(NamedTuple):
    """How the tables are made. `on`: the day whose limits of agreement hold. `words`: settings of the word analysis and
    `phrases`, the event's own wording; None where the bundle has no tables of words."""

    on: date
    method: str = rounding.PLAIN
    decimals: int = 1
    level: float = LEVEL
    seed: int = table.SEED
    times: int = TIMES
    words: Mapping[str, Any] | None = None


def make(
    book: Codebook | None,
    given: Iterable[Given],
    settings: Settings,
    *,
    coders: int = 0,
    note: Mapping[str, str],
    closed: Sequence[Mapping[str, Any]] = (),
    before: Codebook | None = None,
    round_before: tuple[Codebook, Sequence[Sequence[str]]] | None = None,
    report: Mapping[str, Any] | None = None,
    number: Callable[[], str] = lambda: secrets.token_hex(8),
) -> Files:
    """The files of a bundle.

    Args:
        note: texts by the name of their file.
        closed: closed questions, `{"number", "kind", "ko", "en", "options", "rows", "replies"}` with one value a response.
        before: the codebook before, where answers were coded with it too.
        round_before: codebook and codes of the answers of the round before.
        report: the body of the report.
        number: draws a number that was not drawn before.
    """
    persons: dict[str, str] = {}
    drawn = sorted(((number(), one) for one in given), key=lambda line: line[0])
    for _, one in drawn:
        persons.setdefault(one.person, number())
    files = {
        "data/answers.jsonl": lines(
            {"answer": at, "person": persons[one.person], "text": one.text} for at, one in drawn
        ),
        "data/closed.json": written([_apart(asked) for asked in closed]),
        "data/settings.json": written({**settings._asdict(), "on": settings.on.isoformat()}),
        **{name: (text.rstrip() + "\n").encode() for name, text in note.items()},
        **_code(),
    }
    if report is not None:
        files[REPORT] = written(report)
    if book:
        files["data/codebook.json"] = written(book.as_dict())
        files["data/codings.jsonl"] = lines(_codings(drawn, coders))
    if before:
        codes: list[list[Any]] = [[at, list(one.before)] for at, one in drawn if one.before]
        files["data/before.json"] = written({"codebook": before.as_dict(), "codes": codes})
    if round_before:
        # Codes alone, in an order that follows from them: these answers have a bundle of their own.
        codes = [[str(at), list(one)] for at, one in enumerate(sorted(map(tuple, round_before[1])), 1)]
        files["data/round.json"] = written({"codebook": round_before[0].as_dict(), "codes": codes})
    files |= tables(files)
    files[MANIFEST] = written(
        {
            "format": FORMAT,
            "answers": len(drawn),
            "files": {path: hashlib.sha256(data).hexdigest() for path, data in sorted(files.items())},
        }
    )
    return files


def _codings(drawn: Sequence[tuple[str, Given]], coders: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"answer": at, "coder": "decided", "codes": list(one.codes)} for at, one in drawn
    ]
    for coder in range(coders):
        found += [
            {"answer": at, "coder": f"coder {coder + 1}", "codes": list(codes)}
            for at, one in drawn
            if coder < len(one.readings) and (codes := one.readings[coder]) is not None
        ]
    return found


def _apart(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {**asked, "replies": apart.kept(asked["kind"], asked["replies"])}


def digest(files: Mapping[str, bytes]) -> str:
    """What a report prints, so that everybody can see that a bundle is the one it published."""
    return hashlib.sha256(files[MANIFEST]).hexdigest()


def pack(files: Mapping[str, bytes]) -> bytes:
    """One ZIP file, the same bytes for the same files everywhere: sorted, without times, not compressed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for path, data in sorted(files.items()):
            entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, data)
    return out.getvalue()


def _code() -> Files:
    """The program: every module of this folder and what it imports of Madang, with their data, as they are."""
    wanted = [path for path in sorted(HERE.glob("*.py")) if path.name not in ("rerun.py", "plan_poll.py")]
    found: Files = {"rerun.py": (HERE / "rerun.py").read_bytes()}
    while wanted:
        path = wanted.pop()
        name = f"code/{path.relative_to(ROOT).as_posix()}"
        if name in found:
            continue
        found[name] = path.read_bytes()
        wanted += _imported(path)
    for folder in (HERE.parent / "data", HERE / "data"):
        for path in sorted(folder.glob("*.*")):
            found[f"code/{path.relative_to(ROOT).as_posix()}"] = path.read_bytes()
    return found


def _imported(path: Path) -> list[Path]:
    """The files of Madang that a module imports, with the packages they are in."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
        elif isinstance(node, ast.Import):
            names |= {one.name for one in node.names}
    files = []
    for name in sorted(name for name in names if name.split(".")[0] == "madang"):
        parts = name.split(".")
        packages = [ROOT.joinpath(*parts[:depth], "__init__.py") for depth in range(1, len(parts) + 1)]
        files += [one for one in (*packages, ROOT.joinpath(*parts).with_suffix(".py")) if one.is_file()]
    return files
