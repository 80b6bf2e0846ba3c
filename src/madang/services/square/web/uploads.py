"""Files between two looks at a form: kept for a day under a sealed name, so that nothing is chosen twice."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any

from django.core import signing
from django.core.files import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.domain import attachments
from madang.kernel import clock, text
from madang.kernel.errors import RefusedError

MAX_FILES = attachments.MAX_FILES
FOLDER = "drafts"
SALT = "madang.square.upload"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that waits for its form. `token` goes into the page; `path` never does."""

    token: str
    name: str
    size: int
    path: str

    def open(self) -> File[bytes]:
        """The file as an upload, under the name the person gave it."""
        return File(default_storage.open(self.path), name=self.name)


def keep(upload: Any) -> Kept:
    """Check an upload and put it aside.

    Raises:
        RefusedError: 422, too large or of a type that is not taken.
    """
    attachments.check(upload)
    sweep()
    name = text.clean_line(str(upload.name))[:80]
    path = default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}", upload)
    token = signing.dumps({"p": path, "n": name, "s": upload.size}, salt=SALT)
    return Kept(token, name, upload.size, path)


def find(token: str) -> Kept | None:
    """The kept file behind a token; None when it is too old, was filed already or is not ours."""
    try:
        held = signing.loads(token, salt=SALT, max_age=DAY)
    except signing.BadSignature:
        return None
    if not default_storage.exists(held["p"]):
        return None
    return Kept(token, held["n"], held["s"], held["p"])


def collect(tokens: list[str], uploads: list[Any]) -> tuple[list[Kept], list[str]]:
    """Kept files of a form and new ones, together at most three; and what could not be taken, in words."""
    kept = [found for found in map(find, tokens) if found is not None]
    problems = []
    if len(kept) < len(tokens):
        problems.append(str(_("A file was kept for a day and is gone now. Choose it again.")))
    for upload in uploads:
        if len(kept) >= MAX_FILES:
            problems.append(str(_("You can add three files. The others were left out.")))
            break
        try:
            kept.append(keep(upload))
        except RefusedError as error:
            problems.append(str(error))
    return kept, problems


def drop(kept: list[Kept]) -> None:
    """Forget files that were filed or taken out."""
    for file in kept:
        default_storage.delete(file.path)


def sweep() -> int:
    """Delete what nobody came back for within a day."""
    if not default_storage.exists(FOLDER):
        return 0
    old = 0
    for name in default_storage.listdir(FOLDER)[1][:500]:
        path = f"{FOLDER}/{name}"
        if default_storage.get_modified_time(path).astimezone(UTC) < clock.now() - DAY:
            default_storage.delete(path)
            old += 1
    return old
