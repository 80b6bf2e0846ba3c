"""Who may do what in a delegation, and why not."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.levels import Level, reaches
from madang.kernel.models import Role
from madang.kernel.policy import OK, Verdict, allow, no
from madang.services.budgeting.models import Applicant, Delegate, Delegation, Round, Sitting
from madang.services.budgeting.policies import NOT_APPROVER, NOT_HOST

NOT_DELEGATE = no(_("Only delegates who have a seat now may do that."), "delegate.seat")
SIGN_IN = no(_("Sign in first. What you typed stays here."), "sign_in")
OFFICIAL = no(
    _("Whoever works for the office that hosts the round has no seat on its delegation."), "delegate.official"
)


def _host(actor: Actor, delegation: Delegation) -> Verdict:
    return OK if actor.holds(Role.FACILITATOR, delegation.round.host_id) else NOT_HOST


def _works_for(actor: Actor, round_: Round) -> bool:
    # A member of a planning group is there as the citizen she is.
    roles = [role for role in Role.values if role != Role.PLANNER]
    return any(actor.holds(role, round_.host_id) for role in roles)


@allow("budgeting.delegation.set_up", "budgeting.delegation.link", "budgeting.delegation.record")
def prepare(actor: Actor, subject: Delegation) -> Verdict:
    return _host(actor, subject)


@allow("budgeting.delegation.publish")
def publish(actor: Actor, subject: Delegation) -> Verdict:
    return OK if actor.holds(Role.APPROVER, subject.round.host_id) else NOT_APPROVER


@allow("budgeting.sitting.open", "budgeting.sitting.close")
def sit(actor: Actor, subject: Sitting) -> Verdict:
    return _host(actor, subject.delegation)


@allow("budgeting.applicant.choose", "budgeting.applicant.decline")
def choose(actor: Actor, subject: Applicant) -> Verdict:
    return _host(actor, subject.delegation)


@allow("budgeting.applicant.withdraw", "budgeting.applicant.rewrite")
def withdraw(actor: Actor, subject: Applicant) -> Verdict:
    hers = actor.user is not None and subject.user_id == actor.user.pk
    return OK if hers else no(_("Only who applied may do that."), "not_hers")


@allow("budgeting.delegation.apply")
def apply(actor: Actor, subject: Delegation) -> Verdict:
    """To the second of the announced dates, by whoever has a confirmed address; who she is the office sees when it decides."""
    now = clock.now()
    if not subject.open_seats or subject.applies_from is None or subject.applies_until is None:
        return no(_("This delegation has no open seats."), "delegation.no_open_seats")
    if not subject.round.is_public or not subject.applies_from <= now < subject.applies_until:
        return no(_("Applications are not taken now. The page says from when until when."), "time.apply")
    if actor.user is None or not reaches(actor.level, Level.CONTACT):
        return SIGN_IN
    return OFFICIAL if _works_for(actor, subject.round) else OK


@allow("budgeting.delegation.claim")
def claim(actor: Actor, subject: Delegation) -> Verdict:
    if actor.user is None:
        return SIGN_IN
    return OFFICIAL if _works_for(actor, subject.round) else OK


@allow("budgeting.delegate.score")
def score(actor: Actor, subject: Delegate) -> Verdict:
    hers = actor.user is not None and subject.user_id == actor.user.pk
    return OK if hers and subject.is_active else NOT_DELEGATE


@allow("budgeting.delegate.leave")
def leave(actor: Actor, subject: Delegate) -> Verdict:
    """She herself; the office where she said so, or does not come any more."""
    hers = actor.user is not None and subject.user_id == actor.user.pk
    return OK if hers or actor.is_system else _host(actor, subject.delegation)
