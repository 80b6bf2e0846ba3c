"""Files of people: sniffed, bounded, and without what their authors did not mean to hand over.

Pictures are written anew (no position, device, time); documents lose metadata, scripts and embedded files. That
happens when a file arrives, before it touches the disk, not when it is filed.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import threading
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import PurePath
from typing import Any

import filetype
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from madang.commons.matters.logic import pdf_clean
from madang.commons.matters.models import Attachment, Matter
from madang.kernel import clock, text
from madang.kernel.errors import RefusedError

MAX_BYTES = 5_000_000
MAX_FILES = 3
MAX_PIXELS = 40_000_000
PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
LARGE_PIXELS = 8_000_000
_large = threading.Lock()
"""A small file may unfold into 160 MB of pixels: a process unfolds one such picture at a time."""
COLOURS = ("icc_profile", "transparency", "gamma")
DOCUMENT_SECONDS = 15  # real time for one document; its processor time is bounded in `pdf_clean`
DAY = timedelta(days=1)
SUFFIX = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "application/pdf": ".pdf"}


def sniff(head: bytes) -> str:
    """The content type the first bytes show, or "" when it is none we take."""
    kind = filetype.guess(head)
    return kind.mime if kind is not None and kind.mime in SUFFIX else ""


def check(upload: Any) -> str:
    """The sniffed type of an upload that may be kept.

    Raises:
        RefusedError: 422, too large or of a type we do not take; the message names the file.
    """
    name = text.clean_line(str(upload.name))[:60]
    if upload.size > MAX_BYTES:
        raise RefusedError(
            _("%(name)s is larger than 5 MB. Make it smaller or leave it out.") % {"name": name},
            "file.too_large",
            status=422,
        )
    head = upload.read(4096)
    upload.seek(0)
    content_type = sniff(head)
    if not content_type:
        raise RefusedError(
            _("%(name)s is not a JPEG, PNG or WebP picture or a PDF. Save it as one of these and try again.")
            % {"name": name},
            "file.type",
            status=422,
        )
    return content_type


def _without_metadata(data: bytes, content_type: str, name: str) -> bytes:
    """The same picture, upright, without EXIF (place, device, time)."""
    try:
        with Image.open(io.BytesIO(data), formats=[PICTURES[content_type]]) as picture:
            pixels = picture.width * picture.height
            if pixels > MAX_PIXELS:
                raise ValueError("too many pixels")
            with _large if pixels > LARGE_PIXELS else nullcontext():
                return _written_anew(picture, content_type)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise RefusedError(
            _("%(name)s cannot be read as a picture. Open it once, save it again and try again.")
            % {"name": name},
            "file.broken",
            status=422,
        ) from error


def _written_anew(picture: Image.Image, content_type: str) -> bytes:
    """The picture's pixels, upright, as a new file."""
    ImageOps.exif_transpose(picture, in_place=True)
    clean = picture.convert("RGB") if content_type == "image/jpeg" and picture.mode != "RGB" else picture
    # Writers copy some notes (a JPEG's comment) from here; only what colours need stays.
    clean.info = {name: clean.info[name] for name in COLOURS if name in clean.info}
    out = io.BytesIO()
    clean.save(out, PICTURES[content_type], quality=88)
    return out.getvalue()


def _without_hidden(data: bytes, name: str) -> bytes:
    """The same document without metadata, scripts and embedded files, by a process whose memory is bounded."""
    command = [sys.executable, "-I", str(pdf_clean.__file__)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=DOCUMENT_SECONDS, check=False)  # noqa: S603
        cleaned = done.stdout if done.returncode == 0 else b""
    except subprocess.TimeoutExpired:
        cleaned = b""
    if not cleaned:
        raise RefusedError(
            _(
                "%(name)s cannot be read as a PDF, or it is locked with a password."
                " Save it again as a PDF without a password and try again."
            )
            % {"name": name},
            "file.broken",
            status=422,
        )
    return cleaned


@dataclass(frozen=True, slots=True)
class Clean:
    """A file as it may be kept: `name` as the person gave it, without folders; `data` without metadata."""

    name: str
    content_type: str
    data: bytes


def cleaned(upload: Any) -> Clean:
    """What may be kept of an upload.

    Raises:
        RefusedError: 422, too large, of a type we do not take, or not readable; the message names the file.
    """
    content_type = check(upload)
    data = upload.read()
    name = text.clean_line(PurePath(str(upload.name)).name)[:80] or "file"
    if content_type in PICTURES:
        return Clean(name, content_type, _without_metadata(data, content_type, name))
    return Clean(name, content_type, _without_hidden(data, name))


def attach(*, matter: Matter, upload: Any) -> Attachment:
    """Keep one upload, or what `cleaned` made of it, with a matter (inside the caller's transaction)."""
    clean = upload if isinstance(upload, Clean) else cleaned(upload)
    digest = hashlib.sha256(clean.data).hexdigest()
    suffix = SUFFIX[clean.content_type]
    attachment = Attachment(
        matter=matter,
        name=(PurePath(clean.name).stem or "file") + suffix,
        content_type=clean.content_type,
        size=len(clean.data),
        sha256=digest,
    )
    # The stored name says nothing about the person's own file name.
    attachment.file.save(f"{digest[:32]}{suffix}", ContentFile(clean.data), save=True)
    return attachment


def sweep() -> int:
    """Delete files that no row names: a filing that was undone or killed left them. Looks at this month and the last."""
    today = clock.today()
    gone = 0
    for day in (today, today.replace(day=1) - DAY):
        folder = f"attachments/{day:%Y/%m}"
        if not default_storage.exists(folder):
            continue
        paths = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
        for start in range(0, len(paths), 500):
            part = paths[start : start + 500]
            known = set(Attachment.objects.filter(file__in=part).values_list("file", flat=True))
            for path in part:
                # A young file may belong to a filing that has not been committed yet.
                if (
                    path not in known
                    and default_storage.get_modified_time(path).astimezone(UTC) < clock.now() - DAY
                ):
                    default_storage.delete(path)
                    gone += 1
    return gone
