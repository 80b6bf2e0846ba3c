"""Telling the people whose proposal it is. Beside it stand the notices of matters: an answer is told by those."""

from __future__ import annotations

from typing import Any

from madang.commons.notices import api as notices
from madang.kernel.actors import Actor
from madang.services.budgeting.models import Project, Proposal, Round


def of_proposal(proposal: Proposal, what: str, *, actor: Actor, data: dict[str, Any] | None = None) -> None:
    """Its author and followers hear of it; what is hidden is told to its author alone."""
    matter = proposal.matter
    notices.tell(
        reference=matter.reference,
        kind=f"budgeting.{what}",
        title=matter.title,
        data=data,
        not_user=actor.user,
    )


def of_project(project: Project, what: str, *, actor: Actor, data: dict[str, Any] | None = None) -> None:
    """Followers of a project, and everybody whose proposal is in it."""
    rows = project.proposals.select_related("matter")
    notices.tell(
        reference=project.reference,
        kind=f"budgeting.{what}",
        title=project.title,
        data=data,
        also_references=[row.matter.reference for row in rows if row.is_public],
        not_user=actor.user,
    )


def of_vote(round_: Round, what: str, *, data: dict[str, Any] | None = None) -> None:
    """Everybody who follows the round, a project on its ballot or a proposal in one of these: each person once."""
    on_ballot = round_.projects.filter(state=Project.State.ON_BALLOT).select_related("round")
    proposals = Proposal.objects.filter(project__in=on_ballot, state=Proposal.State.JOINED)
    rows = proposals.select_related("matter")
    notices.tell(
        reference=round_.reference,
        kind=f"budgeting.{what}",
        title=round_.title_ko,
        data=data,
        also_references=[
            *(one.reference for one in on_ballot),
            *(one.matter.reference for one in rows if one.is_public),
        ],
    )


def of_round(round_: Round, what: str, *, actor: Actor, data: dict[str, Any] | None = None) -> None:
    """Everybody who follows the round; who proposed something does."""
    notices.tell(
        reference=round_.reference,
        kind=f"budgeting.{what}",
        title=round_.title_ko,
        data=data,
        not_user=actor.user,
    )
