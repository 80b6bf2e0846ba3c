"""Which proposals go on: taken further by an office, or not, by the answer that one drafts and another approves."""

from __future__ import annotations

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.domain import answers, handling
from madang.commons.matters.enums import Disposition
from madang.commons.matters.models import Answer, Matter
from madang.kernel.actors import Actor, system
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.services.budgeting.domain import telling
from madang.services.budgeting.models import Project, Proposal, Round
from madang.services.budgeting.reasons import CHOOSABLE, INADMISSIBLE, DropReason

REFUSING = (Disposition.REJECTED, Disposition.NOT_ADMISSIBLE)
UNDECIDED = (Proposal.State.SUBMITTED, Proposal.State.ELIGIBLE)
BEFORE_BALLOT = (Round.State.ANNOUNCED, Round.State.INTAKE, Round.State.SCREENING)
GOES_ON = (Project.State.WORKED_OUT, Project.State.COSTED, Project.State.ON_BALLOT, Project.State.FUNDED)
"""What is in such a project is not refused; where the voters passed it over, the answer may say so."""
BY_ANSWER = system("budgeting.answer")


def locked_before_ballot(round_id: int) -> Round:
    """The round under its lock, while its ballot is not fixed.

    Raises:
        RefusedError: 409 from then on.
    """
    fresh = Round.objects.select_for_update().get(pk=round_id)
    if fresh.state not in BEFORE_BALLOT:
        raise RefusedError(
            _("The ballot of this round is fixed. From now on it is corrected only in public."),
            "round.fixed",
            status=409,
        )
    return fresh


@transaction.atomic
def accept(*, actor: Actor, proposal: Proposal, reason: str) -> Proposal:
    """The office takes it further; the sentence says why and is published. Its answer comes when it is worked out."""
    locked_before_ballot(proposal.round_id)
    fresh = move(
        proposal,
        "accept",
        actor=actor,
        reason=reason,
        organisation=proposal.matter.responsible,
        changes={"drop_code": "", "was_eligible": True},
    )
    telling.of_proposal(fresh, "accepted", actor=actor)
    return fresh


@transaction.atomic
def turn_down(*, actor: Actor, proposal: Proposal, code: str, reason: str, next_step: str = "") -> Answer:
    """Draft the answer that it is not taken further, with its coded reason, and hand it to the approver.

    Nothing is dropped before the answer is published; then it is, by itself.

    Raises:
        RefusedError: 422 for an unknown reason, 409 where the proposal is not open any more.
    """
    if code not in dict(CHOOSABLE):
        raise RefusedError(
            _("Choose the reason from the list; the sentence explains it."), "proposal.reason", status=422
        )
    # The matter first, then the proposal: the order in which a published answer locks them.
    matter = Matter.objects.select_for_update().get(pk=proposal.pk)
    fresh = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if fresh.state not in UNDECIDED and not _is_in_dropped(fresh):
        raise RefusedError(
            _("This was changed meanwhile. Reload the page to see how it stands now."),
            "flow.state",
            status=409,
        )
    draft = answers.save(
        actor=actor,
        matter=matter,
        disposition=Disposition.NOT_ADMISSIBLE if code in INADMISSIBLE else Disposition.REJECTED,
        reason=reason,
        next_step=next_step,
    )
    # As the draft itself, the code is the office's own until it is published.
    Proposal.objects.filter(pk=fresh.pk).update(drop_code=code)
    return answers.submit(actor=actor, answer=draft)


def _is_in_dropped(proposal: Proposal) -> bool:
    project = proposal.project
    return (
        proposal.state == Proposal.State.JOINED
        and project is not None
        and project.state == Project.State.DROPPED
    )


def _of(matter_id: int) -> Proposal | None:
    rows = Proposal.objects.select_related("project", "round", "matter")
    return rows.filter(pk=matter_id).first()


def lacks(answer: Answer) -> list[str | Promise]:
    """What an answer to a proposal lacks beside what every answer needs; asked before it is handed on or published."""
    proposal = _of(answer.matter_id)
    if proposal is None or answer.disposition not in REFUSING:
        return []
    if proposal.state == Proposal.State.JOINED and proposal.project and proposal.project.state in GOES_ON:
        return [
            _("This proposal is part of a project. Take it out of the project first, or drop the project.")
        ]
    if proposal.state in UNDECIDED and not proposal.drop_code:
        return [
            _("Choose the reason from the list first: on the page of this proposal at the desk of the round.")
        ]
    return []


def follow_answer(matter_id: int) -> None:
    """The answer is published: what it refuses is dropped, with its code and its words."""
    proposal = _of(matter_id)
    if proposal is None:
        return
    answer = Answer.objects.filter(matter=matter_id, state=Answer.State.PUBLISHED).latest("version")
    if answer.disposition not in REFUSING:
        return
    code = proposal.drop_code
    if _is_in_dropped(proposal) and proposal.project is not None:
        code = code or proposal.project.drop_code
        # It stays written to which project it belonged: that is where it ended.
        proposal = move(proposal, "leave", actor=BY_ANSWER, reason=answer.reason)
    if proposal.state in UNDECIDED:
        move(
            proposal,
            "drop",
            actor=BY_ANSWER,
            reason_code=code,
            reason=answer.reason,
            organisation=answer.office,
            changes={"drop_code": code},
        )


def follow_objection(matter_id: int) -> None:
    """The author objects in time: it is looked at again, and the office answers anew."""
    proposal = _of(matter_id)
    if proposal is not None and proposal.state == Proposal.State.DROPPED:
        move(
            proposal,
            "reopen",
            actor=BY_ANSWER,
            reason=gettext("Its author objected to the answer."),
            changes={"drop_code": "", "project": None, "was_eligible": False},
        )


def follow_withdrawal(matter_id: int) -> None:
    """What is part of a project by then stays in it: others stand behind that."""
    proposal = _of(matter_id)
    if proposal is not None and proposal.state in UNDECIDED:
        move(proposal, "withdraw", actor=system("budgeting.withdrawal"))


def follow_merge(matter_id: int) -> None:
    """Its matter goes on in another one, and so does the proposal."""
    proposal = _of(matter_id)
    if proposal is not None and proposal.state in UNDECIDED:
        into = proposal.matter.merged_into
        move(
            proposal,
            "drop",
            actor=system("budgeting.merge"),
            reason_code=DropReason.MERGED,
            reason=gettext("It goes on in %(number)s.") % {"number": into.number if into else ""},
            changes={"drop_code": DropReason.MERGED},
        )


def owe_still(matter_id: int) -> None:
    """Whatever an office calls it, a proposal is owed an answer: an idea again, its clock runs again."""
    proposal = _of(matter_id)
    if proposal is not None and proposal.matter.state == "open":
        handling.qualify(actor=system("budgeting.proposal"), matter=proposal.matter)
