"""What the rules of the square share: levels, mandates, and the words of refusals."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.commons.matters.enums import State
from madang.kernel.actors import Actor
from madang.kernel.levels import Level, reaches
from madang.kernel.models import Role
from madang.kernel.policy import OK, Verdict, no
from madang.services.square.models import Idea

SIGN_IN = no(_("Sign in first. What you typed stays here."), "sign_in")
NOT_NOW = no(_("This phase does not allow it."), "phase.closed")
NOT_VERIFIED = no(
    _("Only verified residents take part here. You can have yourself verified on your page."),
    "level.resident",
)
NOT_FACILITATOR = no(
    _("Only a facilitator of the office that hosts the space may do that."), "mandate.facilitator"
)


def at_level(actor: Actor, needed: str) -> Verdict:
    """Whether the site is as sure who she is as a cell asks for (`kernel.levels`)."""
    if needed == Level.ANONYMOUS or actor.is_system:
        return OK
    if not actor.is_signed_in:
        return SIGN_IN
    if needed == Level.CONTACT:
        return OK  # every account has confirmed its address
    return OK if reaches(actor.level, needed) else NOT_VERIFIED


def in_discussion(idea: Idea) -> bool:
    """Whether it is public, and neither merged, withdrawn, answered nor closed."""
    return idea.matter.is_public and idea.matter.state in (
        State.OPEN,
        State.MATURING,
        State.TRIAGE,
        State.ASSIGNED,
        State.ARBITRATION,
    )


def facilitates(actor: Actor, idea: Idea) -> bool:
    """Whether she facilitates for the office that hosts it."""
    return actor.holds(Role.FACILITATOR, idea.matter.host_id)


def moderates(actor: Actor, host: int, author: int | None) -> Verdict:
    """A moderator of the host, and never about her own words."""
    if not actor.holds(Role.MODERATOR, host):
        return no(_("Only a moderator may do that."), "mandate.moderator")
    if actor.user is not None and author == actor.user.pk:
        return no(_("Another moderator has to decide about your own comment."), "moderator.own")
    return OK
