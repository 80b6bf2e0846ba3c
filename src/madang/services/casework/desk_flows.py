"""The life of a consultation and of a review, as tables to read aloud."""

from __future__ import annotations

from madang.kernel.flow import Flow, Step

CONSULTATION = Flow(
    "casework.consultation",
    "open",
    (
        Step("answer", ("open",), "answered"),
        Step("take_back", ("open",), "taken_back", needs_reason=True),
    ),
)

REVIEW = Flow(
    "casework.review",
    "open",
    (
        Step("uphold", ("open",), "upheld", needs_reason=True),
        Step("refuse", ("open",), "refused", needs_reason=True),
    ),
)
