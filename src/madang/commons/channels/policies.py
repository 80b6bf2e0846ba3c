"""Who may take in what others bring, and why not."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.commons.channels.enums import BatchState
from madang.commons.channels.models import Batch, Form
from madang.kernel.actors import Actor
from madang.kernel.models import Role
from madang.kernel.policy import OK, Verdict, allow, no

NOT_OPERATOR = no(
    _("Only an intake operator or the triage desk of this office may do that."), "mandate.operator"
)
NOT_TRIAGE = no(_("Only the triage desk of this office may do that."), "mandate.triage")
CLOSED = no(_("These forms are reconciled and closed; nothing changes in them any more."), "batch.closed")


def takes_in(actor: Actor, office: int) -> bool:
    """Whether she takes in things for this office: as an operator, or at its triage desk."""
    return actor.holds(Role.OPERATOR, office) or actor.holds(Role.TRIAGE, office)


@allow("channels.entry.take")
def take(actor: Actor, office: int) -> Verdict:
    """Filing for somebody who is on the phone or wrote on paper; `office` hosts the place."""
    return OK if takes_in(actor, office) else NOT_OPERATOR


@allow("channels.kiosk.start", "channels.kiosk.end")
def kiosk(actor: Actor, office: int) -> Verdict:
    """A public terminal for a place that `office` hosts."""
    return OK if takes_in(actor, office) else NOT_OPERATOR


@allow("channels.calling.have")
def have_code(actor: Actor, _subject: object) -> Verdict:
    """A code for calls is for her own account; an office has none."""
    return OK if actor.is_signed_in else no(_("Sign in first."), "sign_in")


@allow("channels.number.connect")
def connect(actor: Actor, _subject: object) -> Verdict:
    """Her own account with the phone she sends the code from."""
    return OK if actor.is_signed_in else no(_("Sign in first."), "sign_in")


@allow("channels.batch.issue")
def issue(actor: Actor, office: int) -> Verdict:
    return OK if actor.holds(Role.TRIAGE, office) else NOT_TRIAGE


@allow("channels.batch.close")
def close(actor: Actor, batch: Batch) -> Verdict:
    return OK if actor.holds(Role.TRIAGE, batch.host_id) else NOT_TRIAGE


@allow("channels.batch.view")
def view(actor: Actor, batch: Batch) -> Verdict:
    return OK if takes_in(actor, batch.host_id) else NOT_OPERATOR


@allow(
    "channels.form.type",
    "channels.form.dispute",
    "channels.form.enter",
    "channels.form.spoil",
    "channels.form.give_back",
    "channels.form.recall",
)
def handle_form(actor: Actor, form: Form) -> Verdict:
    if not takes_in(actor, form.batch.host_id):
        return NOT_OPERATOR
    return OK if form.batch.state == BatchState.OPEN else CLOSED
