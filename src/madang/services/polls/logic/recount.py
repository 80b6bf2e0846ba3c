"""From the data of a bundle to its tables, and whether the report says the same. `rerun.py` calls this in a stranger's hands.

A bundle is `{path: bytes}`. Its data: `answers.jsonl`, `codings.jsonl`, `codebook.json`, `closed.json`, `before.json` (codes under
the codebook before), `round.json` (codes of the round before), `settings.json`; what a report does not have is not there.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from madang.kernel.logic import cells
from madang.services.polls.logic import apart, closed, compare, figures
from madang.services.polls.logic.codebook import Codebook, Coded, book_of

REPORT = "report.json"
WORDS = "tables/words.json"
Files = dict[str, bytes]


def tables(files: Mapping[str, bytes], *, words: bool = True) -> Files:
    """The tables that follow from the data of a bundle; `words` False leaves out those that need Kiwi."""
    settings = json.loads(files["data/settings.json"])
    answers = read(files["data/answers.jsonl"])
    found: Files = {}
    if "data/codebook.json" in files:
        found |= _coded(files, answers, settings)
    for asked in json.loads(files["data/closed.json"]):
        made = closed.table(asked, apart.tally_of(asked["kind"], asked["replies"]))
        found[f"tables/question-{asked['number']}.json"] = written(made)
    if words and settings["words"] is not None:
        found[WORDS] = _words(answers, settings["words"])
    return found


def beside(report: Mapping[str, Any], made: Mapping[str, bytes]) -> dict[str, bool]:
    """Each part of the report that has a table, with whether both say the same. The report's words are over all answers,
    the table's over those that may be quoted: they are two tables, and are not compared."""
    found: dict[str, bool] = {}

    def hold(part: str, shown: Any, name: str) -> None:
        if shown is not None or name in made:
            found[part] = name in made and json.loads(made[name]) == shown

    coded = report["coded"]
    if coded:
        hold("coded.table", coded["table"], "tables/table-single.json")
        hold("coded.several", coded["several"], "tables/table-multi.json")
        agreed = (
            {"agreement": coded["agreement"], "by_code": coded["by_code"]} if coded["agreement"] else None
        )
        hold("coded.agreement", agreed, "tables/agreement.json")
    for asked in report["closed"]:
        shown = {name: value for name, value in asked.items() if name not in ("number", "ko", "en")}
        hold(f"closed.{asked['number']}", shown, f"tables/question-{asked['number']}.json")
    for part, more in (("versions", ("from", "to")), ("round", ("before",))):
        told = report[part]
        own = {name: value for name, value in told.items() if name not in more} if told else None
        hold(part, own, f"tables/{part}.json")
    return found


def can_do_words() -> bool:
    """Is the tokenizer there that the tables of words need?"""
    return find_spec("kiwipiepy") is not None


def _coded(
    files: Mapping[str, bytes], answers: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]
) -> Files:
    book = book_of(json.loads(files["data/codebook.json"]))
    codings = read(files["data/codings.jsonl"])
    person = {one["answer"]: one["person"] for one in answers}
    decided = [
        Coded(one["answer"], person[one["answer"]], tuple(one["codes"]))
        for one in codings
        if one["coder"] == "decided"
    ]
    how = {name: settings[name] for name in ("method", "decimals", "level", "seed", "times")}
    on = date.fromisoformat(settings["on"])
    made = figures.coded(book, decided, _readings(codings), on=on, **how)
    found: Files = {}
    for name, label in (("table", "single"), ("several", "multi")):
        if made[name] is not None:
            found[f"tables/table-{label}.json"] = written(made[name])
            found[f"tables/table-{label}.csv"] = _csv(made[name])
    if made["agreement"] is not None:
        found["tables/agreement.json"] = written({name: made[name] for name in ("agreement", "by_code")})
    if "data/before.json" in files:
        before, codes = _other(files["data/before.json"])
        found["tables/versions.json"] = written(compare.recoded(before, codes, book, decided))
    if "data/round.json" in files:
        _, codes = _other(files["data/round.json"])
        found["tables/round.json"] = written(compare.rounds(book, codes, decided))
    return found


def _readings(codings: Iterable[Mapping[str, Any]]) -> list[list[str | None]]:
    """`[answer][reader]` main codes of what several read."""
    given: dict[str, dict[str, str]] = {}
    for one in codings:
        if one["coder"] != "decided":
            given.setdefault(one["answer"], {})[one["coder"]] = one["codes"][0]
    readers = sorted({reader for own in given.values() for reader in own})
    return [[own.get(reader) for reader in readers] for own in given.values()]


def _other(data: bytes) -> tuple[Codebook, list[Coded]]:
    raw = json.loads(data)
    return book_of(raw["codebook"]), [Coded(at, at, tuple(codes)) for at, codes in raw["codes"]]


def _words(answers: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]) -> bytes:
    analysis: Any = import_module("madang.services.polls.logic.analysis")  # only where Kiwi is
    how = import_module("madang.services.polls.logic.reading_with").how_of(settings.get("phrases", []))
    asked = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in settings.items()
        if name != "phrases"
    }
    said = [
        analysis.Answer(key=one["answer"], text=one["text"], person=one["person"])
        for one in answers
        if one["text"] is not None
    ]
    made: bytes = analysis.written(analysis.analyse(said, analysis.Settings(**asked), how=how))
    return made


_HEAD = ("kind", "key", "ko", "en", "count", "of", "unit", "percent", "low", "high", "best_rank", "worst_rank")  # fmt: skip


def _csv(made: Mapping[str, Any]) -> bytes:
    """The table for a spreadsheet; unit and denominator are on every line."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_HEAD)
    lines = [line for group in made["groups"] for line in (group, *group["codes"])]
    for line in [*lines, *made["apart"]]:
        names = [line["name"].get(language, "") for language in ("ko", "en")]
        rank = line["rank"] or ["", ""]
        row = [line["kind"], line["key"], *names, line["count"], made["denominator"], made["unit"]]
        writer.writerow(
            [cells.safe(cell) for cell in [*row, line["percent"], line["low"], line["high"], *rank]]
        )
    return ("\ufeff" + out.getvalue()).encode()


def written(value: Any) -> bytes:
    """As JSON, always the same bytes."""
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def lines(rows: Iterable[Any]) -> bytes:
    """One JSON value a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def read(data: bytes) -> list[dict[str, Any]]:
    """What `lines` wrote."""
    # Not splitlines(): people's texts may hold other marks that it takes for the end of a line.
    return [json.loads(line) for line in data.decode().split("\n") if line]
