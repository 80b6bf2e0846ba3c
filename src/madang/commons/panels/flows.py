"""The life of a panel, of one draw for it and of a seat, as tables to read aloud."""

from __future__ import annotations

from madang.kernel.flow import Flow, Step

PANEL = Flow(
    "panels.panel",
    "draft",
    (
        Step("register", ("draft",), None),
        Step("plan", ("draft",), None),
        # The first draw: from now on the register and the quotas stay as they are.
        Step("fill", ("draft",), "seated"),
        # Names and contacts are erased; the lots stay checkable.
        Step("close", ("draft", "seated"), "closed", needs_reason=True),
    ),
)

ROUND = Flow(
    "panels.round",
    "making",
    (
        # Ordered by the office, made by the worker; without a panel that fits it can be ordered anew.
        Step("order", ("failed",), "making"),
        Step("make", ("making",), "prepared"),
        Step("fail", ("making",), "failed"),
        # Somebody else than the preparer freezes lottery and digest in the public log.
        Step("freeze", ("prepared",), "frozen"),
        # The published state of the log after that entry is noted; only now may dice be thrown.
        Step("open", ("frozen",), "open"),
        Step("throw", ("open",), None),
        # Follows from the last throw by itself, in the same transaction.
        Step("draw", ("open",), "drawn"),
        Step("void", ("making", "prepared", "frozen", "open"), "void", needs_reason=True),
    ),
)

SEAT = Flow(
    "panels.seat",
    "invited",
    (
        Step("accept", ("invited",), "accepted"),
        Step("decline", ("invited", "accepted"), "declined"),
        Step("lapse", ("invited",), "lapsed", needs_reason=True),
        Step("leave", ("accepted",), "left", needs_reason=True),
    ),
)
