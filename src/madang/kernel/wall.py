"""Whether the machine's clock can be believed when something is to end because of the date.

What a worker ends, announces or erases by the date cannot be taken back: it stands in the public log, or is gone. A
clock that jumps ahead (a machine that starts without a time server, a typing error) would do all of it at once. So such
jobs wait for half an hour after a jump: long enough for the clock to be set right, and no harm where it was right.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from madang.kernel import clock

log = logging.getLogger("madang.jobs")

HELD = "its clock jumped; what ends by the date waits"  # as /healthz says it
JUMP = 300.0  # seconds by which the clock may be corrected without further ado
HOLD = 1800.0  # seconds for which what goes by the date waits after a jump
ABSENT = timedelta(days=1)  # who begins so long after the last sign of life may have a wrong clock


def _steady() -> float:
    """Seconds that never jump and go on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Wall:
    """Compares the clock with seconds that never jump.

    Args:
        last: when a worker was last alive, where that is known.
    """

    def __init__(
        self,
        last: datetime | None = None,
        *,
        steady: Callable[[], float] = _steady,
        wall: Callable[[], float] | None = None,
    ) -> None:
        self._steady, self._wall = steady, wall or (lambda: clock.now().timestamp())
        self._lock = threading.Lock()
        self._offset = self._wall() - self._steady()
        self._until = 0.0
        if last is not None and self._wall() - last.timestamp() > ABSENT.total_seconds():
            self._hold(f"no worker was alive since {last:%Y-%m-%d %H:%M}")

    def holds(self) -> bool:
        """Whether what goes by the date has to wait."""
        with self._lock:
            now, offset = self._steady(), self._wall() - self._steady()
            jumped = offset - self._offset
            if abs(jumped) > JUMP:
                self._offset = offset
            if jumped > JUMP:
                self._hold(f"the clock jumped ahead by {timedelta(seconds=round(jumped))}")
            elif jumped < -JUMP:
                log.warning("the clock went back by %s", timedelta(seconds=round(-jumped)))
                self._until = 0.0  # set right, or behind: nothing ends too early then
            return now < self._until

    def _hold(self, why: str) -> None:
        self._until = self._steady() + HOLD
        log.error(
            "%s; what ends by the date waits for %d minutes. Is the time of this machine right?",
            why,
            HOLD // 60,
        )
