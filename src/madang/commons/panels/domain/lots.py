"""Freezing a lottery and drawing from it with a seed that nobody chooses alone."""

from __future__ import annotations

import re

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.ledger import api as ledger
from madang.commons.panels import verify_lot
from madang.commons.panels.domain import seats
from madang.commons.panels.models import Panel, Round, Witness
from madang.kernel import clock, policy
from madang.kernel.actors import Actor, system
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.models import Outbox

DICE = re.compile(r"[1-6]{10}")


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
