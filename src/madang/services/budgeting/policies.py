"""Who may do what in a round, and why not."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, places
from madang.kernel.actors import Actor
from madang.kernel.domain import assurance
from madang.kernel.levels import Level, reaches
from madang.kernel.models import Organisation, Role
from madang.kernel.policy import OK, Verdict, allow, no
from madang.services.budgeting.domain import residences, roll
from madang.services.budgeting.models import Box, Pot, Project, Proposal, Round, Sheet

NOT_HOST = no(
    _("Only a facilitator of the budget office that hosts the round may do that."), "mandate.facilitator"
)
NOT_APPROVER = no(
    _("Only an approver of the budget office that hosts the round may do that."), "mandate.approver"
)
NOT_OFFICE = no(_("Only an officer of the office that has the proposal may do that."), "mandate.officer")
LIVE = (Round.State.ANNOUNCED, Round.State.INTAKE)
NOT_LEAD = no(_("Only an officer of the office that leads the project may do that."), "mandate.officer")
NOT_PART = no(_("Only an officer of an office that works on the project may do that."), "mandate.officer")


@allow("budgeting.round.create", "budgeting.costs.publish")
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
    "budgeting.round.count_again",
)
def approve(actor: Actor, subject: Round) -> Verdict:
    """What stands on the ballot and what came of it is signed by somebody else than who prepared the round."""
    return OK if actor.holds(Role.APPROVER, subject.host_id) else NOT_APPROVER


@allow("budgeting.round.begin", "budgeting.round.screen", "budgeting.round.vote", "budgeting.round.close")
def by_time(actor: Actor, subject: Round) -> Verdict:
    return OK if actor.is_system else no(_("Time does that by itself."), "by_rule")


@allow("budgeting.proposal.file")
def file(actor: Actor, subject: Round) -> Verdict:
    """Anybody with an account and a confirmed address, to the second of the announced dates."""
    now = clock.now()
    if not subject.takes_proposals(now):
        if subject.state in LIVE and now < subject.intake_from:
            return no(
                _("Proposals are not taken yet. The page of the round says from when on."), "time.intake"
            )
        return no(_("The time in which proposals are taken is over."), "time.intake")
    if actor.user is None or not reaches(actor.level, Level.CONTACT):
        return no(_("Sign in first. What you typed stays here."), "sign_in")
    return OK


@allow("budgeting.proposal.accept", "budgeting.proposal.join", "budgeting.project.begin")
def screen(actor: Actor, proposal: Proposal) -> Verdict:
    return OK if actor.holds(Role.OFFICER, proposal.matter.responsible_id) else NOT_OFFICE


@allow("budgeting.proposal.leave")
def leave(actor: Actor, proposal: Proposal) -> Verdict:
    """The office; or the answer that says why the project, and with it the proposal, is not taken further."""
    return OK if actor.is_system else screen(actor, proposal)


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
    "budgeting.project.reopen",
    "budgeting.project.work",
    "budgeting.project.report",
)
def work_out(actor: Actor, project: Project) -> Verdict:
    offices = project.parts.values_list("office_id", flat=True)
    return OK if any(actor.holds(Role.OFFICER, office) for office in offices) else NOT_PART


@allow("budgeting.project.drop")
def drop(actor: Actor, project: Project) -> Verdict:
    """Its offices while it is worked out; what stands on the ballot goes only in public, by whom the ballot is signed."""
    on_ballot = project.state == Project.State.ON_BALLOT
    return approve(actor, project.round) if on_ballot else work_out(actor, project)


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


@allow("budgeting.ballot.cast")
def cast(actor: Actor, pot: Pot) -> Verdict:
    """At the second, whatever the state says. Of two pots of one round each is asked for itself."""
    round_ = pot.round
    if not round_.takes_ballots(clock.now()):
        return no(_("The vote is not open now."), "budgeting.not_open")
    if not actor.is_signed_in:
        return no(_("Sign in first: each person counts once."), "sign_in")
    if round_.level != Level.ANONYMOUS and not reaches(actor.level, round_.level):
        return no(
            _("Only verified residents vote here. You can have yourself verified on your page."),
            "level.resident",
        )
    if actor.user is not None and roll.is_marked(pot, actor.user):
        return no(
            _("You were handed a ballot about this money at a booth. It is the one that counts."),
            "budgeting.marked",
        )
    return _age(actor, round_) and _area(actor, pot)


def _age(actor: Actor, round_: Round) -> Verdict:
    if round_.born_until is None:
        return OK
    born = assurance.facts_of(actor.account).born
    if born is None:
        return no(
            _("Who votes has reached an age, and your proof does not say yours. Have it renewed."),
            "proof.age",
        )
    if born > round_.born_until:
        return no(
            _("Who votes here is %(n)s years old by the last day of the vote.") % {"n": round_.minimum_age},
            "budgeting.age",
        )
    return OK


def _area(actor: Actor, pot: Pot) -> Verdict:
    if not pot.district:
        return OK
    mine = residences.district_of(actor, pot.round)
    if mine == pot.district:
        return OK
    if not mine and pot.round.district_by == Round.DistrictBy.WORD:
        return no(_("Say first in which district you live."), "budgeting.say_district")
    if not mine:
        return no(
            _("People of one district decide here, and your proof does not say yours. Have it renewed."),
            "proof.district",
        )
    area = places.district(pot.district)
    return no(
        _("About this money people of another district decide: %(area)s.")
        % {"area": area.label if area else pot.district},
        "budgeting.district",
    )


@allow("budgeting.residence.say")
def say_where(actor: Actor, round_: Round) -> Verdict:
    """Only where the round takes her word, while it takes ballots, and from who may vote in it."""
    if round_.district_by != Round.DistrictBy.WORD:
        return no(_("In this round a proof says in which district somebody lives."), "budgeting.by_proof")
    return cast(actor, Pot(round=round_))


AT_BOOTH = (Role.OPERATOR, Role.TRIAGE, Role.FACILITATOR)
"""Who works at a booth and reads sheets, for the office that hosts the round."""
NOT_AT_BOOTH = no(
    _("Only an intake operator, a triage official or a facilitator of the office that hosts the round works with ballots."),
    "mandate.operator",
)  # fmt: skip
BOX_CLOSED = no(_("This box is closed. Nothing is entered any more."), "box.closed")


def _at_booth(actor: Actor, round_: Round) -> bool:
    return any(actor.holds(role, round_.host_id) for role in AT_BOOTH)


def _at_table(actor: Actor, round_: Round) -> bool:
    return _at_booth(actor, round_) or actor.holds(Role.APPROVER, round_.host_id)


@allow("budgeting.box.view")
def view_box(actor: Actor, round_: Round) -> Verdict:
    return OK if _at_table(actor, round_) else NOT_AT_BOOTH


@allow("budgeting.box.open")
def open_box(actor: Actor, round_: Round) -> Verdict:
    if not round_.on_paper:
        return no(_("This round was announced without booths. What was announced stands."), "box.none")
    if actor.holds(Role.TRIAGE, round_.host_id) or actor.holds(Role.FACILITATOR, round_.host_id):
        return OK
    return no(
        _("Only a triage official or a facilitator of the office that hosts the round may do that."),
        "mandate.triage",
    )


@allow("budgeting.box.hand")
def hand_ballot(actor: Actor, box: Box) -> Verdict:
    if not _at_booth(actor, box.pot.round):
        return NOT_AT_BOOTH
    if box.state != Box.State.OPEN:
        return BOX_CLOSED
    if not box.pot.round.takes_ballots(clock.now()):
        return no(_("The vote is not open now."), "budgeting.not_open")
    return OK


@allow(
    "budgeting.sheet.read",
    "budgeting.sheet.type",
    "budgeting.sheet.dispute",
    "budgeting.sheet.cast",
    "budgeting.sheet.spoil",
)
def read_sheet(actor: Actor, sheet: Sheet) -> Verdict:
    """While its box is open, after the end of the vote too: that is when most sheets are read."""
    if not _at_booth(actor, sheet.box.pot.round):
        return NOT_AT_BOOTH
    if sheet.box.state != Box.State.OPEN or not _goes_on(sheet.box.pot.round):
        return BOX_CLOSED
    if clock.now() < sheet.box.pot.round.votes_from:
        return no(_("The vote has not begun. Nobody can have filled in a sheet."), "box.early")
    return OK


def _goes_on(round_: Round) -> bool:
    """Neither counted nor called off."""
    return round_.state in (Round.State.BALLOT, Round.State.VOTING)


@allow("budgeting.box.close")
def close_box(actor: Actor, box: Box) -> Verdict:
    """Once nobody can be handed a ballot any more."""
    return _over(box) if _at_table(actor, box.pot.round) else NOT_AT_BOOTH


@allow("budgeting.box.adjust")
def adjust_box(actor: Actor, box: Box) -> Verdict:
    """That a box which does not add up is closed all the same says somebody else than those at the table."""
    return _over(box) if actor.holds(Role.APPROVER, box.pot.round.host_id) else NOT_APPROVER


def _over(box: Box) -> Verdict:
    if not _goes_on(box.pot.round):
        return BOX_CLOSED
    if clock.now() < box.pot.round.votes_until:
        return no(_("The vote goes on. A box is reconciled when it has ended."), "box.early")
    return OK
