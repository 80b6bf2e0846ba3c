"""The search for axes (`steady.leading`), compiled: the same operations in the same order, so the same bits.

Worth it for the certificate, which searches axes anew for every resampling.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def leading(matrix: Array, start: Array, wanted: int, depth: int, close: float) -> tuple[Array, Array, float]:
    """As `steady.leading`, for more than 32 statements."""
    from madang.commons.opinions.logic import loops_axes

    values, vectors, residual = loops_axes.search(
        np.ascontiguousarray(matrix), np.ascontiguousarray(start), wanted, depth, close
    )
    return values, vectors, float(residual)
