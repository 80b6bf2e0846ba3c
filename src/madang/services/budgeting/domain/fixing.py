"""The ballot of a round: fixed once with every project and its cost, then corrected only in public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from madang.commons.matters.models import Answer
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.services.budgeting.domain import delegating, projects, telling
from madang.services.budgeting.models import Project, Proposal, Round


@dataclass(frozen=True, slots=True)
class Hindrances:
    """What has to be done before the ballot can be fixed. Savings end with their answer: none stands on a ballot."""

    unanswered: tuple[Proposal, ...]
    """Handed in, and neither taken further nor answered."""
    homeless: tuple[Proposal, ...]
    """Eligible, and part of no project."""
    uncosted: tuple[Project, ...]
    """Worked out still, without an estimate."""
    too_costly: tuple[Project, ...]
    """Estimated above the money of their pot: nobody's vote could pay them."""
    is_empty: bool
    """No project is there to vote about."""
    is_unweighed: bool = False
    """The rule counts the marks of a delegation, and some pot has none yet."""

    def __bool__(self) -> bool:
        return bool(
            self.unanswered
            or self.homeless
            or self.uncosted
            or self.too_costly
            or self.is_empty
            or self.is_unweighed
        )

    def sentences(self) -> list[str]:
        """Each as a sentence that names what it is about."""
        found = []
        if self.unanswered:
            found.append(_("Not decided yet: %(which)s.") % {"which": _numbers(self.unanswered)})
        if self.homeless:
            found.append(_("Eligible, but in no project: %(which)s.") % {"which": _numbers(self.homeless)})
        if self.uncosted:
            found.append(_("Projects without an estimate: %(which)s.") % {"which": _codes(self.uncosted)})
        if self.too_costly:
            found.append(
                _("Projects that cost more than their pot has: %(which)s.")
                % {"which": _codes(self.too_costly)}
            )
        if self.is_unweighed:
            found.append(
                _("The delegation has to publish its marks first: they are a part of the count in every pot.")
            )
        if self.is_empty:
            found.append(_("There is no estimated project to vote about."))
        return found


def _numbers(rows: tuple[Proposal, ...]) -> str:
    return ", ".join(row.matter.number or "–" for row in rows)


def _codes(rows: tuple[Project, ...]) -> str:
    return ", ".join(row.code for row in rows)


def hindrances(round_: Round) -> Hindrances:
    """What stands against fixing the ballot now."""
    rows = round_.proposals.select_related("matter").order_by("matter__number")
    costed = round_.projects.filter(state=Project.State.COSTED)
    return Hindrances(
        unanswered=tuple(rows.filter(state=Proposal.State.SUBMITTED)),
        homeless=tuple(rows.filter(state=Proposal.State.ELIGIBLE, kind=Proposal.Kind.PROJECT)),
        uncosted=tuple(round_.projects.filter(state=Project.State.WORKED_OUT)),
        too_costly=tuple(costed.filter(cost__gt=F("pot__amount"))),
        is_empty=not costed.exists(),
        is_unweighed=delegating.lacks(round_),
    )


def may_object_until(round_: Round) -> date | None:
    """The last day on which the author of a dropped proposal may still object; None where nobody can any more.

    An objection that comes after the ballot is fixed is answered too, but adds nothing to it.
    """
    limit, days = int(round_.rule.body.get("objections", 1)), int(round_.rule.body.get("objection_days", 15))
    last = (
        Answer.objects.filter(
            state=Answer.State.PUBLISHED,
            version__lte=limit,
            matter__state="answered",
            matter__in=round_.proposals.filter(state=Proposal.State.DROPPED).values("matter"),
        )
        .exclude(matter__answers__version__gt=limit)
        .aggregate(last=Max("published_at"))["last"]
    )
    until = clock.seoul(last).date() + timedelta(days=days) if last is not None else None
    return until if until is not None and until >= clock.today() else None


@transaction.atomic
def fix_ballot(*, actor: Actor, round_: Round, reason: str) -> Round:
    """Every estimated project stands on the ballot of its pot; which ones, at which cost, stands in the log.

    Raises:
        RefusedError: 422 while a project has no estimate or a proposal is undecided, naming them.
    """
    locked = Round.objects.select_for_update().get(pk=round_.pk)
    listed = list(locked.projects.filter(state=Project.State.COSTED).select_related("pot"))
    fixed = move(
        locked,
        "fix_ballot",
        actor=actor,
        reason=reason,
        organisation=locked.host,
        payload={
            "ballot": [
                {"pot": one.pot.code, "project": one.code, "title": one.title, "cost": one.cost}
                for one in listed
            ]
        },
    )
    found = hindrances(fixed)
    if found:
        raise RefusedError(" ".join(found.sentences()), "ballot.open", status=422)
    for one in listed:
        move(one, "put_on", actor=actor, payload={"cost": one.cost})
    telling.of_round(fixed, "ballot_fixed", actor=actor)
    return fixed


@transaction.atomic
def recost(*, actor: Actor, project: Project, amount: int, low: int, high: int, reason: str) -> Project:
    """A cost on the fixed ballot was wrong: the new one, why, and the old one beside it; everybody who proposed hears of it.

    Raises:
        RefusedError: 422 where nothing changes, the amounts are out of order, or the pot has less.
    """
    projects.require_range(amount, low, high)
    # The round first, then the project: the order in which the ballot is fixed.
    locked = Round.objects.select_for_update().get(pk=project.round_id)
    fresh = Project.objects.select_for_update().select_related("pot").get(pk=project.pk)
    if amount == fresh.cost:
        raise RefusedError(_("This is the cost that stands already."), "recost.same", status=422)
    if amount > fresh.pot.amount:
        raise RefusedError(
            _("That is more than the pot has. Take the project off the ballot instead."),
            "recost.pot",
            status=422,
        )
    payload = {"project": fresh.code, "from": fresh.cost, "to": amount}
    _correct(actor, locked, reason, payload)
    done = move(fresh, "recost", actor=actor, reason=reason, payload=payload, changes={"cost": amount})
    projects.keep(actor, done, amount=amount, low=low, high=high, method=reason, reason=reason)
    _tell(actor, locked, done)
    return done


@transaction.atomic
def strike(*, actor: Actor, project: Project, code: str, reason: str) -> Project:
    """A project on the fixed ballot cannot be: off with it, in public; everybody who proposed hears of it."""
    projects.require_reason(code)
    locked = Round.objects.select_for_update().get(pk=project.round_id)
    _correct(actor, locked, reason, {"project": project.code, "dropped": code})
    done = move(project, "drop", actor=actor, reason_code=code, reason=reason, changes={"drop_code": code})
    _tell(actor, locked, done)
    return done


def _correct(actor: Actor, round_: Round, reason: str, payload: dict[str, Any]) -> None:
    move(round_, "correct", actor=actor, reason=reason, organisation=round_.host, payload=payload)


def _tell(actor: Actor, round_: Round, project: Project) -> None:
    telling.of_project(project, "corrected", actor=actor)
    telling.of_round(round_, "round_corrected", actor=actor, data={"project": project.code})
