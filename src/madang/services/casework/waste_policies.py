"""Who may do what with a report of waste, and why not."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.commons.matters.policies import NOT_AUTHOR, in_office, is_author
from madang.kernel.actors import Actor
from madang.kernel.models import Role
from madang.kernel.policy import OK, Verdict, allow, no
from madang.services.casework.models import Saving, WasteReport

BY_RULE = no(_("The site does that by its rules."), "by_rule")
OWN = no(_("Somebody else has to decide about what you reported yourself."), "four_eyes")


def _own(actor: Actor, report: WasteReport) -> bool:
    return is_author(actor, report.case.matter)


def _spends(actor: Actor, report: WasteReport) -> bool:
    return report.spender_id is not None and report.spender_id in actor.offices(Role.OFFICER, Role.APPROVER)


SPENDER = no(_("The office that spends the money does not decide about the report."), "waste.spender")


@allow("casework.waste.detail", "casework.waste.consent")
def author(actor: Actor, report: WasteReport) -> Verdict:
    return OK if _own(actor, report) else NOT_AUTHOR


@allow(
    "casework.waste.admit",
    "casework.waste.refuse",
    "casework.waste.join",
    "casework.waste.assign",
)
def triage(actor: Actor, report: WasteReport) -> Verdict:
    """The desk of the host, or the office that has the case already."""
    matter = report.case.matter
    if _own(actor, report):
        return OWN
    if actor.is_system or actor.holds(Role.TRIAGE, matter.host_id) or in_office(actor, matter):
        return OK
    return no(_("Only the triage desk or the office that has the case may do that."), "mandate.triage")


@allow(
    "casework.waste.check",
    "casework.waste.uphold",
    "casework.waste.uphold_partly",
    "casework.waste.dismiss",
    "casework.waste.plan",
    "casework.waste.estimate",
)
def checking(actor: Actor, report: WasteReport) -> Verdict:
    """The checking office, which is not the one that spends the money."""
    if _own(actor, report):
        return OWN
    if not in_office(actor, report.case.matter):
        return no(_("Only the office that checks the report may do that."), "mandate.office")
    return SPENDER if _spends(actor, report) else OK


@allow("casework.waste.verify", "casework.waste.refute")
def verifying(actor: Actor, report: WasteReport) -> Verdict:
    """An approver of the checking office or of the host, who neither reported nor estimated."""
    matter = report.case.matter
    if not (actor.holds(Role.APPROVER, matter.responsible_id) or actor.holds(Role.APPROVER, matter.host_id)):
        return no(_("Only an approver of the checking office or of the host verifies."), "mandate.approver")
    if _own(actor, report):
        return no(_("Who reported it does not verify it."), "four_eyes")
    if _spends(actor, report):
        return SPENDER
    last = report.savings.filter(kind=Saving.Kind.ESTIMATE).last()
    if last is not None and actor.user is not None and last.by_id == actor.user.pk:
        return no(_("Who estimated the saving does not verify it. Ask a colleague."), "four_eyes")
    return OK


@allow("casework.waste.reward", "casework.waste.decline", "casework.waste.teach")
def deciding(actor: Actor, report: WasteReport) -> Verdict:
    """An approver of the host, who neither reported nor verified."""
    if not actor.holds(Role.APPROVER, report.case.matter.host_id):
        return no(_("Only an approver of the host decides about rewards and lessons."), "mandate.approver")
    return OWN if _own(actor, report) else OK


@allow("casework.waste.reopen", "casework.waste.withdraw")
def by_rule(actor: Actor, report: WasteReport) -> Verdict:
    return OK if actor.is_system else BY_RULE
