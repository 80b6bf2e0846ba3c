"""The life of a matter, an answer and an effect, as tables to read aloud."""

from __future__ import annotations

from madang.kernel.flow import Flow, Step

_OWED = ("triage", "assigned", "arbitration")
_LIVE = ("open", "maturing", *_OWED)

MATTER = Flow(
    "matters.matter",
    "open",
    (
        # The threshold of the rules it was filed under is reached: the institution now owes an answer.
        Step("qualify", ("open", "maturing"), "triage"),
        # It is worked on together with similar ones, as part of a topic; and it may go back into discussion.
        Step("mature", ("open",), "maturing", needs_reason=True),
        Step("let_go", ("maturing",), "open", needs_reason=True),
        # Its text becomes another version; all versions stay.
        Step("reword", ("open", "maturing"), None, needs_reason=True),
        Step("assign", ("triage",), "assigned"),
        Step("transfer", ("assigned",), None, needs_reason=True),
        # The third transfer is not carried out: an arbiter names the office.
        Step("arbitrate", ("assigned",), "arbitration", needs_reason=True),
        Step("settle", ("arbitration",), "assigned", needs_reason=True),
        Step("answer", ("assigned",), "answered"),
        Step("object", ("answered",), "assigned", needs_reason=True),
        Step("pause", ("assigned",), None, needs_reason=True),
        Step("resume", ("assigned",), None),
        Step("extend", ("assigned",), None, needs_reason=True),
        # Re-typing keeps date, supporters and receipt; a question or complaint is owed an answer at once.
        Step("retype_owed", ("open", "maturing", *_OWED), "triage", needs_reason=True),
        Step("retype_idea", _OWED, "open", needs_reason=True),
        Step("merge", _LIVE, "merged", needs_reason=True),
        Step("absorb", _LIVE, None),
        Step("withdraw", _LIVE, "withdrawn"),
        Step("close", ("open", "maturing"), "closed", needs_reason=True),
        Step("hide", ("open", "maturing", *_OWED, "answered", "closed"), None, needs_reason=True),
        Step("restore", ("open", "maturing", *_OWED, "answered", "closed"), None, needs_reason=True),
    ),
)

ANSWER = Flow(
    "matters.answer",
    "draft",
    (
        Step("submit", ("draft",), "submitted"),
        Step("give_back", ("submitted",), "draft", needs_reason=True),
        Step("publish", ("submitted",), "published"),
    ),
)

EFFECT = Flow(
    "matters.effect",
    "promised",
    (
        Step("begin", ("promised",), "under_way", needs_reason=True),
        Step("report", ("promised", "under_way"), None, needs_reason=True),
        Step("finish", ("promised", "under_way"), "done", needs_reason=True),
        Step("stop", ("promised", "under_way"), "stopped", needs_reason=True),
    ),
)
