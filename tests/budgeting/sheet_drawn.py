"""A sheet as a scanner or a phone would see it, drawn by the same measures as the printed one."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import segno
from PIL import Image, ImageDraw, ImageFilter

from madang.services.budgeting import layout as places
from madang.services.budgeting.layout import Printed

K = 7.0
"""Pixels in a millimetre."""
INK = (25, 30, 90)


def cross(draw: Any, x: float, y: float, half: float) -> None:
    for up in (1, -1):
        draw.line((x - half, y - up * half, x + half, y + up * half), fill=INK, width=4)


def tick(draw: Any, x: float, y: float, half: float) -> None:
    draw.line((x - half, y, x - half / 4, y + half, x + half, y - half), fill=INK, width=4)


def fill(draw: Any, x: float, y: float, half: float) -> None:
    draw.ellipse((x - half, y - half, x + half, y + half), fill=(60, 60, 60))


def faint(draw: Any, x: float, y: float, half: float) -> None:
    """A slip of the pen: neither a mark nor nothing."""
    draw.line((x - half, y, x + half * 0.2, y), fill=INK, width=4)


def drawn(
    printed: Printed,
    serial: str,
    marks: Mapping[str, Sequence[int]],
    how: Callable[..., None] = cross,
    *,
    is_large: bool = False,
) -> Image.Image:
    """The filled-in sheet, upright, without its stub."""
    picture = Image.new("RGB", (int(places.WIDE * K), int(places.CUT * K)), "white")
    draw = ImageDraw.Draw(picture)

    def box(x: float, y: float, side: float, **named: Any) -> None:
        half = side / 2
        draw.rectangle(tuple(one * K for one in (x - half, y - half, x + half, y + half)), **named)

    for x, y in places.CORNERS:
        box(x, y, places.CORNER, fill="black")
    left, top, side = places.QR
    code = segno.make(serial, error="q", micro=False).matrix
    module = side / (len(code) + 8)
    for row, cells in enumerate(code):
        for column, dark in enumerate(cells):
            if dark:
                box(left + (column + 4.5) * module, top + (row + 4.5) * module, module, fill="black")
    here = places.layout(printed, is_large=is_large)
    for square in here.squares:
        box(square.x, square.y, here.side, outline="black", width=3)
        if square.number in marks.get(square.code, ()):
            how(draw, square.x * K, square.y * K, here.side * 0.36 * K)
    return picture


def photographed(picture: Image.Image, *, turned: float = 0, slant: float = 0, shade: bool = False) -> bytes:
    """On a table, turned, from an angle, with a shadow over it, a little out of focus."""
    wide, high = picture.size
    air = 120
    table = Image.new("RGB", (wide + 2 * air, high + 2 * air), (150, 130, 105))
    table.paste(picture, (air, air))
    if slant:
        table = table.transform(
            table.size,
            Image.Transform.PERSPECTIVE,
            (1 + slant, slant / 2, -60, 0, 1 + slant, -50, slant / 4000, slant / 3000),
            Image.Resampling.BICUBIC,
            fillcolor=(150, 130, 105),
        )
    if shade:
        dark = Image.linear_gradient("L").resize(table.size).point(lambda value: 110 + value * 145 // 255)
        table = Image.composite(table, Image.new("RGB", table.size, (40, 38, 35)), dark)
    table = table.rotate(turned, expand=True, fillcolor=(150, 130, 105)).filter(ImageFilter.GaussianBlur(0.8))
    return jpeg(table)


def jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=75)
    return out.getvalue()


def pdf(pictures: Sequence[Image.Image]) -> bytes:
    """What a scanner makes of several sheets."""
    out = io.BytesIO()
    first, *others = pictures
    first.save(out, "PDF", save_all=True, append_images=others, resolution=180)
    return out.getvalue()
