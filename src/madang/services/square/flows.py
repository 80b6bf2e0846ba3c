"""The life of a comment, and of a version of a space."""

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

EDITION = Flow(
    "square.edition",
    "draft",
    (
        Step("check", ("draft",), "checked"),
        Step("reopen", ("checked",), "draft"),
        Step("publish", ("checked",), "published", needs_reason=True),
        Step("supersede", ("published",), "superseded"),
        Step("discard", ("draft", "checked"), "discarded"),
    ),
)
