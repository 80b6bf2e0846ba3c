"""QR codes, drawn by a template so that no string has to be trusted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import segno
from django.template.loader import render_to_string


def qr_svg(address: str) -> str:
    """The code of an address as safe SVG; medium error correction, four modules of quiet around it."""
    matrix = segno.make(address, error="m", micro=False).matrix
    runs = [
        f"M{4 + start} {4 + y}h{length}v1h-{length}z"
        for y, row in enumerate(matrix)
        for start, length in _runs(bytes(row))
    ]
    return render_to_string("kernel/components/qr.html", {"size": len(matrix) + 8, "path": "".join(runs)})


def _runs(row: bytes) -> Iterator[tuple[int, int]]:
    start = 0
    for is_dark, cells in groupby(row):
        length = len(list(cells))
        if is_dark:
            yield start, length
        start += length
