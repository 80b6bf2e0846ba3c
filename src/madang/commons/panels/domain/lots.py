"""Making a lottery, freezing it, and drawing from it with a seed that nobody chooses alone."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.ledger import api as ledger
from madang.commons.panels import verify_lot
from madang.commons.panels.domain import seats
from madang.commons.panels.logic import lottery, shortage
from madang.commons.panels.logic.leximin import NoPanelError
from madang.commons.panels.logic.model import Problem
from madang.commons.panels.logic.model import Quota as Bounds
from madang.commons.panels.models import Candidate, Panel, Quota, Round, Witness
from madang.kernel import clock, policy
from madang.kernel.actors import Actor, system
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.models import Outbox, Role, User

LEAST_WITNESSES = 2
MOST_WITNESSES = 8
DICE = re.compile(r"[1-6]{10}")
OCCUPIED = ("invited", "accepted")


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


def prepare(*, actor: Actor, panel: Panel, witnesses: Sequence[User], relax: bool = False) -> Round:
    """Make the lottery for the seats that are free and name the witnesses. Takes seconds for a thousand people.

    Args:
        relax: widen quotas by the smallest change that helps; only for seats that became free.

    Raises:
        ShortageError: no panel meets the quotas.
        RefusedError: not allowed, a lot is under way, too few or wrong witnesses.
    """
    policy.require("panels.panel.prepare", actor, panel)
    _check_witnesses(panel, witnesses)
    panel.refresh_from_db()
    task = Task(panel)
    if not task.quotas or panel.state == Panel.State.CLOSED:
        raise RefusedError(_("Register and quotas come first."), "panels.no_plan", status=409)
    changes = task.shortage()
    if changes and not (relax and panel.state == Panel.State.SEATED):
        raise ShortageError(changes)
    bounds = task.relaxed() if changes else task.bounds
    began = time.perf_counter()
    try:
        made = lottery.build(task.problem(bounds), lottery.PANELS)
    except NoPanelError:
        raise ShortageError(task.shortage()) from None
    seconds = time.perf_counter() - began
    number = panel.rounds.count() + 1
    frozen = _frozen(panel, task, bounds, made, number, len(witnesses))
    with transaction.atomic():
        fresh = Panel.objects.select_for_update().get(pk=panel.pk)
        again = Task(fresh)
        if (
            [person.commit for person in again.people] != [person.commit for person in task.people]
            or again.bounds != task.bounds
            or fresh.rounds.count() + 1 != number
            or fresh.rounds.filter(state__in=("prepared", "frozen", "open")).exists()
        ):
            raise RefusedError(
                _(
                    "Something was changed while the lottery was made, or a lot is under way. Reload the page."
                ),
                "panels.changed",
                status=409,
            )
        round_ = Round.objects.create(
            panel=fresh,
            number=number,
            size=task.size,
            prepared_at=clock.now(),
            prepared_by=actor.account,
            people=[person.pk for person in task.people],
            frozen=frozen,
            digest=verify_lot.digest(frozen),
            method=made.method,
            seconds=round(seconds, 3),
        )
        Witness.objects.bulk_create(
            Witness(round=round_, user=user, order=order) for order, user in enumerate(witnesses, start=1)
        )
    return round_


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


@transaction.atomic
def freeze(*, actor: Actor, round_: Round) -> Round:
    """Put the digest of the lottery into the public log, before any seed exists."""
    move(
        round_,
        "freeze",
        actor=actor,
        payload={
            "digest": round_.digest,
            "seats": round_.size,
            "people": len(round_.frozen["people"]),
            "panels": len(round_.frozen["panels"]),
            "witnesses": round_.frozen["witnesses"],
        },
        organisation=round_.panel.host,
    )
    entry = (
        Outbox.objects.filter(audit__target=round_.reference, audit__action="panels.round.freeze")
        .order_by("-pk")
        .first()
    )
    Round.objects.filter(pk=round_.pk).update(entry=entry)
    round_.refresh_from_db()
    return round_


def open_(*, actor: Actor, round_: Round) -> Round:
    """Note the published state of the log that holds the freeze; from now on dice may be thrown.

    Raises:
        RefusedError: the log has not published the entry yet; it does so within a minute.
    """
    policy.require("panels.round.open", actor, round_)
    proof = ledger.receipt_proof(round_.entry_id) if round_.entry_id else None
    if proof is None:
        raise RefusedError(
            _("The public log has not published the freeze yet. It does so within a minute; then go on."),
            "lot.not_logged",
            status=409,
        )
    return move(
        round_,
        "open",
        actor=actor,
        changes={"root": proof["root"], "log": proof["checkpoint"]},
        payload={"root": proof["root"], "entries": proof["size"]},
        organisation=round_.panel.host,
    )


@transaction.atomic
def throw(*, actor: Actor, round_: Round, dice: str) -> Round:
    """A witness's ten dice. The last throw draws.

    Raises:
        RefusedError: not a witness, not ten dice, thrown already, or not the time for it.
    """
    if not DICE.fullmatch(dice):
        raise RefusedError(
            _("Type ten dice as ten digits from 1 to 6, for example 3641522416."), "lot.dice", status=422
        )
    fresh = move(round_, "throw", actor=actor, payload={"dice": dice})
    thrown = Witness.objects.filter(round=fresh, user=actor.account, dice="").update(
        dice=dice, thrown_at=clock.now()
    )
    if not thrown:
        raise RefusedError(_("You have thrown already; a throw stands."), "lot.thrown", status=409)
    if not fresh.witnesses.filter(dice="").exists():
        fresh = _draw(fresh)
    return fresh


def _draw(round_: Round) -> Round:
    """The number follows from digest, root and dice; the panel of that number is seated."""
    throws = list(round_.witnesses.order_by("order").values_list("dice", flat=True))
    seed = verify_lot.seed_of(round_.digest, round_.root, throws)
    number = verify_lot.number_of(seed, len(round_.frozen["panels"]))
    by_itself = system("lot")
    fresh = move(
        round_,
        "draw",
        actor=by_itself,
        changes={"seed": seed, "drawn": number, "drawn_at": clock.now()},
        payload={"seed": seed, "number": number},
        organisation=round_.panel.host,
    )
    seats.invite(fresh, [fresh.people[at] for at in fresh.frozen["panels"][number - 1]])
    if fresh.panel.state == Panel.State.DRAFT:
        fresh.panel = move(fresh.panel, "fill", actor=by_itself, organisation=fresh.panel.host)
    return fresh


def void(*, actor: Actor, round_: Round, reason: str) -> Round:
    """Give up a lot before it is drawn, for a published reason. A new one is made and frozen anew."""
    return move(round_, "void", actor=actor, reason=reason, organisation=round_.panel.host)
