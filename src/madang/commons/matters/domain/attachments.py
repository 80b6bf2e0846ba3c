"""Files of people: sniffed, bounded, pictures re-encoded so that no position data leaves with them."""

from __future__ import annotations

import hashlib
import io
from pathlib import PurePath
from typing import Any

import filetype
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from madang.commons.matters.models import Attachment, Matter
from madang.kernel import text
from madang.kernel.errors import RefusedError

MAX_BYTES = 5_000_000
MAX_FILES = 3
MAX_PIXELS = 40_000_000
PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
COLOURS = ("icc_profile", "transparency", "gamma")
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
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise ValueError("too many pixels")
            upright = ImageOps.exif_transpose(picture)
            clean = upright.convert("RGB") if content_type == "image/jpeg" else upright
            # Writers copy some notes (a JPEG's comment) from here; only what colours need stays.
            clean.info = {name: clean.info[name] for name in COLOURS if name in clean.info}
            out = io.BytesIO()
            clean.save(out, PICTURES[content_type], quality=88)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise RefusedError(
            _("%(name)s cannot be read as a picture. Open it once, save it again and try again.")
            % {"name": name},
            "file.broken",
            status=422,
        ) from error
    return out.getvalue()


def attach(*, matter: Matter, upload: Any) -> Attachment:
    """Keep one upload with a matter (inside the caller's transaction)."""
    content_type = check(upload)
    data = upload.read()
    name = text.clean_line(PurePath(str(upload.name)).stem)[:80] or "file"
    if content_type in PICTURES:
        data = _without_metadata(data, content_type, name)
    digest = hashlib.sha256(data).hexdigest()
    attachment = Attachment(
        matter=matter,
        name=name + SUFFIX[content_type],
        content_type=content_type,
        size=len(data),
        sha256=digest,
    )
    # The stored name says nothing about the person's own file name.
    attachment.file.save(f"{digest[:32]}{SUFFIX[content_type]}", ContentFile(data), save=True)
    return attachment
