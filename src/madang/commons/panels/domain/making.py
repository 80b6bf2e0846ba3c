"""Making a lottery: ordered by a person, made by the worker, the same however often it has to begin again."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from madang.commons.panels import verify_lot
from madang.commons.panels.logic import lottery, shortage
from madang.commons.panels.logic.leximin import NoPanelError
from madang.commons.panels.logic.model import Problem
from madang.commons.panels.logic.model import Quota as Bounds
from madang.commons.panels.models import Candidate, Panel, Quota, Round, Witness
from madang.kernel import clock, policy
from madang.kernel.actors import Actor, system
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.models import Role, User

LEAST_WITNESSES = 2
MOST_WITNESSES = 8
OCCUPIED = ("invited", "accepted")
UNDER_WAY = ("making", "prepared", "frozen", "open")
MOST_TRIES = 3
"""A lottery whose making has ended the worker so many times is not tried again by itself."""


class ShortageError(RefusedError):
    """No panel meets the quotas. `changes`: quota row, least and most seats with which one would."""

    def __init__(self, changes: list[tuple[Quota, int, int]]) -> None:
        super().__init__(
            _("No panel meets all quotas at once. Change the quotas that are named, or widen the register."),
            "panels.shortage",
            status=422,
        )
        self.changes = changes


class Task:
    """What the next draw of a panel has to do: who can be drawn, for how many seats, under which bounds."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.quotas = list(panel.quotas.all())
        seated = list(
            Candidate.objects.filter(panel=panel, seat__state__in=OCCUPIED).only("values", "household")
        )
        homes = {person.household for person in seated if person.household}
        self.people = [
            person
            for person in panel.candidates.filter(seat__isnull=True).only(
                "pk", "values", "household", "commit"
            )
            if person.household not in homes
        ]
        self.size = panel.size - len(seated)
        have = Counter((at, value) for person in seated for at, value in enumerate(person.values))
        self.bounds = tuple(
            Bounds(
                row.feature_order,
                row.value_order,
                max(0, row.low - have[row.feature_order, row.value_order]),
                max(0, row.high - have[row.feature_order, row.value_order]),
            )
            for row in self.quotas
        )

    def problem(self, bounds: tuple[Bounds, ...] | None = None) -> Problem:
        return Problem(
            people=tuple(tuple(person.values) for person in self.people),
            quotas=bounds or self.bounds,
            size=self.size,
            households=tuple(person.household for person in self.people),
            apart=self.panel.apart,
        )

    def shortage(self) -> list[tuple[Quota, int, int]]:
        """Empty when a panel exists.

        Raises:
            RefusedError: fewer people than seats, whatever the quotas.
        """
        if self.size < 1:
            raise RefusedError(_("Every seat is taken."), "panels.full", status=409)
        found = shortage.explain(self.problem()) if len(self.people) >= self.size else None
        if found is None:
            raise RefusedError(
                _("Only %(people)s people can be drawn for %(size)s seats. The register is too small.")
                % {"people": len(self.people), "size": self.size},
                "panels.too_few",
                status=422,
            )
        return [(self.quotas[change.quota], change.low, change.high) for change in found]

    def relaxed(self) -> tuple[Bounds, ...]:
        """The bounds after the smallest change that helps."""
        changed = {row.pk: (low, high) for row, low, high in self.shortage()}
        return tuple(
            Bounds(bound.feature, bound.value, *changed.get(row.pk, (bound.low, bound.high)))
            for row, bound in zip(self.quotas, self.bounds, strict=True)
        )


@transaction.atomic
def order(*, actor: Actor, panel: Panel, witnesses: Sequence[User], relax: bool = False) -> Round:
    """Ask the worker for a lottery over the seats that are free, and name the witnesses.

    Args:
        relax: widen quotas by the smallest change that helps; only for seats that became free.

    Raises:
        RefusedError: not allowed, a lot is under way (also by a second click), nothing to draw, wrong witnesses.
    """
    fresh = Panel.objects.select_for_update().get(pk=panel.pk)
    policy.require("panels.round.order", actor, Round(panel=fresh))
    _check_witnesses(fresh, witnesses)
    if fresh.rounds.filter(state__in=UNDER_WAY).exists():
        raise RefusedError(_("A lot is under way already."), "panels.under_way", status=409)
    if not fresh.source or fresh.state == Panel.State.CLOSED:
        raise RefusedError(_("Register and quotas come first."), "panels.no_plan", status=409)
    size = fresh.size - Candidate.objects.filter(panel=fresh, seat__state__in=OCCUPIED).count()
    if size < 1:
        raise RefusedError(_("Every seat is taken."), "panels.full", status=409)
    asked: dict[str, Any] = {
        "size": size,
        "relax": relax and fresh.state == Panel.State.SEATED,
        "prepared_at": clock.now(),
        "prepared_by": actor.user,
        "tries": 0,
        "trouble": "",
        "shortage": [],
    }
    told = {"seats": size, "witnesses": len(witnesses), "relax": asked["relax"]}
    failed = fresh.rounds.filter(state=Round.State.FAILED).first()
    if failed is not None:
        # Nothing of it was ever shown: the number is not lost.
        round_ = move(failed, "order", actor=actor, changes=asked, payload=told, organisation=fresh.host)
        round_.witnesses.all().delete()
    else:
        round_ = Round.objects.create(panel=fresh, number=fresh.rounds.count() + 1, **asked)
        audit.record(
            actor=actor,
            action="panels.round.order",
            target=round_.reference,
            before="",
            after=round_.state,
            payload=told,
            organisation=fresh.host,
            is_public=round_.is_public,
        )
    Witness.objects.bulk_create(
        Witness(round=round_, user=user, order=at) for at, user in enumerate(witnesses, start=1)
    )
    return round_


def make(round_: Round) -> Round:
    """Make the lottery of one that was ordered. The same register, quotas and seats give the same lottery.

    Whoever is killed meanwhile leaves the order as it was, and the next worker makes it from the beginning. Seats that
    were given back meanwhile count: then it stays ordered, and the next turn makes it.
    """
    by_itself = system("lot")
    if round_.tries >= MOST_TRIES:
        return move(round_, "fail", actor=by_itself, changes={"trouble": "panels.broken"})
    Round.objects.filter(pk=round_.pk, state=Round.State.MAKING).update(tries=F("tries") + 1)
    panel = Panel.objects.get(pk=round_.panel_id)
    began = time.perf_counter()
    task = Task(panel)
    try:
        bounds, made = _made(task, relax=round_.relax)
    except ShortageError as short:
        changes = [[quota.pk, low, high] for quota, low, high in short.changes]
        return move(
            round_, "fail", actor=by_itself, changes={"trouble": short.code, "shortage": changes, "tries": 0}
        )
    except RefusedError as refused:
        return move(round_, "fail", actor=by_itself, changes={"trouble": refused.code, "tries": 0})
    frozen = _frozen(panel, task, bounds, made, round_.number, round_.witnesses.count())
    seconds = time.perf_counter() - began
    with transaction.atomic():
        again = Task(Panel.objects.select_for_update().get(pk=panel.pk))
        if [person.commit for person in again.people] != [
            person.commit for person in task.people
        ] or again.bounds != task.bounds:
            Round.objects.filter(pk=round_.pk).update(tries=0)
            return round_
        return move(
            round_,
            "make",
            actor=by_itself,
            changes={
                "size": task.size,
                "people": [person.pk for person in task.people],
                "frozen": frozen,
                "digest": verify_lot.digest(frozen),
                "method": made.method,
                "seconds": round(seconds, 3),
                "tries": 0,
            },
            payload={"panels": len(made.panels)},
            organisation=panel.host,
        )


def _made(task: Task, *, relax: bool) -> tuple[tuple[Bounds, ...], lottery.Lottery]:
    changes = task.shortage()
    if changes and not relax:
        raise ShortageError(changes)
    bounds = task.relaxed() if changes else task.bounds
    try:
        return bounds, lottery.build(task.problem(bounds), lottery.PANELS)
    except NoPanelError:
        raise ShortageError(task.shortage()) from None


def make_ordered() -> int:
    """Make what was ordered, one after the other; how many were worked on."""
    waiting = Round.objects.filter(state=Round.State.MAKING).select_related("panel__host").order_by("pk")
    for round_ in waiting:
        try:
            make(round_)
        except RefusedError as refused:
            if refused.code != "flow.state":  # given up meanwhile
                raise
    return len(waiting)


def _check_witnesses(panel: Panel, witnesses: Sequence[User]) -> None:
    if not LEAST_WITNESSES <= len({user.pk for user in witnesses}) == len(witnesses) <= MOST_WITNESSES:
        raise RefusedError(_("Name two to eight different witnesses."), "panels.witnesses", status=422)
    for user in witnesses:
        if any(Actor(user=user).holds(role, panel.host_id) for role in Role.values):
            raise RefusedError(
                _("A witness must not work for the office that hosts the panel."),
                "witness.office",
                status=422,
            )


def _frozen(
    panel: Panel, task: Task, bounds: tuple[Bounds, ...], made: lottery.Lottery, number: int, witnesses: int
) -> dict[str, Any]:
    """What the digest is made of: no name, no value of a person, only commitments to them."""
    features: list[dict[str, Any]] = []
    for row in task.quotas:
        if row.feature_order == len(features):
            features.append({"name": row.feature, "values": []})
        features[row.feature_order]["values"].append(row.value)
    return {
        "format": verify_lot.FORMAT,
        "lot": f"lot:{panel.slug}:{number}",
        "size": task.size,
        "apart": int(panel.apart),
        "features": features,
        "quotas": [[one.feature, one.value, one.low, one.high] for one in bounds],
        "people": [person.commit for person in task.people],
        "panels": [list(one) for one in made.panels],
        "levels": list(made.levels),
        "proof": [{"count": one.count, "weights": list(one.weights)} for one in made.proof],
        "witnesses": witnesses,
    }
