"""A QR code as one path, drawn by a template so that no string has to be trusted."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import segno

EDGE = 4  # modules of white around it, as the standard asks


def drawn(address: str) -> dict[str, Any]:
    """Size of the square in modules, and the path of its dark ones."""
    matrix = segno.make(address, error="m", micro=False).matrix
    runs = []
    for y, row in enumerate(matrix):
        start = 0
        for is_dark, cells in groupby(bytes(row)):
            length = len(list(cells))
            if is_dark:
                runs.append(f"M{EDGE + start} {EDGE + y}h{length}v1h-{length}z")
            start += length
    return {"size": len(matrix) + 2 * EDGE, "path": "".join(runs)}
