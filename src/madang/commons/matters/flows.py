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
        # It is answered together with another one that says the same: it goes where that goes, and gets its answer.
        Step("follow", _OWED, "assigned"),
        Step("answer_with", _OWED, "answered"),
        # What the author was asked for did not come, or letters to her came back: it ends without an answer.
        Step("send_back", ("assigned",), "closed", needs_reason=True),
        Step("close_undelivered", ("assigned",), "closed", needs_reason=True),
        Step("object", ("answered",), "assigned", needs_reason=True),
        # A board found that closing it was wrong.
        Step("reconsider", ("answered",), "assigned", needs_reason=True),
        Step("pause", ("assigned",), None, needs_reason=True),
        Step("resume", ("assigned",), None),
        Step("extend", ("assigned",), None, needs_reason=True),
        # Re-typing keeps date, supporters and receipt; a question or complaint is owed an answer at once.
        Step("retype_owed", ("open", "maturing", *_OWED), "triage", needs_reason=True),
        # What it is under a rule of its service was wrong: another period, still from the first receipt.
        Step("reclassify", _OWED, None, needs_reason=True),
        Step("retype_idea", _OWED, "open", needs_reason=True),
        # From now on only its author and the office read it. The act itself stays public, and names the number.
        Step("seclude", _LIVE, None),
        # Personal data in its words are covered for everybody but its author and the office.
        Step("cover", (*_LIVE, "answered", "closed", "withdrawn", "merged"), None, needs_reason=True),
        # Whoever worked on it does not work there any more: it waits for another officer of the same office.
        Step("fall_back", _OWED, None),
        # Its office has ended: the one that goes on with its tasks has it now, with every date.
        Step("succeed", _OWED, None),
        Step("merge", _LIVE, "merged", needs_reason=True),
        Step("absorb", _LIVE, None),
        Step("withdraw", _LIVE, "withdrawn"),
        # Somebody else goes on with it as its author.
        Step("hand_over", _LIVE, None, needs_reason=True),
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
        # A dispute of "done" was upheld.
        Step("reopen", ("done",), "under_way", needs_reason=True),
    ),
)

INQUIRY = Flow(
    "matters.inquiry",
    "open",
    (
        Step("answer", ("open",), "answered"),
        Step("lapse", ("open",), "lapsed"),
        # The author needs longer; how often she may is dated data.
        Step("prolong", ("open",), None),
        # The letter or mail that asked her came back.
        Step("bounce", ("open",), "bounced", needs_reason=True),
        # The office went on by itself, or the matter left it.
        Step("close", ("open",), "closed"),
    ),
)

MORE_TIME = Flow(
    "matters.more_time",
    "open",
    (
        Step("agree", ("open",), "agreed"),
        Step("refuse", ("open",), "refused"),
        # The period ended, or the office went on: her consent is not asked any more.
        Step("close", ("open",), "closed"),
    ),
)

DISPUTE = Flow(
    "matters.dispute",
    "open",
    (
        Step("reply", ("open",), "replied", needs_reason=True),
        Step("uphold", ("open", "replied"), "upheld", needs_reason=True),
        Step("refuse", ("open", "replied"), "refused", needs_reason=True),
        Step("take_back", ("open", "replied"), "withdrawn"),
    ),
)
