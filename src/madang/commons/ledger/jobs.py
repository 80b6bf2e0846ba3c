"""The sequencer as a periodic job of the worker."""

from __future__ import annotations

import logging
import threading

from madang.commons.ledger import witnessing
from madang.commons.ledger.errors import BusyError, LedgerError
from madang.commons.ledger.logic.policy import PolicyError
from madang.commons.ledger.sequencer import sequence, store
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


_asking = threading.Lock()


@every(5, "ledger.witnesses")
def ask_witnesses() -> None:
    """Ask the witnesses beside the worker's other jobs: one that hangs must not delay them."""
    if (store().folder / "policy").exists() and _asking.acquire(blocking=False):
        threading.Thread(target=_ask, name="ledger.witnesses", daemon=True).start()


def _ask() -> None:
    try:
        witnessing.ask(store())
    except (LedgerError, PolicyError, OSError) as error:
        log.warning("witnesses were not asked: %s", error)
    finally:
        _asking.release()
