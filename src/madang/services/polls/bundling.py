"""The bundle of a report: everything with which a stranger makes its tables again, and nothing that names anybody.

The texts in it are those of people who agreed to be quoted, with personal data and names masked; codes are of everybody.
"""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from typing import Any

from django.utils.translation import override

from madang.kernel import clock
from madang.services.polls import contents, reading, telling
from madang.services.polls.domain import codebooks
from madang.services.polls.logic import recount
from madang.services.polls.logic.bundle import MANIFEST
from madang.services.polls.logic.codebook import Coded
from madang.services.polls.models import Analysis, Codebook, Coding, Poll, Question

SECONDS = 180
MOST_WORDS = 20_000
"""Texts up to which the tables of words are repeated in the bundle: some fifteen seconds of reading."""


def bundle(poll: Poll, codebook: Codebook | None, analysis: Analysis | None, body: dict[str, Any]) -> bytes:
    """The bundle as a ZIP file. Its numbers of answers are drawn by lot, so no two bundles name an answer alike."""
    texts = analysis.quotable if analysis else {}
    asked = analysis.parameters if analysis else {}
    before = codebooks.before(codebook) if codebook and body["versions"] else None
    other = reading.round_before(poll, codebook) if codebook and body["round"] else None
    readings, coders = _readings(codebook) if codebook else ({}, 0)
    had = {row.answer: row.codes for row in reading.coded(poll, before)} if before else {}
    given = {
        "book": codebook.body if codebook else None,
        "answers": [
            {
                "answer": row.answer,
                "text": texts.get(str(number)),
                "codes": list(row.codes),
                "readings": readings.get(int(row.answer), []),
                "before": list(had.get(row.answer, ())),
            }
            for number, row in enumerate(_rows(poll, codebook), 1)
        ],
        "coders": coders,
        "on": (reading.day_of(codebook) if codebook else clock.today()).isoformat(),
        "words": {"around": asked.get("around", []), "phrases": asked.get("phrases", [])}
        if texts and len(texts) <= MOST_WORDS
        else None,
        "closed": [_asked(question, values) for question, values in reading.closed(poll)],
        "before": before.body if before else None,
        "round": [other.body, [row.codes for row in reading.coded(other.poll, other)]] if other else None,
        "note": _notes(body),
        "report": shown(body),
    }
    made = subprocess.run(
        [sys.executable, "-m", "madang.services.polls.bundle_child"],
        input=json.dumps(given).encode(),
        capture_output=True,
        check=True,
        timeout=SECONDS,
    )
    return made.stdout


def shown(body: dict[str, Any]) -> dict[str, Any]:
    """The body of a report as it goes into the bundle. Without the numbers of answers: they are the same in each edition and
    would join what the lot keeps apart. And without the digest of all words, from which the last word that is missing
    could be guessed."""
    words = body["words"]
    if not words:
        return body
    cleaning = words["cleaning"]
    copies = cleaning["copies"]
    repeated = [_without(one, "answer") for one in copies["repeated"]]
    return body | {
        "words": words
        | {
            "input": _without(words["input"], "sha256"),
            "cleaning": cleaning | {"copies": copies | {"repeated": repeated}},
            "lines": [
                one | {"lines": [_without(line, "answer", "raw") for line in one["lines"]]}
                for one in words["lines"]
            ],
        }
    }


def _without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def says_the_same(made: bytes, body: dict[str, Any]) -> bool:
    """Whether every figure that the bundle makes anew is that of the report: an answer may have changed in between."""
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        tables = {name: packed.read(name) for name in packed.namelist() if name.startswith("tables/")}
    return all(recount.beside(body, tables).values())


def digest(made: bytes) -> str:
    """SHA-256 of the bundle's manifest, which names the digest of every file in it; `rerun.py` prints the same."""
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        return hashlib.sha256(packed.read(MANIFEST)).hexdigest()


def _rows(poll: Poll, codebook: Codebook | None) -> list[Coded]:
    if codebook:
        return reading.coded(poll, codebook)
    return [Coded(str(one.pk), str(one.pk), ()) for one in reading.answers(poll)]


def _asked(question: Question, values: list[Any]) -> dict[str, Any]:
    return {
        "number": question.number,
        "ko": question.label_ko,
        "en": question.label_en,
        "kind": question.kind,
        "options": question.options,
        "rows": question.rows,
        "replies": values,
    }


def _readings(codebook: Codebook) -> tuple[dict[int, list[list[str] | None]], int]:
    """Response → what each reader of the sample gave alone, None where she gave nothing; and how many readers there are.
    They stand in an order that does not tell who they are."""
    sample = reading.sample(codebook)
    readers = {pk for given in sample.values() for pk in given}
    order = sorted(readers, key=lambda pk: hashlib.sha256(f"{codebook.pk}:{pk}".encode()).digest())
    place = {pk: at for at, pk in enumerate(order)}
    found: dict[int, list[list[str] | None]] = {pk: [None] * len(place) for pk in sample}
    rows = Coding.objects.filter(task__codebook=codebook, task__is_double=True, task__response__in=sample)
    for response, coder, code, more in rows.values_list(
        "task__response_id", "task__coder_id", "code", "more"
    ):
        found[response][place[coder]] = [code, *more]
    return found, len(place)


def _notes(body: dict[str, Any]) -> dict[str, str]:
    """The texts in the bundle, by the name of their file: how it was made, and which table is over what."""
    found = {}
    for language in ("ko", "en"):
        with override(language):
            method = [telling.limits(body), *telling.method(body)]
            found[f"METHOD.{language}.txt"] = "\n\n".join(method)
            found[f"README.{language}.txt"] = "\n\n".join(contents.told(body))
    return found
