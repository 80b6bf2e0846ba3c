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

from django.utils.translation import gettext as _
from django.utils.translation import override

from madang.kernel import clock
from madang.services.polls import reading, telling
from madang.services.polls.logic.bundle import MANIFEST
from madang.services.polls.models import Analysis, Codebook, Coding, Poll

SECONDS = 180
MOST_WORDS = 20_000
"""Texts up to which the tables of words are repeated in the bundle: some fifteen seconds of reading."""


def bundle(poll: Poll, codebook: Codebook, analysis: Analysis | None, body: dict[str, Any]) -> bytes:
    """The bundle as a ZIP file. Its numbers of answers are drawn by lot, so no two bundles name an answer alike."""
    texts = analysis.quotable if analysis else {}
    coders = _coders(codebook)
    given = {
        "book": codebook.body,
        "answers": _answers(poll, codebook, coders, texts),
        "coders": len(coders),
        "on": clock.seoul(codebook.fixed_at or codebook.created_at).date().isoformat(),
        "words": {} if texts and len(texts) <= MOST_WORDS else None,
        "note": {language: _note(body, language) for language in ("ko", "en")},
    }
    made = subprocess.run(
        [sys.executable, "-m", "madang.services.polls.bundle_child"],
        input=json.dumps(given).encode(),
        capture_output=True,
        check=True,
        timeout=SECONDS,
    )
    return made.stdout


def digest(made: bytes) -> str:
    """SHA-256 of the bundle's manifest, which names the digest of every file in it; `rerun.py` prints the same."""
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        return hashlib.sha256(packed.read(MANIFEST)).hexdigest()


def _answers(
    poll: Poll, codebook: Codebook, coders: list[int], texts: dict[str, str]
) -> list[dict[str, Any]]:
    readings = _readings(codebook, coders)
    return [
        {
            "answer": row.answer,
            "text": texts.get(str(number)),
            "codes": list(row.codes),
            "readings": readings.get(int(row.answer), []),
        }
        for number, row in enumerate(reading.coded(poll, codebook), 1)
    ]


def _coders(codebook: Codebook) -> list[int]:
    """Those who read what somebody else read too, in an order that does not tell who they are."""
    double = Coding.objects.filter(task__codebook=codebook, task__is_double=True)
    found = set(double.values_list("task__coder_id", flat=True))
    return sorted(found, key=lambda pk: hashlib.sha256(f"{codebook.pk}:{pk}".encode()).digest())


def _readings(codebook: Codebook, coders: list[int]) -> dict[int, list[list[str] | None]]:
    """Response → what each of the coders gave alone, None where she gave nothing."""
    place = {pk: at for at, pk in enumerate(coders)}
    found: dict[int, list[list[str] | None]] = {}
    rows = Coding.objects.filter(task__codebook=codebook, task__is_double=True)
    for response, coder, code, more in rows.values_list(
        "task__response_id", "task__coder_id", "code", "more"
    ):
        found.setdefault(response, [None] * len(place))[place[coder]] = [code, *more]
    return found


def _note(body: dict[str, Any], language: str) -> str:
    """The method in words."""
    with override(language):
        lines = [telling.limits(body), *telling.method(body)]
        lines.append(_("Texts: only of people who agreed to be quoted, with personal data and names masked."))
        return "\n\n".join(lines)
