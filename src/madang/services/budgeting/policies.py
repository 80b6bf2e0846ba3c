"""Who may do what in a round, and why not."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.kernel.actors import Actor
from madang.kernel.models import Organisation, Role
from madang.kernel.policy import OK, Verdict, allow, no
from madang.services.budgeting.models import Project, Proposal, Round

NOT_HOST = no(
    _("Only a facilitator of the budget office that hosts the round may do that."), "mandate.facilitator"
)
NOT_APPROVER = no(
    _("Only an approver of the budget office that hosts the round may do that."), "mandate.approver"
)
NOT_OFFICE = no(_("Only an officer of the office that has the proposal may do that."), "mandate.officer")
NOT_LEAD = no(_("Only an officer of the office that leads the project may do that."), "mandate.officer")
NOT_PART = no(_("Only an officer of an office that works on the project may do that."), "mandate.officer")


@allow("budgeting.round.create")
def create(actor: Actor, host: Organisation) -> Verdict:
    return OK if actor.holds(Role.FACILITATOR, host.pk) else NOT_HOST


@allow("budgeting.round.edit", "budgeting.round.announce", "budgeting.round.call_off")
def prepare(actor: Actor, subject: Round) -> Verdict:
    return OK if actor.holds(Role.FACILITATOR, subject.host_id) else NOT_HOST


@allow(
    "budgeting.round.fix_ballot",
    "budgeting.round.correct",
    "budgeting.round.decide",
    "budgeting.round.settle",
)
def approve(actor: Actor, subject: Round) -> Verdict:
    """What stands on the ballot and what came of it is signed by somebody else than who prepared the round."""
    return OK if actor.holds(Role.APPROVER, subject.host_id) else NOT_APPROVER


@allow("budgeting.round.begin", "budgeting.round.screen", "budgeting.round.vote", "budgeting.round.close")
def by_time(actor: Actor, subject: Round) -> Verdict:
    return OK if actor.is_system else no(_("Time does that by itself."), "by_rule")


@allow("budgeting.proposal.accept", "budgeting.proposal.join", "budgeting.proposal.leave")
def screen(actor: Actor, proposal: Proposal) -> Verdict:
    return OK if actor.holds(Role.OFFICER, proposal.matter.responsible_id) else NOT_OFFICE


@allow("budgeting.proposal.drop", "budgeting.proposal.reopen")
def by_answer(actor: Actor, proposal: Proposal) -> Verdict:
    """An answer that one drafts and another approves drops it; an objection to that answer takes it up again."""
    return OK if actor.is_system else no(_("The published answer does that by itself."), "by_rule")


@allow("budgeting.proposal.withdraw")
def withdraw(actor: Actor, proposal: Proposal) -> Verdict:
    """It follows the matter, which its author withdraws."""
    return OK if actor.is_system else no(_("Withdraw it on its own page."), "by_rule")


@allow(
    "budgeting.project.estimate",
    "budgeting.project.drop",
    "budgeting.project.reopen",
    "budgeting.project.report",
)
def work_out(actor: Actor, project: Project) -> Verdict:
    offices = project.parts.values_list("office_id", flat=True)
    return OK if any(actor.holds(Role.OFFICER, office) for office in offices) else NOT_PART


@allow("budgeting.project.pledge", "budgeting.project.stop", "budgeting.project.finish")
def lead(actor: Actor, project: Project) -> Verdict:
    """What is promised, and that it has come to its end, the office says that leads the work."""
    offices = project.parts.filter(leads=True).values_list("office_id", flat=True)
    return OK if any(actor.holds(Role.OFFICER, office) for office in offices) else NOT_LEAD


@allow("budgeting.project.put_on", "budgeting.project.recost")
def put_on(actor: Actor, project: Project) -> Verdict:
    return approve(actor, project.round)


@allow("budgeting.project.fund", "budgeting.project.pass_over")
def by_count(actor: Actor, project: Project) -> Verdict:
    return OK if actor.is_system else no(_("The count does that by itself."), "by_rule")
