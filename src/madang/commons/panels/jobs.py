"""Work of the worker: opening draws once the log holds them, and sending invitations."""

from __future__ import annotations

import logging

from madang.commons.panels.domain import lots
from madang.commons.panels.models import Round
from madang.kernel.actors import system
from madang.kernel.errors import RefusedError
from madang.kernel.jobs import every

log = logging.getLogger("madang.panels")


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
