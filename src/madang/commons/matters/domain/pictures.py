"""A picture written anew: upright, bounded, without what its author did not mean to hand over.

Where a photo was taken is read before it is lost, for whoever has use for it and may have it (`position`).
"""

from __future__ import annotations

import io
import math
import threading
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps
from PIL.ExifTags import GPS, IFD

from madang.kernel.errors import RefusedError
from madang.kernel.logic.coordinates import DIGITS, Point

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
MAX_PIXELS = 40_000_000
JPEG_PIXELS = 85_000_000
"""A JPEG can be unfolded at half or a quarter of its size, so that a larger one costs no more."""
LARGE_PIXELS = 8_000_000
LONGEST = 6_000
"""The longer side of a JPEG that had to be made smaller, in pixels."""
_large = threading.Lock()
"""A small file may unfold into 160 MB of pixels: a process unfolds one such picture at a time."""
COLOURS = ("icc_profile", "transparency", "gamma")
UNREADABLE = (OSError, ValueError, SyntaxError, KeyError, TypeError, Image.DecompressionBombError)


@dataclass(frozen=True, slots=True)
class Picture:
    """The bytes that may be kept, and where the picture was taken if it said so."""

    data: bytes
    position: Point | None = None


def clean(data: bytes, content_type: str, name: str) -> Picture:
    """The same picture, upright, without EXIF (place, device, time); an animation is its first frame.

    Raises:
        RefusedError: 422, more pixels than we unfold, or not readable; the message names the file.
    """
    try:
        with Image.open(io.BytesIO(data), formats=[FORMATS[content_type]]) as picture:
            pixels = picture.width * picture.height
            if pixels > (JPEG_PIXELS if content_type == "image/jpeg" else MAX_PIXELS):
                raise _too_many(name)
            position = position_of(picture)
            if pixels > MAX_PIXELS:
                picture.draft(None, (LONGEST // 2, LONGEST // 2))
            with _large if pixels > LARGE_PIXELS else nullcontext():
                return Picture(_written_anew(picture, content_type), position)
    except Image.DecompressionBombError as error:
        raise _too_many(name) from error
    except UNREADABLE as error:
        raise RefusedError(
            _("%(name)s cannot be read as a picture. Open it once, save it again and try again.")
            % {"name": name},
            "file.broken",
            status=422,
        ) from error


def _too_many(name: str) -> RefusedError:
    return RefusedError(
        _(
            "%(name)s has too many pixels: up to 40 million are taken, of a JPEG up to 85 million."
            " Send a smaller copy, or a part of it."
        )
        % {"name": name},
        "file.pixels",
        status=422,
    )


def _written_anew(picture: Any, content_type: str) -> bytes:
    """The picture's pixels, upright, as a new file."""
    ImageOps.exif_transpose(picture, in_place=True)
    written = picture.convert("RGB") if content_type == "image/jpeg" and picture.mode != "RGB" else picture
    # Writers copy some notes (a JPEG's comment) from here; only what colours need stays. A profile for four inks is
    # wrong for the three colours that were made of them.
    kept = COLOURS if written.mode == picture.mode else ()
    written.info = {key: picture.info[key] for key in kept if key in picture.info}
    out = io.BytesIO()
    written.save(out, FORMATS[content_type], quality=88)
    return out.getvalue()


def position_of(picture: Any) -> Point | None:
    """Latitude and longitude that a camera wrote into a picture, in degrees; None where it wrote none that can be.

    Cameras without a fix write zeros: a point in the Gulf of Guinea is none.
    """
    try:
        held = picture.getexif().get_ifd(IFD.GPSInfo)
        latitude = _degrees(held[GPS.GPSLatitude], held.get(GPS.GPSLatitudeRef, "N"))
        longitude = _degrees(held[GPS.GPSLongitude], held.get(GPS.GPSLongitudeRef, "E"))
    except (*UNREADABLE, ZeroDivisionError, IndexError, AttributeError):
        return None
    is_somewhere = abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude or longitude)
    return (round(latitude, DIGITS), round(longitude, DIGITS)) if is_somewhere else None


def _degrees(parts: Any, letter: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    size = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(size):
        raise ValueError("no number")
    return -size if str(letter).strip("\0 ").upper() in ("S", "W") else size
