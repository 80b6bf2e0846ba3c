"""Who may do what with a poll, and why not."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.levels import Level, reaches
from madang.kernel.models import Organisation, Role
from madang.kernel.policy import OK, Verdict, allow, no
from madang.services.polls.enums import CodebookState, PollState
from madang.services.polls.models import Codebook, Objection, Poll

LEADING = (Role.ANALYST, Role.FACILITATOR, Role.OFFICER, Role.APPROVER)
"""Who prepares polls and publishes their reports."""
READING = (Role.ANALYST, Role.CODER)
"""Who reads the answers one by one."""
NOT_HERS = no(_("Only somebody of the office that asks may do that."), "mandate.polls")
NOT_READER = no(_("Only analysts and coders of the office that asks read the answers."), "mandate.coder")
OTHER_MEANS = no(_("This poll is not answered by this means."), "polls.channel")
NOT_OPEN = no(_("This poll is not open now."), "polls.not_open")


def leads(actor: Actor, host: Organisation | int) -> bool:
    return any(actor.holds(role, host) for role in LEADING)


def reads(actor: Actor, poll: Poll) -> bool:
    return any(actor.holds(role, poll.host_id) for role in READING)


@allow("polls.poll.create")
def create(actor: Actor, host: Organisation) -> Verdict:
    return OK if actor.is_system or leads(actor, host) else NOT_HERS


@allow(
    "polls.poll.edit",
    "polls.poll.open",
    "polls.poll.bring_in",
    "polls.poll.prolong",
    "polls.poll.close",
    "polls.poll.call_off",
    "polls.poll.publish",
)
def lead(actor: Actor, poll: Poll) -> Verdict:
    return OK if actor.is_system or leads(actor, poll.host_id) else NOT_HERS


@allow("polls.poll.view")
def view(actor: Actor, poll: Poll) -> Verdict:
    """Drafts are seen by those who prepare them."""
    return OK if poll.is_public else lead(actor, poll)


def is_answered_now(poll: Poll) -> bool:
    """At the second, whatever the state says: a job closes a little later."""
    now = clock.now()
    return (
        poll.state == PollState.OPEN
        and (poll.opens_at is None or now >= poll.opens_at)
        and (poll.closes_at is None or now < poll.closes_at)
    )


@allow("polls.response.withdraw")
def withdraw(actor: Actor, poll: Poll) -> Verdict:
    """Whoever holds the code may, until closing; the domain has looked at the code."""
    return OK if is_answered_now(poll) else NOT_OPEN


@allow("polls.response.hand_in")
def hand_in(actor: Actor, poll: Poll) -> Verdict:
    if not is_answered_now(poll):
        return NOT_OPEN
    if poll.level == Level.ANONYMOUS:
        return OK
    if not actor.is_signed_in:
        return no(_("Sign in first: each person counts once."), "sign_in")
    if not reaches(actor.level, poll.level):
        return no(
            _("Only verified residents take part here. You can have yourself verified on your page."),
            "level.resident",
        )
    return OK


@allow("polls.response.read")
def read(actor: Actor, poll: Poll) -> Verdict:
    return OK if actor.is_system or reads(actor, poll) else NOT_READER


@allow("polls.codebook.edit", "polls.codebook.fix", "polls.codebook.retire")
def keep_codebook(actor: Actor, codebook: Codebook) -> Verdict:
    return OK if actor.is_system or actor.holds(Role.ANALYST, codebook.poll.host_id) else NOT_READER


@allow("polls.coding.code")
def code(actor: Actor, codebook: Codebook) -> Verdict:
    if codebook.state != CodebookState.FIXED:
        return no(_("The codebook has to be fixed before anybody codes with it."), "polls.codebook_open")
    return read(actor, codebook.poll)


@allow("polls.coding.lead", "polls.coding.rule", "polls.analysis.run")
def analyse(actor: Actor, poll: Poll) -> Verdict:
    return OK if actor.is_system or actor.holds(Role.ANALYST, poll.host_id) else NOT_READER


@allow("polls.objection.uphold", "polls.objection.refuse")
def answer_objection(actor: Actor, objection: Objection) -> Verdict:
    """Whoever coded the answer does not judge the objection to it."""
    verdict = analyse(actor, objection.codebook.poll)
    if verdict and actor.user is not None:
        coded = objection.response.tasks.filter(coder=actor.user, coding__isnull=False)
        ruled = objection.response.rulings.filter(by=actor.user)
        if coded.exists() or ruled.exists():
            return no(_("Somebody who did not code this answer has to decide."), "polls.own_coding")
    return verdict
