"""The bundle that goes with a report: de-identified answers, codings, codebook, settings, the program itself, and the tables.

Whoever has it makes the tables again with `python rerun.py BUNDLE` and compares them byte for byte. Answers and persons get
numbers drawn by lot for this bundle alone, and stand in the order of these numbers; nothing leads from them to a receipt, a row
of the database or the order in which they came in. No time, channel or trait is in it. Texts may still say who wrote them:
only those go in whose authors agreed and that were cleaned before.

A bundle is `{path: bytes}`; `pack` makes one file of it that is the same on every machine.
"""

from __future__ import annotations

import ast
import csv
import hashlib
import io
import json
import secrets
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from madang.kernel.logic import cells
from madang.services.polls.logic import agreement, table
from madang.services.polls.logic.codebook import MULTI, SINGLE, Codebook, Coded, book_of
from madang.services.polls.logic.persons import TIMES

FORMAT = "madang-poll-bundle-1"
MANIFEST = "manifest.json"
ROOT = Path(__file__).parents[4]  # the folder that holds `madang`
HERE = Path(__file__).parent

Files = dict[str, bytes]


class Given(NamedTuple):
    """One answer as the report counts it. `answer` and `person` are the caller's own keys and do not leave; `text` is None
    where it may not be published; `codes` are the decided ones, main code first; `readings` what each coder gave alone,
    in the order of `coders` given to `make`, None where she gave nothing."""

    answer: str
    person: str
    text: str | None
    codes: tuple[str, ...]
    readings: tuple[tuple[str, ...] | None, ...] = ()


class Settings(NamedTuple):
    """How the tables are made. `on`: the day whose limits of agreement hold. `words`: settings of the word analysis, None
    where the bundle has no tables of words."""

    on: date
    method: str = "plain"
    decimals: int = 1
    level: float = 0.95
    seed: int = table.SEED
    times: int = TIMES
    words: Mapping[str, Any] | None = None


def make(
    book: Codebook,
    given: Iterable[Given],
    settings: Settings,
    *,
    coders: int = 0,
    note: Mapping[str, str],
    number: Callable[[], str] = lambda: secrets.token_hex(8),
) -> Files:
    """The files of a bundle. `note` is the method in words (ko, en); `number` draws a number that was not drawn before."""
    persons: dict[str, str] = {}
    lines = sorted(((number(), one) for one in given), key=lambda line: line[0])
    for _, one in lines:
        persons.setdefault(one.person, number())
    answers = [{"answer": at, "person": persons[one.person], "text": one.text} for at, one in lines]
    codings = [{"answer": at, "coder": "decided", "codes": list(one.codes)} for at, one in lines]
    for coder in range(coders):
        codings += [
            {"answer": at, "coder": f"coder {coder + 1}", "codes": list(codes)}
            for at, one in lines
            if coder < len(one.readings) and (codes := one.readings[coder]) is not None
        ]
    files = {
        "data/answers.jsonl": _lines(answers),
        "data/codings.jsonl": _lines(codings),
        "data/codebook.json": _json(book.as_dict()),
        "data/settings.json": _json({**settings._asdict(), "on": settings.on.isoformat()}),
        **{f"METHOD.{language}.txt": (text.rstrip() + "\n").encode() for language, text in note.items()},
        **_code(),
    }
    files |= tables(files)
    files[MANIFEST] = _json(
        {
            "format": FORMAT,
            "answers": len(answers),
            "files": {path: hashlib.sha256(data).hexdigest() for path, data in sorted(files.items())},
        }
    )
    return files


def digest(files: Mapping[str, bytes]) -> str:
    """What a report prints, so that everybody can see that a bundle is the one it published."""
    return hashlib.sha256(files[MANIFEST]).hexdigest()


def tables(files: Mapping[str, bytes], *, words: bool = True) -> Files:
    """The tables that follow from the data of a bundle; `words` False leaves out those that need Kiwi."""
    raw = json.loads(files["data/settings.json"])
    book = book_of(json.loads(files["data/codebook.json"]))
    answers = _read(files["data/answers.jsonl"])
    codings = _read(files["data/codings.jsonl"])
    person = {one["answer"]: one["person"] for one in answers}
    decided = [
        Coded(one["answer"], person[one["answer"]], tuple(one["codes"]))
        for one in codings
        if one["coder"] == "decided"
    ]
    how = {name: raw[name] for name in ("decimals", "level", "seed", "times")}
    found: Files = {}
    for label in [SINGLE] if book.label == SINGLE else [SINGLE, MULTI]:
        method = raw["method"] if label == SINGLE else "plain"
        made = table.build(book, decided, label=label, method=method, **how)
        found[f"tables/table-{label}.json"] = _json(made)
        found[f"tables/table-{label}.csv"] = _csv(made)
    coders = sorted({one["coder"] for one in codings} - {"decided"})
    if len(coders) > 1:
        found["tables/agreement.json"] = _json(_agreement(book, codings, coders, raw))
    if words and raw["words"] is not None:
        found["tables/words.json"] = _words(answers, raw["words"])
    return found


def can_do_words() -> bool:
    """Is the tokenizer there that the tables of words need?"""
    return find_spec("kiwipiepy") is not None


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


def _agreement(
    book: Codebook, codings: Sequence[Mapping[str, Any]], coders: Sequence[str], raw: Mapping[str, Any]
) -> dict[str, Any]:
    read: dict[str, dict[str, list[str]]] = {}
    for one in codings:
        if one["coder"] in coders:
            read.setdefault(one["answer"], {})[one["coder"]] = one["codes"]
    rows = [[own.get(coder) for coder in coders] for own in read.values()]
    main = [[codes[0] if codes else None for codes in row] for row in rows]
    how = {"on": date.fromisoformat(raw["on"]), "seed": raw["seed"], "times": raw["times"]}
    return {
        "coders": len(coders),
        "main_code": agreement.agreement(main, **how),
        "by_code": agreement.by_code(rows, book.code_keys(), **how),
    }


def _words(answers: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]) -> bytes:
    analysis: Any = import_module("madang.services.polls.logic.analysis")  # only where Kiwi is
    asked = {name: tuple(value) if isinstance(value, list) else value for name, value in settings.items()}
    said = [
        analysis.Answer(key=one["answer"], text=one["text"], person=one["person"])
        for one in answers
        if one["text"] is not None
    ]
    return analysis.written(analysis.analyse(said, analysis.Settings(**asked)))


def _csv(made: Mapping[str, Any]) -> bytes:
    """The table for a spreadsheet; unit and denominator are on every line."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    head = [
        "kind",
        "key",
        "ko",
        "en",
        "count",
        "of",
        "unit",
        "percent",
        "low",
        "high",
        "best_rank",
        "worst_rank",
    ]
    writer.writerow(head)
    lines = [line for group in made["groups"] for line in (group, *group["codes"])]
    for line in [*lines, *made["apart"]]:
        names = [line["name"].get(language, "") for language in ("ko", "en")]
        rank = line["rank"] or ["", ""]
        row = [line["kind"], line["key"], *names, line["count"], made["denominator"], made["unit"]]
        writer.writerow(
            [cells.safe(cell) for cell in [*row, line["percent"], line["low"], line["high"], *rank]]
        )
    return ("\ufeff" + out.getvalue()).encode()


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


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _lines(rows: Iterable[Any]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _read(data: bytes) -> list[dict[str, Any]]:
    # Not splitlines(): people's texts may hold other marks that it takes for the end of a line.
    return [json.loads(line) for line in data.decode().split("\n") if line]
