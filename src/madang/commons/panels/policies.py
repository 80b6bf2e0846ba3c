"""Who may do what with a panel, and why not."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.commons.panels.models import Panel, Round, Seat
from madang.kernel.actors import Actor
from madang.kernel.models import Role
from madang.kernel.policy import OK, Verdict, allow, no

NOT_OFFICE = no(_("Only the office that hosts this panel may do that."), "mandate.office")
NOT_APPROVER = no(_("Only the approver of the office that hosts this panel may do that."), "mandate.approver")
SAME_PERSON = no(_("Somebody else has to freeze what you prepared."), "four_eyes")
OWN_OFFICE = no(
    _("Whoever works for the office that hosts the panel cannot throw dice for its draw."), "witness.office"
)
NOT_WITNESS = no(_("Only the witnesses named before the freeze throw dice at this draw."), "witness.unknown")


def in_office(actor: Actor, panel: Panel) -> bool:
    return actor.holds(Role.OFFICER, panel.host_id) or actor.holds(Role.APPROVER, panel.host_id)


@allow("panels.panel.create")
def create(actor: Actor, host: object) -> Verdict:
    return OK if actor.offices(Role.OFFICER, Role.APPROVER) else NOT_OFFICE


@allow(
    "panels.panel.desk",
    "panels.panel.register",
    "panels.panel.plan",
    "panels.panel.relate",
    "panels.panel.sitting",
    "panels.panel.close",
)
def office(actor: Actor, panel: Panel) -> Verdict:
    return OK if in_office(actor, panel) else NOT_OFFICE


@allow("panels.panel.fill", "panels.round.make", "panels.round.fail", "panels.round.draw")
def by_rule(actor: Actor, subject: object) -> Verdict:
    """Nobody makes a lottery and nobody draws: the worker and the last throw do."""
    return OK if actor.is_system else no(_("The draw follows from the dice by itself."), "lot.by_itself")


@allow("panels.round.freeze")
def freeze(actor: Actor, round_: Round) -> Verdict:
    if not actor.holds(Role.APPROVER, round_.panel.host_id):
        return NOT_APPROVER
    return SAME_PERSON if actor.user is not None and round_.prepared_by_id == actor.user.pk else OK


@allow("panels.round.order", "panels.round.open")
def open_(actor: Actor, round_: Round) -> Verdict:
    return OK if actor.is_system or in_office(actor, round_.panel) else NOT_OFFICE


@allow("panels.round.void")
def void(actor: Actor, round_: Round) -> Verdict:
    return OK if actor.holds(Role.APPROVER, round_.panel.host_id) else NOT_APPROVER


@allow("panels.round.throw")
def throw(actor: Actor, round_: Round) -> Verdict:
    """Named witnesses only, and never the hosting office: not even when it named one of its own."""
    if actor.user is None:
        return NOT_WITNESS
    if any(actor.holds(role, round_.panel.host_id) for role in Role.values):
        return OWN_OFFICE
    return OK if round_.witnesses.filter(user=actor.user).exists() else NOT_WITNESS


@allow("panels.seat.accept", "panels.seat.decline")
def answer(actor: Actor, seat: Seat) -> Verdict:
    """The code in the invitation is the right to answer; the office may note what was said on the phone."""
    if actor.system == "invitation" or in_office(actor, seat.round.panel):
        return OK
    return no(_("Open this with the code in your invitation."), "seat.code")


@allow("panels.seat.lapse", "panels.seat.leave")
def seat(actor: Actor, seat: Seat) -> Verdict:
    """The office, or the rule: whoever is silent for the days that her invitation names."""
    return OK if actor.system == "lot" or in_office(actor, seat.round.panel) else NOT_OFFICE
