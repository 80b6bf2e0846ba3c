"""One door to HiGHS. Its floats propose; whatever is published is checked in integers elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Entries = tuple[Sequence[int] | NDArray[np.int64], Sequence[float] | Floats]


@dataclass(frozen=True)
class Solution:
    """Values of the columns, duals of the rows (empty for whole numbers) and the value of the objective."""

    values: Floats
    duals: Floats
    objective: float


class _Quiet(highspy.Highs):
    """HiGHS prints its name when callbacks are set, which its constructor does. Errors come as statuses, not as lines."""

    def enableCallbacks(self) -> None:  # noqa: N802 - its name
        self.silent()
        super().enableCallbacks()


def solve(
    cost: Floats,
    rows: Sequence[Entries],
    row_low: Sequence[float] | Floats | NDArray[np.int64],
    row_high: Sequence[float] | Floats | NDArray[np.int64],
    low: Floats,
    high: Floats,
    *,
    whole: Sequence[bool] | None = None,
    nodes: int = 10_000,
) -> Solution | None:
    """Maximise; one thread and a fixed seed, so that the same question has the same answer.

    Returns:
        None when nothing fits, or nothing was found in so many `nodes` of the search for whole numbers. Nodes and not seconds: a slow
        machine must find the same.
    """
    engine = _Quiet()
    engine.setOptionValue("threads", 1)
    engine.setOptionValue("primal_feasibility_tolerance", 1e-9)
    engine.setOptionValue("random_seed", 1)
    engine.setOptionValue("mip_max_nodes", nodes)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(cost), len(rows)
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, low, high
    model.row_lower_ = np.asarray(row_low, dtype=float)
    model.row_upper_ = np.asarray(row_high, dtype=float)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.concatenate([[0], np.cumsum([len(entries[0]) for entries in rows])])
    model.a_matrix_.index_ = np.concatenate([np.asarray(entries[0], dtype=np.int32) for entries in rows])
    model.a_matrix_.value_ = np.concatenate([np.asarray(entries[1], dtype=float) for entries in rows])
    if whole is not None:
        kinds = highspy.HighsVarType
        model.integrality_ = [kinds.kInteger if is_whole else kinds.kContinuous for is_whole in whole]
    engine.passModel(model)
    engine.run()
    if engine.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    found = engine.getSolution()
    duals = np.array(found.row_dual) if whole is None else np.zeros(0)
    return Solution(np.array(found.col_value), duals, engine.getInfo().objective_function_value)
