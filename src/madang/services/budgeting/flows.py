"""The life of a round, a proposal and a project, as tables to read aloud."""

from __future__ import annotations

from madang.kernel.flow import Flow, Step

_BEFORE_VOTING = ("announced", "intake", "screening", "ballot")

ROUND = Flow(
    "budgeting.round",
    "draft",
    (
        Step("edit", ("draft",), None),
        # From now on money, dates, ballot and rule of counting stand; they are in the log, and this page says so.
        Step("announce", ("draft",), "announced"),
        # These follow from the clock. A deadline itself is kept at the second, whatever the state says.
        Step("begin", ("announced",), "intake"),
        Step("screen", ("intake",), "screening"),
        # Which projects stand on the ballot, at which cost. Every proposal has its answer by then.
        Step("fix_ballot", ("screening",), "ballot", needs_reason=True),
        # A cost that was wrong, or a project that cannot be: once the ballot is fixed only in public, with a reason.
        Step("correct", ("ballot", "voting"), None, needs_reason=True),
        Step("vote", ("ballot",), "voting"),
        Step("close", ("voting",), "counting"),
        # Two independent programs have agreed on every pot.
        Step("decide", ("counting",), "decided", needs_reason=True),
        # Every funded project has come to an end, and what it cost is told.
        Step("settle", ("decided",), "settled", needs_reason=True),
        Step("call_off", ("draft", *_BEFORE_VOTING, "voting"), "called_off", needs_reason=True),
    ),
)

# The matter of a proposal carries the office, the clock, the answer and the objection; this is what becomes of it.
PROPOSAL = Flow(
    "budgeting.proposal",
    "submitted",
    (
        Step("accept", ("submitted",), "eligible", needs_reason=True),
        Step("drop", ("submitted", "eligible"), "dropped", needs_reason=True),
        # An appeal was granted: it is looked at again.
        Step("reopen", ("dropped",), "submitted", needs_reason=True),
        # It is part of a project now, alone or with others.
        Step("join", ("eligible",), "joined", needs_reason=True),
        Step("leave", ("joined",), "eligible", needs_reason=True),
        Step("withdraw", ("submitted", "eligible"), "withdrawn"),
    ),
)

PROJECT = Flow(
    "budgeting.project",
    "worked_out",
    (
        Step("estimate", ("worked_out", "costed"), "costed", needs_reason=True),
        Step("drop", ("worked_out", "costed", "on_ballot"), "dropped", needs_reason=True),
        Step("reopen", ("dropped",), "worked_out", needs_reason=True),
        Step("put_on", ("costed",), "on_ballot"),
        Step("recost", ("on_ballot",), None, needs_reason=True),
        Step("fund", ("on_ballot",), "funded", needs_reason=True),
        Step("pass_over", ("on_ballot",), "not_funded", needs_reason=True),
        # After the vote: the days that are promised, each step of the money, and the end of what dies on the way.
        Step("pledge", ("funded",), None),
        Step("report", ("funded",), None),
        Step("finish", ("funded",), None),
        Step("stop", ("funded",), None, needs_reason=True),
    ),
)

DELEGATION = Flow(
    "budgeting.delegation",
    "forming",
    (
        # While the round is a draft: with its announcement seats, criteria and rubric stand.
        Step("set_up", ("forming",), None),
        # The panel from which the lot comes; a session is named by its meeting and its projects.
        Step("link", ("forming",), None),
        Step("record", ("forming",), None),
        # Findings and every delegate's points; somebody else than who ran the sessions signs.
        Step("publish", ("forming",), "published", needs_reason=True),
    ),
)

APPLICANT = Flow(
    "budgeting.applicant",
    "applied",
    (
        # Later, too: when a seat becomes free.
        Step("choose", ("applied", "declined"), "chosen", needs_reason=True),
        Step("decline", ("applied",), "declined", needs_reason=True),
        Step("withdraw", ("applied", "declined"), "withdrawn"),
        # While it is undecided; or she thinks of it anew.
        Step("rewrite", ("applied", "withdrawn"), "applied"),
    ),
)

DELEGATE = Flow("budgeting.delegate", "seated", (Step("leave", ("seated",), "left", needs_reason=True),))

SITTING = Flow(
    "budgeting.sitting",
    "planned",
    (
        Step("open", ("planned",), "open"),
        # From now on the points of its projects stand.
        Step("close", ("open",), "closed"),
    ),
)

# Paper. A box stands at a place; a sheet that two have read alike is cast, or spoiled for the reason that both saw.
BOX = Flow(
    "budgeting.box",
    "open",
    (
        # It adds up.
        Step("close", ("open",), "closed"),
        # It does not, and somebody who is not at the table says why, in public.
        Step("adjust", ("open",), "closed", needs_reason=True),
    ),
)
SHEET = Flow(
    "budgeting.sheet",
    "out",
    (
        Step("type", ("out",), "typed"),
        Step("dispute", ("typed",), "disputed"),
        Step("cast", ("typed", "disputed"), "cast"),
        Step("spoil", ("typed", "disputed"), "spoiled"),
    ),
)
