"""Reading the marks off a picture of a sheet, however it lies. What is not plain is said to be not plain."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from madang.commons.channels import api as channels
from madang.services.budgeting import layout as places
from madang.services.budgeting.layout import Layout, Printed, Square

PREFIX = "BS"
SCALE = 8
"""Pixels in a millimetre of the sheet as it is laid flat."""
EMPTY, FULL = 0.035, 0.13
"""Share of dark pixels within a square: up to the first it is empty, from the second on marked; between them a person looks."""
PAGES = 20
PIXELS = 40_000_000
"""A page with more is not unfolded: A4 at 600 dots to the inch has 35 million."""
DARK = 0.72
"""Of the brightness of the paper around it, under which a pixel is ink."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture turned upright, its serial ("" where none could be read)."""

    serial: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Marked:
    """What is marked; `unsure` are the squares that are neither plainly empty nor plainly marked. `is_flat`: the four corners were
    found; nothing can be said otherwise."""

    marks: dict[str, list[int]]
    unsure: tuple[Square, ...] = ()
    is_flat: bool = True

    @property
    def is_plain(self) -> bool:
        return self.is_flat and not self.unsure


def look(data: bytes) -> Seen:
    """Find the code in a picture that was cleaned before, and turn the picture upright."""
    found = channels.read_sheet(data, PREFIX)
    return Seen(found.serial, found.data)


def serial_of(typed: str) -> str:
    """A serial as typed or scanned by hand, in its written form; "" when it is none."""
    return channels.serial_of(typed, PREFIX)


def pictures(data: bytes, content_type: str) -> Iterator[bytes]:
    """The pictures in an upload: itself, or the pages of a PDF that a scanner made (at most `PAGES`; a page without a
    picture is left out)."""
    if content_type != "application/pdf":
        yield data
        return
    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in list(pdf.pages)[:PAGES]:
            found: Any = page.get_images().values()
            images = [pikepdf.PdfImage(image) for image in found]
            if not images:
                continue
            largest = max(images, key=lambda image: image.width * image.height)
            if largest.width * largest.height > PIXELS:
                continue
            out = io.BytesIO()
            try:
                largest.as_pil_image().convert("L").save(out, "PNG")
            except (pikepdf.PdfError, NotImplementedError, OSError, ValueError):
                continue  # a compression that nobody here reads
            yield out.getvalue()


def marks(seen: Seen, printed: Printed, *, is_large: bool) -> Marked:
    """What is marked on a sheet that `look` has turned upright."""
    here = places.layout(printed, is_large=is_large)
    if not here.squares:  # numbers are written: people read them
        return Marked({}, is_flat=False)
    flat = _flat(seen)
    if flat is None:
        return Marked({}, is_flat=False)
    found: dict[str, list[int]] = {}
    unsure = []
    for square in here.squares:
        ink = _ink(flat, here, square)
        if ink >= FULL:
            found.setdefault(square.code, []).append(square.number)
        elif ink > EMPTY:
            unsure.append(square)
    return Marked(found, tuple(unsure))


def _flat(seen: Seen) -> Any:
    """The sheet seen from straight above, in grey; None when its corners cannot be told."""
    import cv2
    import numpy

    grey = cv2.imdecode(numpy.frombuffer(seen.data, numpy.uint8), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        return None
    target = numpy.array(places.CORNERS, numpy.float32) * SCALE
    size = (int(places.WIDE * SCALE), int(places.CUT * SCALE))
    for corners in _corners(grey):
        turn = cv2.getPerspectiveTransform(corners, target)
        flat = cv2.warpPerspective(grey, turn, size, borderValue=255)
        if _code_is_there(flat, seen.serial):
            return flat
    return None


def _code_is_there(flat: Any, serial: str) -> bool:
    """The proof that the corners are right: the code lies where it was printed."""
    left, top, side = (int(one * SCALE) for one in places.QR)
    air = 3 * SCALE
    part = flat[max(0, top - air) : top + side + air, left - air : left + side + air]
    text, corners = channels.decode(part)
    if serial_of(text) != serial or corners is None:
        return False
    middle = corners.mean(axis=0)
    return bool(abs(middle - (side / 2 + air)).max() < 2.5 * SCALE)


def _corners(grey: Any) -> Iterator[Any]:
    """The centres of the four black squares, clockwise from the top left, as several ways of telling dark from light see them."""
    import cv2
    import numpy

    smooth = cv2.GaussianBlur(grey, (3, 3), 0)
    _level, plain = cv2.threshold(smooth, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    width = max(51, min(grey.shape) // 12 | 1)
    even = cv2.adaptiveThreshold(smooth, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, width, 25)
    for black in (plain, even):
        squares = _black_squares(black)
        if len(squares) < 4:
            continue
        points = numpy.array(squares, numpy.float32)
        both, apart = points.sum(axis=1), points[:, 0] - points[:, 1]
        chosen = [both.argmin(), apart.argmax(), both.argmax(), apart.argmin()]
        if len(set(map(int, chosen))) == 4:
            yield points[chosen]


def _black_squares(black: Any) -> list[tuple[float, float]]:
    """Centres of filled squares that have the size of a corner."""
    import cv2

    long = max(black.shape)
    # A sheet fills at least 40 % of its picture, and at most all of it.
    least, most = 0.4 * long * places.CORNER / places.HIGH * 0.7, long * places.CORNER / places.CUT * 1.35
    found = []
    contours, _tree = cv2.findContours(black, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    for contour in contours:
        (x, y), (wide, high), _angle = cv2.minAreaRect(contour)
        if not (
            least <= min(wide, high) and max(wide, high) <= most and max(wide, high) < 1.35 * min(wide, high)
        ):
            continue
        if cv2.contourArea(contour) < 0.8 * wide * high:
            continue
        inside = black[int(y - high / 4) : int(y + high / 4) + 1, int(x - wide / 4) : int(x + wide / 4) + 1]
        if inside.size and inside.mean() > 235:
            found.append((x, y))
    return found


def _ink(flat: Any, here: Layout, square: Square) -> float:
    """The share of ink within a square, its printed edge left out."""
    import numpy

    def part(half: float) -> Any:
        left, right = int((square.x - half) * SCALE), int((square.x + half) * SCALE)
        top, bottom = int((square.y - half) * SCALE), int((square.y + half) * SCALE)
        return flat[max(0, top) : bottom, max(0, left) : right]

    paper = numpy.percentile(part(here.side / 2 + 2.0), 85)
    inner = part(here.side / 2 - 0.75)
    return float((inner < paper * DARK).mean())
