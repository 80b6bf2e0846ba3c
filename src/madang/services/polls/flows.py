"""The life of a poll, of a codebook and of an objection."""

from __future__ import annotations

from madang.kernel.flow import Flow, Step

POLL = Flow(
    "polls.poll",
    "draft",
    (
        Step("edit", ("draft",), None),
        # Questions, consent text and rules are published with this act and stand from now on.
        Step("open", ("draft",), "open"),
        # A later end; everybody who looks can see it.
        Step("prolong", ("open",), None, needs_reason=True),
        # Destroys what links people to their answers.
        Step("close", ("open",), "closed"),
        Step("publish", ("closed", "published"), "published"),
        # Answers from elsewhere: there is nothing to open.
        Step("bring_in", ("draft",), "closed"),
        Step("call_off", ("draft", "open"), "called_off", needs_reason=True),
    ),
)

CODEBOOK = Flow(
    "polls.codebook",
    "draft",
    (
        Step("edit", ("draft",), None),
        # A fixed codebook never changes: a better one is the next version.
        Step("fix", ("draft",), "fixed"),
        Step("retire", ("fixed",), "retired", needs_reason=True),
    ),
)

OBJECTION = Flow(
    "polls.objection",
    "open",
    (
        Step("uphold", ("open",), "upheld", needs_reason=True),
        Step("refuse", ("open",), "refused", needs_reason=True),
    ),
)
