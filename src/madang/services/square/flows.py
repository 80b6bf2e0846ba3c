"""The life of a comment, of an appeal, of a version of a space, and of what grows and is chosen in it."""

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

APPEAL = Flow(
    "square.appeal",
    "open",
    (
        Step("uphold", ("open",), "upheld", needs_reason=True),
        Step("grant", ("open",), "granted", needs_reason=True),
    ),
)

# What a member of a planning group gives as her reason. The vote counts also while its words are down.
PLANNING_VOTE = Flow(
    "square.planning_vote",
    "shown",
    (
        Step("hide", ("shown",), "hidden", needs_reason=True),
        Step("restore", ("hidden",), "shown", needs_reason=True),
    ),
)

# Somebody says that a member has a conflict of interest, or that the one she declared is none.
CHALLENGE = Flow(
    "square.challenge",
    "open",
    (
        Step("grant", ("open",), "granted", needs_reason=True),
        Step("reject", ("open",), "rejected", needs_reason=True),
        Step("hide", ("open", "granted", "rejected"), None, needs_reason=True),
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

# A changed text that somebody proposes. Silence has a limit: then it stands as unanswered, and a facilitator may
# take it up; the authors may still answer.
AMENDMENT = Flow(
    "square.amendment",
    "open",
    (
        Step("accept", ("open", "unanswered"), "accepted"),
        Step("refuse", ("open", "unanswered"), "refused", needs_reason=True),
        Step("withdraw", ("open", "unanswered"), "withdrawn"),
        Step("lapse", ("open",), "unanswered"),
        Step("take_up", ("unanswered",), "accepted", needs_reason=True),
        Step("hide", ("open", "unanswered", "accepted", "refused"), None, needs_reason=True),
    ),
)

# Somebody is asked to become an author as well. Nobody else hears of it before she accepts.
COAUTHOR = Flow(
    "square.coauthor",
    "invited",
    (
        Step("accept", ("invited",), "accepted"),
        Step("decline", ("invited",), "declined"),
        Step("leave", ("accepted",), "ended"),
        # The one who filed it has left: she is the author now.
        Step("lead", ("accepted",), "ended"),
    ),
)

# The author of an idea that others support gives it up: one of them may take it over.
STEP_BACK = Flow(
    "square.step_back",
    "open",
    (
        Step("take", ("open",), "taken"),
        Step("come_back", ("open",), "undone"),
        Step("lapse", ("open",), "withdrawn"),
        Step("close", ("open",), "closed"),
    ),
)

SYNTHESIS = Flow(
    "square.synthesis",
    "draft",
    (
        Step("submit", ("draft",), "submitted"),
        Step("give_back", ("submitted",), "draft", needs_reason=True),
        Step("publish", ("submitted",), "published"),
        Step("supersede", ("published",), "superseded"),
    ),
)

# An idea that somebody proposes to the planning group of its space. Counting is by rule; people give the reason.
CANDIDATE = Flow(
    "square.candidate",
    "open",
    (
        Step("count", ("open",), "counted"),
        # Also after the count, when a challenge takes a vote away.
        Step("lapse", ("open", "counted"), "undecided"),
        Step("pick", ("counted",), "picked", needs_reason=True),
        Step("pass_over", ("counted",), "passed", needs_reason=True),
        Step("withdraw", ("open",), "withdrawn"),
        Step("end", ("open", "counted"), "ended"),
        Step(
            "hide",
            ("open", "counted", "picked", "passed", "undecided", "withdrawn", "ended"),
            None,
            needs_reason=True,
        ),
    ),
)
