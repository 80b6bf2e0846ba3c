"""Working proposals out: projects, the offices that share them, what they would cost."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.models import Organisation, Role
from madang.services.budgeting.domain import telling
from madang.services.budgeting.domain.screening import locked_before_ballot
from madang.services.budgeting.limits import AMOUNT_MAX
from madang.services.budgeting.models import Estimate, Part, Project, Proposal
from madang.services.budgeting.reasons import CHOOSABLE

WORKING = (Project.State.WORKED_OUT, Project.State.COSTED)


@transaction.atomic
def begin(*, actor: Actor, proposal: Proposal, title: str, about: str, reason: str) -> Project:
    """Make a project of an eligible proposal. The office that has the proposal leads; the project's number is the next."""
    fresh = locked_before_ballot(proposal.round_id)
    policy.require("budgeting.project.begin", actor, proposal)
    made = Project.objects.create(
        round=fresh,
        pot=proposal.pot,
        code=f"{fresh.projects.count() + 1:03d}",
        title=title,
        about=about,
        created_at=clock.now(),
    )
    office = proposal.matter.responsible
    Part.objects.create(project=made, office=office, leads=True)
    audit.record(
        actor=actor,
        action="budgeting.project.begin",
        target=made.reference,
        after=made.state,
        organisation=office,
        is_public=made.is_public,
        payload={"title": title, "pot": proposal.pot.code, "from": proposal.matter.number},
    )
    _join(actor, proposal, made, reason)
    return made


@transaction.atomic
def join(*, actor: Actor, proposal: Proposal, project: Project, reason: str) -> Proposal:
    """Take an eligible proposal into a project of the same round, alone or beside others.

    Raises:
        RefusedError: 422 for a project of another round, 409 for one that is not worked on any more.
    """
    locked_before_ballot(proposal.round_id)
    fresh = Project.objects.select_for_update().get(pk=project.pk)
    if fresh.round_id != proposal.round_id:
        raise RefusedError(_("Choose a project of this round."), "project.round", status=422)
    if fresh.state not in WORKING:
        raise RefusedError(
            _("This project is not worked on any more. Choose another one."), "project.over", status=409
        )
    return _join(actor, proposal, fresh, reason)


def _join(actor: Actor, proposal: Proposal, project: Project, reason: str) -> Proposal:
    joined = move(
        proposal,
        "join",
        actor=actor,
        reason=reason,
        organisation=proposal.matter.responsible,
        payload={"project": project.code},
        changes={"project": project},
    )
    telling.of_proposal(joined, "joined", actor=actor, data={"project": project.code})
    return joined


@transaction.atomic
def leave(*, actor: Actor, proposal: Proposal, reason: str) -> Proposal:
    """Take a proposal out of its project; it is eligible again."""
    locked_before_ballot(proposal.round_id)
    left = move(
        proposal,
        "leave",
        actor=actor,
        reason=reason,
        organisation=proposal.matter.responsible,
        payload={"project": proposal.project.code if proposal.project else ""},
        changes={"project": None},
    )
    telling.of_proposal(left, "left", actor=actor)
    return left


@transaction.atomic
def add_part(*, actor: Actor, project: Project, office: Organisation, task: str) -> Part:
    """Another office does a part of it. A project that spans offices is one project, and one of them leads.

    Raises:
        RefusedError: 409 where the office has a part already.
    """
    locked_before_ballot(project.round_id)
    fresh = Project.objects.select_for_update().get(pk=project.pk)
    policy.require("budgeting.project.work", actor, fresh)
    if fresh.parts.filter(office=office).exists():
        raise RefusedError(_("This office has a part in the project already."), "part.once", status=409)
    made = Part.objects.create(project=fresh, office=office, task=task)
    audit.record(
        actor=actor,
        action="budgeting.project.add_part",
        target=fresh.reference,
        organisation=office,
        is_public=fresh.is_public,
        payload={"office": office.code, "task": task},
    )
    return made


def _office_of(actor: Actor, project: Project) -> Organisation | None:
    """The office for which somebody works on a project; it stands beside the act."""
    held = actor.offices(Role.OFFICER)
    rows = project.parts.select_related("office")
    return next((part.office for part in rows if part.office_id in held), None)


@transaction.atomic
def estimate(
    *, actor: Actor, project: Project, amount: int, low: int, high: int, method: str, reason: str = ""
) -> Estimate:
    """Say what it would cost, in which range and how that was found. A later estimate says why it differs.

    Raises:
        RefusedError: 422 for amounts out of order or a change without its reason.
    """
    locked_before_ballot(project.round_id)
    require_range(amount, low, high)
    is_first = not project.estimates.exists()
    if not is_first and not reason.strip():
        raise RefusedError(
            _("Say why the estimate differs from the one before."), "estimate.reason", status=422
        )
    fresh = move(
        project,
        "estimate",
        actor=actor,
        reason=reason or method,
        organisation=_office_of(actor, project),
        payload={"from": project.cost, "to": amount, "low": low, "high": high, "method": method},
        changes={"cost": amount},
    )
    made = keep(actor, fresh, amount=amount, low=low, high=high, method=method, reason=reason)
    telling.of_project(fresh, "estimated", actor=actor)
    return made


def require_range(amount: int, low: int, high: int) -> None:
    """Refuse amounts that are no range of won around an estimate."""
    if not 0 < low <= amount <= high <= AMOUNT_MAX:
        raise RefusedError(
            _("Give the three amounts in order: the least, the estimate, the most, each above zero."),
            "estimate.range",
            status=422,
        )


def keep(
    actor: Actor, project: Project, *, amount: int, low: int, high: int, method: str, reason: str
) -> Estimate:
    """Add the row of an estimate whose act is recorded already."""
    return Estimate.objects.create(
        project=project,
        amount=amount,
        low=low,
        high=high,
        method=method,
        reason=reason,
        by=actor.account,
        at=clock.now(),
    )


@transaction.atomic
def drop(*, actor: Actor, project: Project, code: str, reason: str) -> Project:
    """It cannot be, with a coded reason and a sentence. Its proposals are answered with it, and may object.

    Raises:
        RefusedError: 422 for an unknown reason, 409 once the ballot is fixed (`fixing.strike` then).
    """
    require_reason(code)
    locked_before_ballot(project.round_id)
    fresh = move(
        project,
        "drop",
        actor=actor,
        reason_code=code,
        reason=reason,
        organisation=_office_of(actor, project),
        changes={"drop_code": code},
    )
    telling.of_project(fresh, "project_dropped", actor=actor)
    return fresh


def require_reason(code: str) -> None:
    """Refuse a reason that is not in the list."""
    if code not in dict(CHOOSABLE):
        raise RefusedError(
            _("Choose the reason from the list; the sentence explains it."), "project.reason", status=422
        )


@transaction.atomic
def reopen(*, actor: Actor, project: Project, reason: str) -> Project:
    """It is worked on again."""
    locked_before_ballot(project.round_id)
    fresh = move(
        project,
        "reopen",
        actor=actor,
        reason=reason,
        organisation=_office_of(actor, project),
        changes={"drop_code": "", "cost": None},
    )
    telling.of_project(fresh, "project_reopened", actor=actor)
    return fresh
