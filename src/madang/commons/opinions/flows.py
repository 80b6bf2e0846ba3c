"""The life of a conversation and of a statement in it."""

from __future__ import annotations

from madang.kernel.flow import Flow, Step

CONVERSATION = Flow(
    "opinions.conversation",
    "draft",
    (
        Step("open", ("draft",), "open"),
        Step("close", ("open",), "closed"),
        # Brought from elsewhere, with its votes: it was never open here.
        Step("archive", ("draft",), "closed"),
    ),
)

STATEMENT = Flow(
    "opinions.statement",
    "waiting",
    (
        Step("accept", ("waiting",), "shown"),
        Step("return", ("waiting",), "returned", needs_reason=True),
        Step("reword", ("returned",), "waiting"),
        Step("hide", ("shown",), "hidden", needs_reason=True),
        Step("restore", ("hidden",), "shown", needs_reason=True),
    ),
)
