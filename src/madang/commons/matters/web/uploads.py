"""Files between two looks at a form: kept for a day under a sealed name, so that nothing is chosen twice.

What is kept has lost its metadata already: a file that nobody files must not tell where it was made either.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.domain import attachments
from madang.commons.matters.domain.attachments import STANDARD, Terms
from madang.kernel import clock, sealing
from madang.kernel.errors import RefusedError
from madang.kernel.logic.coordinates import Point
from madang.kernel.web import limits

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
    position: Point | None = None

    def read(self) -> attachments.Clean:
        """The file, ready to be filed under the name the person gave it."""
        with default_storage.open(self.path) as file:
            data = file.read()
        return attachments.Clean(self.name, attachments.sniff(data[:4096]), data, self.position)

    @property
    def digest(self) -> str:
        """SHA-256 of what is kept: the same picture chosen twice is kept once."""
        with default_storage.open(self.path) as file:
            return hashlib.sha256(file.read()).hexdigest()


def keep(upload: Any, terms: Terms = STANDARD) -> Kept:
    """Check an upload and put it aside.

    Raises:
        RefusedError: 422, too large, of a type that is not taken, or not readable.
    """
    clean = attachments.cleaned(upload, terms)
    sweep()
    path = default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}", ContentFile(clean.data))
    size = len(clean.data)
    held = {"p": path, "n": clean.name, "s": size}
    if clean.position:
        held["g"] = sealing.seal(
            json.dumps(clean.position), "position"
        )  # the page that carries it may be kept
    return Kept(signing.dumps(held, salt=SALT), clean.name, size, path, clean.position)


def find(token: str) -> Kept | None:
    """The kept file behind a token; None when it is too old, was filed already or is not ours."""
    try:
        held = signing.loads(token, salt=SALT, max_age=DAY)
    except signing.BadSignature:
        return None
    if not default_storage.exists(held["p"]):
        return None
    position = None
    if "g" in held:
        latitude, longitude = json.loads(sealing.unseal(held["g"], "position"))
        position = (latitude, longitude)
    return Kept(token, held["n"], held["s"], held["p"], position)


def collect(tokens: list[str], uploads: list[Any], terms: Terms = STANDARD) -> tuple[list[Kept], list[str]]:
    """Kept files of a form and new ones, together at most as many as the terms say; and what could not be taken, in words.

    What was taken stays, whatever becomes of the rest.
    """
    kept = [found for found in map(find, tokens) if found is not None]
    problems = []
    if len(kept) < len(tokens):
        problems.append(str(_("A file was kept for a day and is gone now. Choose it again.")))
    room = max(0, terms.files - len(kept))
    if len(uploads) > room:
        # The others are not even looked at: reading a hostile file costs seconds.
        left = ngettext(
            "You can add %(most)d file. The others were left out.",
            "You can add %(most)d files. The others were left out.",
            terms.files,
        )
        problems.append(left % {"most": terms.files})
    known = {one.digest for one in kept} if uploads[:room] else set()
    for upload in uploads[:room]:
        try:
            fresh = keep(upload, terms)
        except RefusedError as error:
            problems.append(str(error))
            continue
        if fresh.digest in known:  # chosen twice: kept once, and no reason to stop anybody
            drop([fresh])
            continue
        known.add(fresh.digest)
        kept.append(fresh)
    return kept, problems


def sent(request: HttpRequest, terms: Terms = STANDARD) -> tuple[list[Kept], list[dict[str, str]]]:
    """The files of a form that was sent, `kept` without those in `remove` and new `files`; and what is wrong with them, for the
    list of errors.

    Raises:
        TooManyError: too many uploads from one address.
    """
    if request.FILES:
        limits.spend(request, limits.UPLOAD)
    removed = set(request.POST.getlist("remove"))
    tokens = [token for token in request.POST.getlist("kept") if token not in removed]
    kept, problems = collect(tokens[: terms.files], request.FILES.getlist("files"), terms)
    return kept, [{"text": f"{gettext('Files')}: {problem}", "href": "#id_files"} for problem in problems]


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
