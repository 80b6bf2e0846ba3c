"""The sequencer as a periodic job of the worker."""

from __future__ import annotations

import logging

from madang.commons.ledger.errors import BusyError
from madang.commons.ledger.sequencer import sequence
from madang.kernel.jobs import every

log = logging.getLogger("madang.ledger")


@every(1, "ledger.sequence")
def run() -> None:
    """Publish what waits. That another worker is doing it is no failure."""
    try:
        done = sequence()
    except BusyError:
        return
    if done.added or done.repaired:
        log.info("log at %s entries, %s added, %s repaired", done.checkpoint.size, done.added, done.repaired)
