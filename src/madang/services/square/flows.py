"""The life of a comment."""

from __future__ import annotations

from madang.kernel.flow import Flow, Step

COMMENT = Flow(
    "square.comment",
    "shown",
    (
        Step("hide", ("shown",), "hidden", needs_reason=True),
        Step("restore", ("hidden",), "shown", needs_reason=True),
    ),
)
