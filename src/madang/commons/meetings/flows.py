"""The lives of the hall, as tables."""

from __future__ import annotations

from madang.kernel.flow import Flow, Step

MEETING = Flow(
    "meetings.meeting",
    "planned",
    (
        Step("open", ("planned",), "open"),
        Step("start", ("planned", "open"), "running"),
        Step("close", ("running",), "closed"),
        Step("publish", ("closed",), "published"),
        Step("change", ("planned", "open", "running", "closed", "published"), None),
        Step("move", ("planned", "open"), None, needs_reason=True),
        Step("cancel", ("planned", "open"), "cancelled", needs_reason=True),
    ),
)

REGISTRATION = Flow(
    "meetings.registration",
    "asked",
    (
        Step("seat", ("asked",), "seated"),
        Step("wait", ("asked",), "waiting"),
        Step("promote", ("waiting",), "seated"),
        Step("cancel", ("asked", "seated", "waiting"), "cancelled"),
    ),
)

SPEAKER = Flow(
    "meetings.speaker",
    "waiting",
    (
        Step("call", ("waiting",), "speaking"),
        Step("finish", ("speaking",), "spoken"),
        Step("leave", ("waiting",), "left"),
    ),
)

QUESTION = Flow(
    "meetings.question",
    "open",
    (
        Step("answer", ("open",), "answered"),
        Step("reopen", ("answered",), "open"),
        Step("merge", ("open",), "merged"),
        Step("hide", ("open", "answered"), "hidden", needs_reason=True),
        Step("restore", ("hidden",), "open", needs_reason=True),
    ),
)

MINUTES = Flow(
    "meetings.minutes",
    "draft",
    (
        Step("submit", ("draft",), "submitted"),
        Step("give_back", ("submitted",), "draft", needs_reason=True),
        Step("publish", ("submitted",), "published"),
    ),
)
