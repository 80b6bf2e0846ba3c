"""Work of the worker: making lotteries, opening draws once the log holds them, and sending invitations."""

from __future__ import annotations

import logging

from madang.commons.panels.domain import inviting, lots, making
from madang.commons.panels.models import Round
from madang.kernel.actors import system
from madang.kernel.errors import RefusedError
from madang.kernel.jobs import every

log = logging.getLogger("madang.panels")


@every(1, "panels.make")
def make_ordered() -> int:
    """Make the lotteries that offices have ordered: seconds each, in which the other jobs go on."""
    return making.make_ordered()


@every(5, "panels.mails")
def send_invitations() -> int:
    """Send the invitations that wait; a mail server that is slow holds up nothing else."""
    return inviting.send()


@every(60, "panels.replace")
def replace() -> int:
    """Give back what nobody answered for, and order lots for the seats that are free."""
    return inviting.lapse_silent() + inviting.order_replacements()


@every(5, "panels.open")
def open_frozen() -> int:
    """Open every frozen lot whose entry the public log has published; nobody chooses the moment."""
    done = 0
    for round_ in Round.objects.filter(state=Round.State.FROZEN).select_related("panel__host", "entry"):
        try:
            lots.open_(actor=system("lot"), round_=round_)
            done += 1
        except RefusedError as refused:
            log.debug("lot %s waits: %s", round_.pk, refused.code)
    return done
