"""What becomes of a waste report and of a regulation request, as tables to read aloud.

The matter of the case carries the office, the clock and the answer; these tables say what follows from them.
"""

from __future__ import annotations

from madang.kernel.flow import Flow, Step

WASTE = Flow(
    "casework.waste",
    "received",
    (
        # The reporter says more, until the triage desk has looked at it.
        Step("detail", ("received",), None),
        Step("admit", ("received",), "in_scope"),
        Step("refuse", ("received", "in_scope"), "out_of_scope", needs_reason=True),
        Step("join", ("received", "in_scope"), "duplicate", needs_reason=True),
        # To an office that did not spend the money.
        Step("assign", ("in_scope",), "assigned"),
        Step("check", ("assigned",), "checked", needs_reason=True),
        Step("uphold", ("checked",), "valid", needs_reason=True),
        Step("uphold_partly", ("checked",), "partly", needs_reason=True),
        Step("dismiss", ("checked",), "not_valid", needs_reason=True),
        Step("plan", ("valid", "partly"), "planned", needs_reason=True),
        Step("estimate", ("planned",), "estimated", needs_reason=True),
        # Somebody who neither reported nor estimated it looks at what was really spent.
        Step("verify", ("estimated",), "verified", needs_reason=True),
        Step("refute", ("estimated",), "planned", needs_reason=True),
        Step("reward", ("verified",), "rewarded", needs_reason=True),
        Step("decline", ("verified",), "unrewarded", needs_reason=True),
        Step("teach", ("rewarded", "unrewarded"), "learned", needs_reason=True),
        # The reporter objected to the answer: it is looked at again.
        Step("reopen", ("out_of_scope", "not_valid", "partly", "valid"), "received", needs_reason=True),
        Step("withdraw", ("received", "in_scope", "assigned", "checked"), "withdrawn"),
        # Whether the register may name her; she may change her mind at any time.
        Step("consent", ("verified", "rewarded", "unrewarded", "learned"), None),
    ),
)

REGULATION = Flow(
    "casework.regulation",
    "suggested",
    (
        Step("detail", ("suggested",), None),
        # An officer puts her name to a decision; the approver publishes it as the answer, and then it stands.
        Step("decide", ("suggested",), None, needs_reason=True),
        Step("accept", ("suggested",), "accepted", needs_reason=True),
        Step("defer", ("suggested",), "long_term", needs_reason=True),
        Step("refuse", ("suggested",), "refused", needs_reason=True),
        Step("ask_why", ("refused",), "asked", needs_reason=True),
        Step("justify", ("asked",), "justified", needs_reason=True),
        Step("let_stand", ("justified",), "stands", needs_reason=True),
        Step("refer", ("asked", "justified"), "committee", needs_reason=True),
        Step("recommend", ("committee",), "recommended", needs_reason=True),
        Step("turn_down", ("committee",), "stands", needs_reason=True),
        Step("implement", ("accepted", "long_term", "recommended", "doubted"), "implemented"),
        Step(
            "explain",
            ("accepted", "long_term", "recommended", "doubted"),
            "not_implemented",
            needs_reason=True,
        ),
        # The one who asked for it says whether it changed.
        Step("confirm", ("implemented",), "confirmed"),
        Step("doubt", ("implemented",), "doubted", needs_reason=True),
        Step("reopen", ("accepted", "long_term", "refused"), "suggested", needs_reason=True),
        Step("withdraw", ("suggested",), "withdrawn"),
    ),
)
