"""The synthesis of what was said."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.kernel.actors import Actor
from madang.kernel.models import Role
from madang.kernel.policy import OK, Verdict, allow, no
from madang.services.square.models import Idea, Synthesis
from madang.services.square.policies.common import facilitates


@allow("square.synthesis.write", "square.synthesis.view_draft")
def write_synthesis(actor: Actor, idea: Idea) -> Verdict:
    """The facilitator of the host, or the office that is responsible now."""
    office = idea.matter.responsible_id
    mine = actor.holds(Role.OFFICER, office) or actor.holds(Role.APPROVER, office)
    if not idea.matter.is_public:
        return no(_("This is not public."), "not_public")
    if mine or facilitates(actor, idea):
        return OK
    return no(_("Only the facilitator or the responsible office writes the synthesis."), "mandate.office")


@allow("square.synthesis.submit")
def submit_synthesis(actor: Actor, row: Synthesis) -> Verdict:
    return write_synthesis(actor, row.idea)


@allow("square.synthesis.publish", "square.synthesis.give_back", "square.synthesis.supersede")
def approve_synthesis(actor: Actor, row: Synthesis) -> Verdict:
    """Somebody of the responsible office who has not written in it."""
    if not actor.holds(Role.APPROVER, row.idea.matter.responsible_id):
        return no(_("Only an approver of the responsible office publishes it."), "mandate.approver")
    if row.state == "submitted" and actor.user is not None and row.writers.filter(pk=actor.user.pk).exists():
        return no(_("Somebody else has to approve what you have written."), "four_eyes")
    return OK
