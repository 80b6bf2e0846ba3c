"""What correcting it saves: estimated by one, verified by another, rewarded by a third, and what all learn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import traces
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.models import Trace
from madang.services.casework.domain import terms
from madang.services.casework.domain.telling import tell
from madang.services.casework.domain.waste import MOST
from madang.services.casework.logic import rewards
from madang.services.casework.models import Reward, Saving, WasteReport
from madang.services.casework.models.waste import SPENT, YEAR_DAYS


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the three figures of a saving; `amount` in won."""

    amount: int
    method: str
    document: str
    by: str


Figures = Mapping[str, Figure]
"""Baseline, actual and cost by their names."""

VERIFIED_BY_ANOTHER = _("Somebody else than the reporter and the one who estimated it has to verify.")


def _columns(figures: Figures) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for name in SPENT:
        figure = figures[name]
        if not 0 <= figure.amount <= MOST:
            raise RefusedError(
                _("Write the amount in won, from 0 to 1,000,000,000,000,000."), "waste.amount", status=422
            )
        if not (figure.method.strip() and figure.document.strip() and figure.by.strip()):
            raise RefusedError(
                _("Each figure needs how it was found, its document and who gave it."),
                "waste.figure",
                status=422,
            )
        columns |= {
            name: figure.amount,
            f"{name}_method": figure.method,
            f"{name}_document": figure.document,
            f"{name}_by": figure.by,
        }
    columns["net"] = columns["baseline"] - columns["actual"] - columns["cost"]
    return columns


def _keep(row: Saving) -> Saving:
    """Save it; the database refuses what the policies let through."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise RefusedError(VERIFIED_BY_ANOTHER, "four_eyes") from error
    return row


@transaction.atomic
def estimate(
    *, actor: Actor, report: WasteReport, period_from: date, days: int, figures: Figures, note: str
) -> Saving:
    """What the correction will save in a year at most, net of its cost.

    Raises:
        RefusedError: 403 by policy; 422 for a period above a year or figures without their proof.
    """
    if not 1 <= days <= YEAR_DAYS:
        raise RefusedError(
            _("A saving counts for one year at most. Write from 1 to 366 days."), "waste.year", status=422
        )
    columns = _columns(figures)
    fresh = move(
        report,
        "estimate",
        actor=actor,
        reason=note,
        payload={"net": columns["net"], "from": period_from.isoformat(), "days": days},
    )
    row = _keep(
        Saving(
            report=fresh,
            kind=Saving.Kind.ESTIMATE,
            period_from=period_from,
            days=days,
            note=note,
            at=clock.now(),
            by=actor.account,
            claimant_id=fresh.case.matter.author_id,
            **columns,
        )
    )
    tell(fresh.case, "waste_estimated", actor)
    return row


def last_estimate(report: WasteReport) -> Saving | None:
    """The estimate that stands."""
    return report.savings.filter(kind=Saving.Kind.ESTIMATE).last()


def ends(saving: Saving) -> date:
    """The day after the period of a saving."""
    return saving.period_from + timedelta(days=saving.days)


@transaction.atomic
def verify(*, actor: Actor, report: WasteReport, figures: Figures, note: str) -> Saving:
    """What was really saved in the period of the estimate, from executed accounts; it may be more or less, or a loss.

    Raises:
        RefusedError: 403 for who reported or estimated it, by policy and by the database; 422 while the period runs.
    """
    policy.require("casework.waste.verify", actor, report)
    columns, found = _columns(figures), last_estimate(report)
    if found is None:
        raise RefusedError(_("There is no estimate to verify yet."), "waste.no_estimate", status=409)
    if clock.today() < ends(found):
        raise RefusedError(
            _(
                "The period of the saving has not ended yet. Verify it from the executed accounts after its last day."
            ),
            "waste.period",
            status=422,
        )
    fresh = move(
        report,
        "verify",
        actor=actor,
        reason=note,
        payload={"net": columns["net"], "estimated": found.net},
        changes={"verified_at": clock.now()},
    )
    row = _keep(
        Saving(
            report=fresh,
            kind=Saving.Kind.VERIFIED,
            estimate=found,
            estimated_by_id=found.by_id,
            period_from=found.period_from,
            days=found.days,
            note=note,
            at=clock.now(),
            by=actor.account,
            claimant_id=fresh.case.matter.author_id,
            **columns,
        )
    )
    if fresh.line:
        traces.draw(
            actor=actor,
            kind=Trace.Kind.MEASURES,
            source=fresh.reference,
            target=fresh.line,
            evidence=f"{row.net}",
        )
    tell(fresh.case, "waste_verified", actor)
    return row


@transaction.atomic
def refute(*, actor: Actor, report: WasteReport, reason: str) -> WasteReport:
    """The estimate cannot be verified: another one is needed. The first stays on the record."""
    return move(report, "refute", actor=actor, reason=reason)


def verified(report: WasteReport) -> Saving | None:
    """The saving as it was verified."""
    return report.savings.filter(kind=Saving.Kind.VERIFIED).last()


@transaction.atomic
def reward(
    *, actor: Actor, report: WasteReport, kind: str, amount: int, reason: str, is_spreadable: bool = False
) -> Reward:
    """Give what the rule of today makes possible. A reward needs a name, which the register shows only if she agrees.

    Raises:
        RefusedError: 403 for reporter and verifier; 422 for a report without a name or an amount outside the rule.
    """
    policy.require("casework.waste.reward", actor, report)
    matter, saving = report.case.matter, verified(report)
    if saving is None:
        raise RefusedError(_("A reward follows a verified saving."), "waste.not_verified", status=409)
    if matter.author_id is None and not matter.author_label:
        raise RefusedError(
            _("A reward needs a name, because money is paid out. This report was filed without one."),
            "waste.nameless",
            status=422,
        )
    if actor.user is not None and saving.by_id == actor.user.pk:
        raise RefusedError(_("Who verified the saving does not decide about the reward."), "four_eyes")
    rule = terms.rule_of(terms.REWARD)
    limits = {one.kind: one for one in possible(report, rule.body, is_spreadable=is_spreadable)}
    if kind not in limits or not limits[kind].allows(amount):
        raise RefusedError(
            _("The rule does not allow this reward. Choose a kind and an amount that it names."),
            "waste.reward",
            status=422,
        )
    fresh = move(
        report,
        "reward",
        actor=actor,
        reason_code=kind,
        reason=reason,
        payload={"amount": amount, "rule": str(rule), "spreadable": is_spreadable},
    )
    try:
        with transaction.atomic():
            made = Reward.objects.create(
                report=fresh,
                kind=kind,
                amount=amount,
                is_spreadable=is_spreadable,
                rule=rule,
                reason=reason,
                at=clock.now(),
                by=actor.account,
                claimant_id=matter.author_id,
                verified_by_id=saving.by_id,
            )
    except IntegrityError as error:
        raise RefusedError(
            _("Who reported or verified it does not decide about the reward."), "four_eyes"
        ) from error
    tell(fresh.case, "waste_rewarded", actor)
    return made


def possible(
    report: WasteReport, body: Mapping[str, Any], *, is_spreadable: bool = False
) -> tuple[rewards.Possible, ...]:
    """Which rewards a rule makes possible for a report; none before its saving is verified."""
    saving = verified(report)
    if saving is None:
        return ()
    return rewards.possible(body, saved=saving.net, is_spreadable=is_spreadable)


@transaction.atomic
def decline(*, actor: Actor, report: WasteReport, reason: str) -> WasteReport:
    """No reward, with the reason."""
    fresh = move(report, "decline", actor=actor, reason=reason)
    tell(fresh.case, "waste_unrewarded", actor)
    return fresh


@transaction.atomic
def teach(*, actor: Actor, report: WasteReport, lesson: str) -> WasteReport:
    """What other offices learn from it, published without anything that names the reporter."""
    fresh = move(report, "teach", actor=actor, reason=lesson, changes={"lesson": lesson})
    tell(fresh.case, "waste_learned", actor)
    return fresh


@transaction.atomic
def consent(*, actor: Actor, report: WasteReport, may_name: bool) -> WasteReport:
    """The reporter lets the register name her, or no longer."""
    return move(report, "consent", actor=actor, changes={"may_name": may_name})
