"""Files of people: sniffed, bounded, and without what their authors did not mean to hand over.

Pictures are written anew (no position, device, time); documents lose metadata, scripts and embedded files. That
happens when a file arrives, before it touches the disk, not when it is filed.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import PurePath
from typing import Any

import filetype
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.domain import pictures
from madang.commons.matters.logic import pdf_clean
from madang.commons.matters.models import Attachment, Matter
from madang.kernel import clock, text
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.kernel.logic import coordinates
from madang.kernel.logic.coordinates import Point
from madang.kernel.policy import can, require

MAX_BYTES = 5_000_000
MAX_FILES = 3
MAX_PIXELS = pictures.MAX_PIXELS
PICTURES = pictures.FORMATS
MODERN = ("image/heic", "image/heif", "image/avif")
DOCUMENT_SECONDS = 15  # real time for one document; its processor time is bounded in `pdf_clean`
DAY = timedelta(days=1)
SUFFIX = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "application/pdf": ".pdf"}


@dataclass(frozen=True, slots=True)
class Terms:
    """How many files a form takes, how large a picture may be, and whether the office is told where one was taken."""

    files: int = MAX_FILES
    picture_bytes: int = MAX_BYTES
    keeps_position: bool = False

    @property
    def picture_megabytes(self) -> int:
        """For the words of a form."""
        return self.picture_bytes // 1_000_000


STANDARD = Terms()
PHOTOS = Terms(files=6, picture_bytes=20_000_000, keeps_position=True)
"""For reports with photos as phones take them: the public sees no position, the office in charge does."""


def sniff(head: bytes) -> str:
    """The content type the first bytes show, or "" when it is none we take."""
    kind = filetype.guess(head)
    mime = {"image/apng": "image/png"}.get(kind.mime, kind.mime) if kind is not None else ""
    return mime if mime in SUFFIX else ""


def _is_modern(head: bytes) -> bool:
    """Whether this is a picture as new phones keep them, which few programs read."""
    kind = filetype.guess(head)
    brand = head[8:12]
    return (kind is not None and kind.mime in MODERN) or (
        head[4:8] == b"ftyp"
        and brand in (b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1", b"avif", b"avis")
    )


def check(upload: Any, terms: Terms = STANDARD) -> str:
    """The sniffed type of an upload that may be kept.

    Raises:
        RefusedError: 422, too large or of a type we do not take; the message names the file.
    """
    name = text.clean_line(str(upload.name))[:60]
    head = upload.read(4096)
    upload.seek(0)
    content_type = sniff(head)
    most = terms.picture_bytes if content_type in PICTURES or _is_modern(head) else MAX_BYTES
    if upload.size > most:
        raise RefusedError(
            _("%(name)s is larger than %(most)s MB. Make it smaller or leave it out.")
            % {"name": name, "most": most // 1_000_000},
            "file.too_large",
            status=422,
        )
    if _is_modern(head):
        raise RefusedError(
            _(
                "%(name)s is a HEIC or AVIF picture, which not everybody can open. Send it as JPEG: on an iPhone choose"
                " Settings, Camera, Formats, Most Compatible and take it again, or open the photo, make a screenshot and"
                " send that."
            )
            % {"name": name},
            "file.heic",
            status=422,
        )
    if not content_type:
        raise RefusedError(
            _("%(name)s is not a JPEG, PNG or WebP picture or a PDF. Save it as one of these and try again.")
            % {"name": name},
            "file.type",
            status=422,
        )
    return content_type


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
    position: Point | None = None
    """Where a picture was taken, where the terms keep it. It is not in `data`."""


def cleaned(upload: Any, terms: Terms = STANDARD) -> Clean:
    """What may be kept of an upload.

    Raises:
        RefusedError: 422, too large, of a type we do not take, or not readable; the message names the file.
    """
    content_type = check(upload, terms)
    data = upload.read()
    name = text.clean_line(PurePath(str(upload.name)).name)[:80] or "file"
    if content_type in PICTURES:
        picture = pictures.clean(data, content_type, name)
        return Clean(name, content_type, picture.data, picture.position if terms.keeps_position else None)
    return Clean(name, content_type, _without_hidden(data, name))


def attach(*, matter: Matter, upload: Any) -> Attachment:
    """Keep one upload, or what `cleaned` made of it, with a matter (inside the caller's transaction)."""
    attachment = stored(upload)
    attachment.matter = matter
    attachment.save()
    return attachment


def stored(upload: Any) -> Attachment:
    """The file of an upload, or of what `cleaned` made of it, written; its row is not saved and has no matter yet."""
    clean = upload if isinstance(upload, Clean) else cleaned(upload)
    digest = hashlib.sha256(clean.data).hexdigest()
    suffix = SUFFIX[clean.content_type]
    attachment = Attachment(
        name=(PurePath(clean.name).stem or "file") + suffix,
        content_type=clean.content_type,
        size=len(clean.data),
        sha256=digest,
        position=coordinates.written(clean.position) if clean.position else "",
    )
    # The stored name says nothing about the person's own file name.
    attachment.file.save(f"{digest[:32]}{suffix}", ContentFile(clean.data), save=False)
    return attachment


def is_visible(attachment: Attachment, *, actor: Actor) -> bool:
    """Whether whoever sees the matter sees this file with it: a covered one only if she sees more than the public."""
    return attachment.covered_at is None or bool(can("matters.attachment.view", actor, attachment))


@transaction.atomic
def cover(*, actor: Actor, attachment: Attachment, reason: str) -> Attachment:
    """Only its author and the offices see the file from now on; the log says that one was covered and why.

    Raises:
        RefusedError: 403; 409 it is covered; 422 without a reason.
    """
    return _cover(actor, attachment, reason, "cover_file", clock.now())


@transaction.atomic
def uncover(*, actor: Actor, attachment: Attachment, reason: str) -> Attachment:
    """The file goes with its matter again.

    Raises:
        RefusedError: 403; 409 it is not covered; 422 without a reason.
    """
    return _cover(actor, attachment, reason, "show_file", None)


def _cover(actor: Actor, attachment: Attachment, reason: str, act: str, at: datetime | None) -> Attachment:
    fresh = Attachment.objects.select_for_update(of=("self",)).select_related("matter").get(pk=attachment.pk)
    matter = fresh.matter
    require("matters.matter.cover", actor, matter)
    if (fresh.covered_at is None) is (at is None):
        raise RefusedError(
            _("Somebody else did that meanwhile. Reload the page."), "file.covered", status=409
        )
    if not reason.strip():
        raise RefusedError(_("Say in a sentence why."), "file.reason", status=422)
    fresh.covered_at = at
    fresh.save(update_fields=["covered_at"])
    audit.record(
        actor=actor,
        action=f"matters.matter.{act}",
        target=matter.reference,
        before=matter.state,
        after=matter.state,
        reason=reason,
        organisation=matter.responsible,
        is_public=matter.is_public,
    )
    return fresh


def position_of(attachment: Attachment, *, actor: Actor) -> Point | None:
    """Where a picture was taken, for those who may know: its author and the offices that work on it. Else None."""
    if not attachment.position or not can("matters.attachment.position", actor, attachment.matter):
        return None
    latitude, _comma, longitude = attachment.position.partition(", ")
    return float(latitude), float(longitude)


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
