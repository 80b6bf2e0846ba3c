"""Reading codes: the serial number off a photograph of a form, however it lies, and what a camera holds before it."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from PIL import Image

from madang.kernel import ids

WIDEST = 2200
"""Longest side in pixels that is looked at and kept; enough to read handwriting."""
FRAME = (300_000, 1600)
"""One picture of a camera: bytes, and longest side in pixels."""
FORM = "PF"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A photograph, turned so that the code stands upright. `serial` is "" where no code of ours was found."""

    serial: str
    data: bytes
    turned: int


def serial_of(text: str, prefix: str = FORM) -> str:
    """The serial number in what a code holds or a person typed; "" when there is none that is right."""
    found = re.search(rf"({prefix}-\d{{4}}-\d{{5,}}-[0-9A-Z])", text)
    typed = ids.read_number(found[1] if found else text)
    return typed if typed and typed.startswith(f"{prefix}-") else ""


def read(data: bytes, prefix: str = FORM) -> Sheet:
    """Find the code in a picture that was cleaned before (`matters.clean_file`), and turn the picture upright."""
    with Image.open(io.BytesIO(data)) as opened:
        picture = opened.convert("RGB")
    picture.thumbnail((WIDEST, WIDEST))
    serial, turned = "", 0
    for grey in _views(picture):
        text, corners = decode(grey)
        serial = serial_of(text, prefix)
        if serial:
            turned = _quarter(corners)
            break
    if turned:
        picture = picture.rotate(turned, expand=True)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return Sheet(serial, out.getvalue(), turned)


def code_in(frame: bytes) -> str:
    """What the QR code before a camera says; "" where there is none, or the bytes are no small JPEG. Nothing is kept."""
    most, widest = FRAME
    if len(frame) > most:
        return ""
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(frame), formats=["JPEG"]) as opened:
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            if max(opened.size) > widest:
                return ""
            grey = opened.convert("L")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return ""
    import cv2
    import numpy

    picture = numpy.asarray(grey)
    # The next picture comes at once, so two quick looks (some 50 ms) are enough: as it is, and with its noise smoothed.
    looks = (
        (cv2.QRCodeDetectorAruco(), picture),
        (cv2.QRCodeDetector(), cv2.GaussianBlur(picture, (3, 3), 0)),
    )
    return next((text for detector, seen in looks if (text := _told(detector, seen)[0])), "")


def _views(picture: Image.Image) -> Iterator[Any]:
    """The picture in grey as it is, smaller, with the light evened out, and its parts enlarged."""
    import cv2  # loaded where it is used: most processes never read a picture
    import numpy

    grey = numpy.asarray(picture.convert("L"))
    yield grey
    half = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    yield half
    yield cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, 51, 12)
    yield cv2.adaptiveThreshold(half, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, 31, 8)
    high, wide = grey.shape
    for top in (0, high // 2):
        for left in (0, wide // 2):
            part = grey[top : top + high // 2, left : left + wide // 2]
            yield cv2.resize(part, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)


def decode(grey: Any) -> tuple[str, Any]:
    """Text and corners of a code, the corners beginning at the code's own top left."""
    import cv2

    for detector in (cv2.QRCodeDetector(), cv2.QRCodeDetectorAruco()):
        text, corners = _told(detector, grey)
        if text:
            return text, corners
    return "", None


def _told(detector: Any, grey: Any) -> tuple[str, Any]:
    import cv2

    try:
        text, corners, _straight = detector.detectAndDecode(grey)
    except cv2.error:  # a shape that is no code after all
        return "", None
    return (text, corners.reshape(-1, 2)) if text and corners is not None else ("", None)


def _quarter(corners: Any) -> int:
    """By how many degrees, in quarters against the clock, the picture has to turn so that its code stands upright."""
    import math

    (left, top), (right, level) = corners[0], corners[1]
    angle = math.degrees(math.atan2(level - top, right - left))  # 0 when the upper edge runs to the right
    return round(angle / 90) % 4 * 90
