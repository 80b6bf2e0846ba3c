"""The life of a hackathon, of a place in a team and of a follow-up, as tables to read aloud."""

from __future__ import annotations

from madang.kernel.flow import Flow, Step

HACKATHON = Flow(
    "hackathons.hackathon",
    "draft",
    (
        Step("edit", ("draft",), None),
        # From now on brief, rubric and dates stand; teams may form from `opens_at`.
        Step("open", ("draft",), "open"),
        # These two follow from the clock. Deadlines themselves are kept at the second, whatever the state says.
        Step("begin", ("open",), "submitting"),
        Step("judge", ("submitting",), "judging"),
        # A later end of judging, so that every team finds a juror; a public act.
        Step("prolong", ("judging",), None, needs_reason=True),
        Step("decide", ("judging",), "decided", needs_reason=True),
        # Every winner has a published answer of an office.
        Step("follow", ("decided",), "followed"),
        # Every follow-up is reported, or an official says why none is owed any more.
        Step("close", ("decided", "followed"), "closed", needs_reason=True),
        Step("call_off", ("draft", "open", "submitting", "judging"), "closed", needs_reason=True),
    ),
)

# Nobody hears of an invitation but the one who is asked, nor of a wish to join but the team.
MEMBER = Flow(
    "hackathons.member",
    "invited",
    (
        Step("accept", ("invited",), "joined"),
        Step("decline", ("invited",), "declined"),
        # Who declined, was refused or left may ask again; the same row goes on.
        Step("ask", ("declined", "left"), "asked"),
        Step("admit", ("asked",), "joined"),
        Step("refuse", ("asked",), "declined"),
        Step("take_back", ("asked", "invited"), "declined"),
        Step("leave", ("joined",), "left"),
    ),
)

FOLLOWUP = Flow(
    "hackathons.followup",
    "waiting",
    (
        Step("open", ("waiting",), "open"),
        Step("report", ("open",), "reported", needs_reason=True),
    ),
)
