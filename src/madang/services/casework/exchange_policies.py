"""Who may pass cases on, and who says where to."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.kernel.actors import Actor
from madang.kernel.models import Role
from madang.kernel.policy import OK, Verdict, allow, can, no
from madang.services.casework.models import Case, Center


@allow("casework.case.forward")
def forward(actor: Actor, case: Case) -> Verdict:
    """The desk of its center, the office that works on it, and the rule that passes some on by itself."""
    if actor.is_system:
        return OK
    matter = case.matter
    if can("casework.center.enter", actor, case.center) or actor.holds(Role.TRIAGE, matter.host_id):
        return OK
    if actor.holds(Role.OFFICER, matter.responsible_id) or actor.holds(Role.APPROVER, matter.responsible_id):
        return OK
    return no(
        _("Only the office that works on a case, or the desk of its center, passes it on."), "outbox.office"
    )


@allow("casework.exchange.manage")
def manage(actor: Actor, center: Center) -> Verdict:
    """Servers, tables of services and imports are the administrator's."""
    if can("casework.center.enter", actor, center):
        return OK
    return no(_("Only an administrator of the complaint center does this."), "exchange.admin")
