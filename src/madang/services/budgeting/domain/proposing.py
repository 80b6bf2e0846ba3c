"""Filing a proposal: a matter that is owed an answer, and beside it what the round has to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.matters import api as matters
from madang.commons.notices import api as notices
from madang.kernel import plan, policy
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.models import User
from madang.services.budgeting.limits import VALUES_MAX
from madang.services.budgeting.models import Pot, Proposal, Round, Touched


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What handing in gives back; `is_new` is False where this form had filed it before."""

    proposal: Proposal
    is_new: bool


@transaction.atomic
def file(
    *,
    actor: Actor,
    round_: Round,
    pot: Pot,
    title: str,
    body: str,
    kind: str = Proposal.Kind.PROJECT,
    amount: int | None = None,
    place: str = "",
    district: str = "",
    point: tuple[float, float] | None = None,
    group_name: str = "",
    values: Sequence[tuple[int, str]] = (),
    form_key: str = "",
) -> HandedIn:
    """Hand a proposal in: its number, its office and its clock stand from this moment, under the rule of the round.

    The words arrive cleaned (`text.clean`). Its author follows it, and the round.

    Args:
        amount: won that it would cost, or save in a year, as the proposer thinks.
        point: latitude and longitude of the place it is about, in degrees.
        values: numbers of social values of the plan, each with a sentence; three at most.
        form_key: of the form; a second call with the same key by the same person files nothing.

    Raises:
        RefusedError: 403 without an account or outside the dates; 422 for another round's pot or wrong values.
    """
    # Nobody files while the round is called off, or in the second in which it stops taking proposals.
    fresh = Round.objects.select_for_update(no_key=True).get(pk=round_.pk)
    policy.require("budgeting.proposal.file", actor, fresh)
    user = actor.account
    if form_key:
        # Two tabs of one form wait here for each other.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        before = Proposal.objects.filter(form_key=form_key, matter__author=user).first()
        if before is not None:
            return HandedIn(before, False)
    if pot.round_id != fresh.pk:
        raise RefusedError(_("Choose a pot of this round."), "proposal.pot", status=422)
    _require_values(values)
    filed = matters.file(
        actor=actor,
        kind=matters.Kind.IDEA,
        title=title,
        body=body,
        rule=fresh.rule,
        host=fresh.host,
        origin=matters.Origin.ORGANISED if group_name else matters.Origin.INDIVIDUAL,
        group_name=group_name,
        state=matters.State.TRIAGE,
    )
    made = Proposal.objects.create(
        matter=filed.matter,
        round=fresh,
        pot=pot,
        kind=kind,
        amount=amount,
        place=place,
        district=district,
        latitude=point[0] if point else None,
        longitude=point[1] if point else None,
        form_key=form_key or None,
    )
    Touched.objects.bulk_create(Touched(proposal=made, value=number, why=why) for number, why in values)
    notices.follow(reference=fresh.reference, user=user, why="follower")
    # Once more: when the matter was filed, the index could not know district and value yet.
    matters.put_in_index(filed.matter.pk)
    return HandedIn(made, True)


def _require_values(values: Sequence[tuple[int, str]]) -> None:
    known = {value.number for value in plan.load().values}
    numbers = [number for number, _why in values]
    if len(numbers) > VALUES_MAX or len(set(numbers)) < len(numbers) or not known.issuperset(numbers):
        raise RefusedError(
            _("Choose up to three different social values from the list."), "proposal.values", status=422
        )
    if not all(why.strip() for _number, why in values):
        raise RefusedError(
            _("Say in a sentence how the proposal serves each value you chose."),
            "proposal.values",
            status=422,
        )
