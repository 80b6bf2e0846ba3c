"""Who may do what with a case, and why not."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.kernel.actors import Actor
from madang.kernel.models import Role
from madang.kernel.policy import OK, Verdict, allow, no
from madang.services.casework.models import Center


@allow("casework.case.file")
def file_case(actor: Actor, center: Center) -> Verdict:
    """Anyone, by any means: receipt may not be refused (Civil Petitions Treatment Act art. 9)."""
    if center.is_open:
        return OK
    return no(_("Cases are not taken in here at the moment. Call the city or write to it."), "center.closed")


@allow("casework.center.enter")
def enter(actor: Actor, center: Center) -> Verdict:
    """Categories, fields, routes and types are entered by an administrator of the host or of what it belongs to."""
    if actor.is_system or any(
        actor.holds(Role.ADMIN, one) for one in (center.host_id, center.host.parent_id) if one
    ):
        return OK
    return no(_("Only an administrator of this city may do that."), "mandate.admin")
