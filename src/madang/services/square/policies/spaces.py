"""Building spaces and publishing their versions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.kernel.actors import Actor
from madang.kernel.models import Organisation, Role
from madang.kernel.policy import OK, Verdict, allow, no
from madang.services.square.models import Edition
from madang.services.square.policies.common import NOT_FACILITATOR


@allow("square.space.build")
def build(actor: Actor, host: Organisation) -> Verdict:
    return OK if actor.holds(Role.FACILITATOR, host.pk) else NOT_FACILITATOR


@allow("square.edition.check", "square.edition.reopen", "square.edition.publish", "square.edition.discard")
def edition(actor: Actor, version: Edition) -> Verdict:
    return OK if actor.holds(Role.FACILITATOR, version.host_id) else NOT_FACILITATOR


@allow("square.edition.supersede")
def supersede(actor: Actor, version: Edition) -> Verdict:
    """A version is replaced by the publication of the next, and by nothing else."""
    return OK if actor.is_system else no(_("Only the next version replaces this one."), "edition.system")
