"""Files that answer a question: cleaned as all files of people are, kept under a name that says nothing."""

from __future__ import annotations

import secrets
from datetime import UTC, timedelta
from pathlib import PurePath
from typing import Any

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from madang.commons.matters.domain import attachments
from madang.kernel import clock
from madang.services.polls.enums import QuestionKind
from madang.services.polls.models import Reply

FOLDER = "polls/files"
SALT = "madang.polls.file"
DAY = timedelta(days=1)


def keep(upload: Any) -> str:
    """The stored name of what may be kept of an upload.

    Raises:
        RefusedError: 422, too large, of a type that is not taken, or not readable.
    """
    clean = attachments.cleaned(upload)
    suffix = attachments.SUFFIX[clean.content_type]
    name: str = default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}{suffix}", ContentFile(clean.data))
    return name


def token(name: str) -> str:
    """What the form carries of a file that is here already."""
    return signing.dumps(name, salt=SALT, compress=False) if name else ""


def read_token(sealed: str) -> str:
    try:
        held = signing.loads(sealed, salt=SALT, max_age=DAY)
    except signing.BadSignature:
        return ""
    return str(held)


def shown_name(name: str) -> str:
    return f"file{PurePath(name).suffix}"


def sweep() -> int:
    """Delete files that no reply names after a day: a form that was not sent, a response that was taken back."""
    if not default_storage.exists(FOLDER):
        return 0
    named = set(Reply.objects.filter(question__kind=QuestionKind.FILE).values_list("value", flat=True))
    gone = 0
    for file in default_storage.listdir(FOLDER)[1]:
        path = f"{FOLDER}/{file}"
        young = default_storage.get_modified_time(path).astimezone(UTC) >= clock.now() - DAY
        if path not in named and not young:
            default_storage.delete(path)
            gone += 1
    return gone
