"""Who may do what at the desk of cases, and why not."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.commons.matters.models import Matter
from madang.commons.matters.policies import NOT_AUTHOR, NOT_OFFICE, in_office, is_author
from madang.kernel.actors import Actor
from madang.kernel.models import Role
from madang.kernel.policy import OK, Verdict, allow, can, no
from madang.services.casework.models import AnswerTemplate, Consultation, Review

NOT_APPROVER = no(_("Only an approver of the office changes its templates."), "mandate.approver")
NOT_ASKED = no(_("Only the office that was asked gives this opinion."), "mandate.asked")


@allow("casework.template.edit")
def edit_template(actor: Actor, template: AnswerTemplate) -> Verdict:
    """What an office says again and again is written by whoever answers for it."""
    return OK if actor.holds(Role.APPROVER, template.office_id) else NOT_APPROVER


@allow("casework.template.use")
def use_template(actor: Actor, template: AnswerTemplate) -> Verdict:
    if actor.holds(Role.OFFICER, template.office_id) or actor.holds(Role.APPROVER, template.office_id):
        return OK
    return no(_("This template belongs to another office."), "mandate.office")


@allow("casework.matter.consult", "casework.matter.together", "casework.matter.find_repeat")
def work(actor: Actor, matter: Matter) -> Verdict:
    """Acts of the office that answers; triage puts together what has no office yet."""
    if in_office(actor, matter):
        return OK
    if matter.state == "triage" and actor.holds(Role.TRIAGE, matter.host_id):
        return OK
    return NOT_OFFICE


@allow("casework.matter.note", "casework.matter.flag")
def note(actor: Actor, matter: Matter) -> Verdict:
    """Whoever has it on the desk; nobody else reads notes either."""
    return can("matters.matter.desk", actor, matter)


@allow("casework.consultation.answer")
def give_opinion(actor: Actor, row: Consultation) -> Verdict:
    """The office that was asked; an expert outside is heard by the office that asks, which writes it down."""
    if row.office_id is None:
        return OK if in_office(actor, row.matter) else NOT_OFFICE
    if actor.holds(Role.OFFICER, row.office_id) or actor.holds(Role.APPROVER, row.office_id):
        return OK
    return NOT_ASKED


@allow("casework.consultation.take_back")
def take_back(actor: Actor, row: Consultation) -> Verdict:
    return OK if in_office(actor, row.matter) else NOT_OFFICE


@allow("casework.repeat.review")
def ask_review(actor: Actor, matter: Matter) -> Verdict:
    return OK if is_author(actor, matter) else NOT_AUTHOR


@allow("casework.review.uphold", "casework.review.refuse")
def decide_review(actor: Actor, row: Review) -> Verdict:
    """As for opening the case again; and nobody decides who wrote or approved the closing."""
    matter = row.repeat.matter
    verdict = can("matters.matter.reconsider", actor, matter)
    if not verdict:
        return verdict
    mine = actor.user is not None and (
        matter.answers.filter(approved_by=actor.user).exists()
        or matter.answers.filter(writers=actor.user).exists()
    )
    return no(_("Somebody else decides: you wrote or approved the closing."), "four_eyes") if mine else OK
