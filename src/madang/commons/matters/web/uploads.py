"""Files between two looks at a form: kept for a day under a sealed name, so that nothing is chosen twice.

What is kept has lost its metadata already: a file that nobody files must not tell where it was made either.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.domain import attachments
from madang.kernel import clock
from madang.kernel.errors import RefusedError

MAX_FILES = attachments.MAX_FILES
FOLDER = "drafts"
INCOMING = "incoming"  # FILE_UPLOAD_TEMP_DIR
SALT = "madang.square.upload.clean"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that waits for its form. `token` goes into the page; `path` never does."""

    token: str
    name: str
    size: int
    path: str

    def read(self) -> attachments.Clean:
        """The file, ready to be filed under the name the person gave it."""
        with default_storage.open(self.path) as file:
            data = file.read()
        return attachments.Clean(self.name, attachments.sniff(data[:4096]), data)


def keep(upload: Any) -> Kept:
    """Check an upload and put it aside.

    Raises:
        RefusedError: 422, too large, of a type that is not taken, or not readable.
    """
    clean = attachments.cleaned(upload)
    sweep()
    path = default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}", ContentFile(clean.data))
    size = len(clean.data)
    token = signing.dumps({"p": path, "n": clean.name, "s": size}, salt=SALT)
    return Kept(token, clean.name, size, path)


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
    room = MAX_FILES - len(kept)
    if len(uploads) > room:
        # The others are not even looked at: reading a hostile file costs seconds.
        problems.append(str(_("You can add three files. The others were left out.")))
    for upload in uploads[:room]:
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
    """Delete what nobody came back for within a day, and what a request left that was killed while it was sent."""
    old = 0
    for folder in (FOLDER, INCOMING):
        if not default_storage.exists(folder):
            continue
        for name in default_storage.listdir(folder)[1][:500]:
            path = f"{folder}/{name}"
            if default_storage.get_modified_time(path).astimezone(UTC) < clock.now() - DAY:
                default_storage.delete(path)
                old += 1
    return old
