"""The bundle of a report: everything with which a stranger makes its tables again, and nothing that names anybody."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

from madang.services.polls import reading
from madang.services.polls.models import Codebook, Poll

MOMENT = (2018, 3, 19, 0, 0, 0)
"""Of every file, so that the same content gives the same bytes: the day of the plan."""


def digest(bundle: bytes) -> str:
    return hashlib.sha256(bundle).hexdigest()


def bundle(poll: Poll, codebook: Codebook | None, body: dict[str, Any]) -> bytes:
    """The bundle as a ZIP file; the same report gives the same bytes."""
    answers = [{"answer": number, "text": one.text} for number, one in enumerate(reading.answers(poll), 1)]
    files = {
        "answers.json": answers,
        "report.json": body,
        "codebook.json": codebook.body if codebook else None,
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(
                zipfile.ZipInfo(name, MOMENT),
                json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True),
            )
    return target.getvalue()
