"""A delegate weighs projects: conflicts first, then points by the rubric and a verdict, until the session closes."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.kernel.logic import rubric
from madang.services.budgeting.domain.delegating import locked, rubric_of
from madang.services.budgeting.models import (
    Assessment,
    Conflict,
    Delegate,
    Delegation,
    Hearing,
    Points,
    Project,
    Sitting,
)
from madang.services.budgeting.models.delegation import Against, Verdict


class OtherTabError(RefusedError):
    """She saved something else in another window meanwhile; nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            _("You have saved this project in another window meanwhile. What you chose here is below and not saved yet: save again to replace the other."),
            "assessment.stale",
            status=409,
        )  # fmt: skip


def _locked(actor: Actor, delegate: Delegate) -> tuple[Delegate, Delegation]:
    """The delegate and her delegation, held against closing and against her own second window."""
    delegation = locked(delegate.delegation)
    fresh = Delegate.objects.select_for_update(of=("self",)).get(pk=delegate.pk)
    policy.require("budgeting.delegate.score", actor, fresh)
    fresh.delegation = delegation
    return fresh, delegation


def own_projects(delegate: Delegate) -> set[int]:
    """Keys of the round's projects into which a proposal of hers went: there she has a conflict whatever she declares."""
    rows = delegate.delegation.round.proposals.filter(matter__author=delegate.user_id, project__isnull=False)
    return {key for key in rows.values_list("project_id", flat=True) if key is not None}


def heard(delegation: Delegation) -> dict[int, Hearing]:
    """Projects that stand in a session, by key, with it."""
    rows = Hearing.objects.filter(sitting__delegation=delegation).select_related("sitting", "project")
    return {row.project_id: row for row in rows}


@transaction.atomic
def declare(*, actor: Actor, delegate: Delegate, conflicts: Mapping[int, str]) -> Delegate:
    """Say with which projects (by key) there is a conflict, and of which kind; none is an answer too.

    It can be said anew: points for a project in conflict go. Of sessions that are closed nothing changes any more.

    Raises:
        RefusedError: 422 for a project in no session or an unknown kind.
    """
    fresh, delegation = _locked(actor, delegate)
    known = heard(delegation)
    if not conflicts.keys() <= known.keys() or any(
        kind not in Conflict.Kind.values for kind in conflicts.values()
    ):
        raise RefusedError(_("Choose from the list."), "delegate.unknown", status=422)
    open_ = {key for key, row in known.items() if row.sitting.state != Sitting.State.CLOSED}
    told = {key: kind for key, kind in conflicts.items() if key in open_}
    told |= dict.fromkeys(own_projects(fresh) & open_, str(Conflict.Kind.OWN))
    fresh.conflicts.filter(project__in=open_).delete()
    Conflict.objects.bulk_create(
        Conflict(delegate=fresh, project_id=key, kind=kind) for key, kind in sorted(told.items())
    )
    fresh.assessments.filter(project__in=told).delete()
    fresh.declared_at = clock.now()
    fresh.save(update_fields=["declared_at"])
    # Not how many: with the time of the act the number would lead to her.
    audit.record(actor=actor, action="budgeting.delegate.declare", target=fresh.reference, is_public=False)
    return fresh


@transaction.atomic
def assess(
    *,
    actor: Actor,
    delegate: Delegate,
    project: Project,
    points: Mapping[int, int],
    verdict: str,
    reason_code: str = "",
    seen: int = 0,
) -> Assessment:
    """Points in every criterion (by key) and a verdict; revisable until the session closes.

    Args:
        seen: the version that stood in the form, 0 where there was none.

    Raises:
        OtherTabError: 409, another window was faster.
        RefusedError: 403 without a seat, before conflicts are declared and for a project in conflict; 409 outside an open
            session; 422 for points out of the scale, a missing verdict or a missing reason.
    """
    fresh, delegation = _locked(actor, delegate)
    hearing = heard(delegation).get(project.pk)
    if hearing is None or hearing.sitting.state != Sitting.State.OPEN:
        raise RefusedError(
            _("This project is scored while its session is open. It is not open now."),
            "sitting.not_open",
            status=409,
        )
    if fresh.declared_at is None:
        raise RefusedError(_("Declare conflicts first, or that there are none."), "delegate.undeclared")
    if project.pk in own_projects(fresh) or fresh.conflicts.filter(project=project).exists():
        raise RefusedError(
            _("You have a conflict of interest with this project and do not score it."), "delegate.conflict"
        )
    try:
        rubric.mark(points, rubric_of(delegation), most=delegation.most)
    except ValueError as error:
        raise RefusedError(
            _("Give points from 0 to %(most)s in every criterion.") % {"most": delegation.most},
            "assessment.points",
            status=422,
        ) from error
    if verdict not in Verdict.values:
        raise RefusedError(_("Choose what you recommend."), "assessment.verdict", status=422)
    code = reason_code if verdict == Verdict.AGAINST else ""
    if verdict == Verdict.AGAINST and code not in Against.values:
        raise RefusedError(
            _("Choose why you do not recommend it from the list."), "assessment.reason", status=422
        )
    row = fresh.assessments.filter(project=project).first()
    if (row.version if row is not None else 0) != seen:
        raise OtherTabError
    if row is None:
        row = Assessment(delegate=fresh, project=project, version=0)
    row.verdict, row.reason_code, row.version = verdict, code, row.version + 1
    row.save()
    row.points.all().delete()
    Points.objects.bulk_create(
        Points(assessment=row, criterion_id=key, given=given) for key, given in points.items()
    )
    return row
