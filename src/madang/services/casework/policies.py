"""Who may do what with a case, and why not."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.commons.matters.models import Matter
from madang.commons.matters.policies import NOT_AUTHOR, NOT_OFFICE, in_office, is_author
from madang.kernel.actors import Actor
from madang.kernel.models import SEEING, Organisation, Role
from madang.kernel.policy import OK, Verdict, allow, can, no
from madang.services.casework.models import Case, Center

NOT_ADMIN = no(_("Only an administrator of this city may do that."), "mandate.admin")


@allow("casework.case.file")
def file_case(actor: Actor, center: Center) -> Verdict:
    """Anyone, by any means: receipt may not be refused (Civil Petitions Treatment Act art. 9)."""
    if center.is_open:
        return OK
    return no(_("Cases are not taken in here at the moment. Call the city or write to it."), "center.closed")


@allow("casework.center.open")
def open_center(actor: Actor, host: Organisation) -> Verdict:
    """An administrator of the host or of what it belongs to."""
    if actor.is_system or any(actor.holds(Role.ADMIN, one) for one in (host.pk, host.parent_id) if one):
        return OK
    return NOT_ADMIN


@allow("casework.center.enter")
def enter(actor: Actor, center: Center) -> Verdict:
    """Categories, fields, routes and types are entered by an administrator of the host or of what it belongs to."""
    return open_center(actor, center.host)


@allow("casework.case.split")
def split(actor: Actor, case: Case) -> Verdict:
    """The desk it came in through, and the lead office."""
    if actor.holds(Role.TRIAGE, case.matter.host_id) or in_office(actor, case.matter):
        return OK
    return no(_("Only the triage desk or the lead office divides a case."), "mandate.lead")


@allow("casework.case.lead")
def lead(actor: Actor, case: Case) -> Verdict:
    if in_office(actor, case.matter):
        return OK
    return no(_("Only the lead office of this case may do that."), "mandate.lead")


@allow("casework.case.join")
def join(actor: Actor, case: Case) -> Verdict:
    if case.matter.is_public:
        return OK
    return no(_("Only public cases can be joined."), "join.private")


@allow("casework.case.rate")
def rate(actor: Actor, case: Case) -> Verdict:
    return OK if is_author(actor, case.matter) else NOT_AUTHOR


@allow("casework.photo.add")
def add_photo(actor: Actor, matter: Matter) -> Verdict:
    return OK if in_office(actor, matter) else NOT_OFFICE


@allow("casework.case.categorise")
def categorise(actor: Actor, case: Case) -> Verdict:
    """What a case is about is said by who works on it; the platform may where a rule allows it."""
    return OK if actor.is_system else can("matters.matter.desk", actor, case.matter)


@allow("casework.figures.inside")
def inside(actor: Actor, center: Center) -> Verdict:
    """Words that came up in private cases: for whoever works on cases anyway."""
    if actor.is_system or actor.offices(*SEEING):
        return OK
    return no(_("Only officials who work on cases see this."), "mandate.seeing")
