"""The life of a batch of paper forms and of one form, as tables to read aloud."""

from __future__ import annotations

from madang.kernel.flow import Flow, Step

BATCH = Flow(
    "channels.batch",
    "open",
    (
        # Only when nothing is out any more; what was counted by hand stands beside what the records say.
        Step("close", ("open",), "closed"),
    ),
)

FORM = Flow(
    "channels.form",
    "out",
    (
        # A sampled form is typed by two people who do not see each other's words.
        Step("type", ("out",), "typed"),
        Step("dispute", ("typed",), "disputed"),
        Step("enter", ("out", "typed", "disputed"), "entered"),
        Step("spoil", ("out", "typed", "disputed"), "spoiled", needs_reason=True),
        Step("give_back", ("out",), "unused"),
        # A form that was marked by mistake is out again, while its batch is open.
        Step("recall", ("spoiled", "unused"), "out", needs_reason=True),
    ),
)
