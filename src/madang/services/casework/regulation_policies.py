"""Who may do what with a request to change a rule, and why not."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.commons.matters.policies import NOT_AUTHOR, NOT_OFFICE, in_office, is_author
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.models import Role
from madang.kernel.policy import OK, Verdict, allow, no
from madang.services.casework.models import RegulationRequest

BY_RULE = no(_("The site does that by its rules."), "by_rule")
OWN = no(_("Somebody else has to decide about what you asked for yourself."), "four_eyes")


@allow("casework.regulation.detail", "casework.regulation.confirm", "casework.regulation.doubt")
def author(actor: Actor, request: RegulationRequest) -> Verdict:
    """Only who asked for the change says whether it came."""
    return OK if is_author(actor, request.case.matter) else NOT_AUTHOR


@allow(
    "casework.regulation.decide",
    "casework.regulation.justify",
    "casework.regulation.implement",
    "casework.regulation.explain",
)
def office(actor: Actor, request: RegulationRequest) -> Verdict:
    if is_author(actor, request.case.matter):
        return OWN
    return OK if in_office(actor, request.case.matter) else NOT_OFFICE


def _coordinates(actor: Actor, request: RegulationRequest) -> Verdict:
    """An approver of the host coordinates; the office that refused does not judge its own justification."""
    matter = request.case.matter
    if is_author(actor, matter):
        return OWN
    if not actor.holds(Role.APPROVER, matter.host_id):
        return no(_("Only the coordinator, an approver of the host, may do that."), "mandate.approver")
    if actor.user is not None and request.decided_by_id == actor.user.pk:
        return no(_("Who refused it does not judge the refusal."), "four_eyes")
    return OK


@allow(
    "casework.regulation.ask_why",
    "casework.regulation.let_stand",
    "casework.regulation.recommend",
    "casework.regulation.turn_down",
)
def coordinator(actor: Actor, request: RegulationRequest) -> Verdict:
    return _coordinates(actor, request)


@allow("casework.regulation.refer")
def refer(actor: Actor, request: RegulationRequest) -> Verdict:
    """After the justification; without one only when its time is over."""
    verdict = _coordinates(actor, request)
    if not verdict or request.state != RegulationRequest.State.ASKED:
        return verdict
    running = request.clocks.filter(ended_at__isnull=True).first()
    if running is not None and clock.now() <= running.due_at:
        return no(_("The office still has time to justify its refusal."), "regulation.early")
    return OK


@allow(
    "casework.regulation.accept",
    "casework.regulation.defer",
    "casework.regulation.refuse",
    "casework.regulation.reopen",
    "casework.regulation.withdraw",
)
def by_rule(actor: Actor, request: RegulationRequest) -> Verdict:
    """They follow from the published answer, and from what its author does with it."""
    return OK if actor.is_system else BY_RULE
