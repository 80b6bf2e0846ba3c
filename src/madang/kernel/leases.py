"""Which of several workers does what: leases that no wrong clock can break.

A lease is a row that its holder rewrites every two seconds. The others never compare times of different
machines: each watches, by its own steady clock, whether the row still changes. One that has not changed for
eight seconds belongs to a dead worker, and the first to swap it in one statement has it. A holder that could
not rewrite its rows for six seconds stops by itself, before anybody may take them.

A machine that stands still between looking at its lease and acting can still act late, so what a job does is
guarded by its own rows as well: leases keep work from being done twice for nothing, rows keep it right.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection

from django.db.models import Q

from madang.kernel import clock
from madang.kernel.models import Heartbeat
from madang.kernel.rows import insert_once

RENEW = 2.0
SURE = 6.0
DEAD = 8.0


class Leases:
    """The leases of one worker. Rewritten by one thread, asked by many.

    Args:
        holder: name of the worker, different for each that is started; 20 characters at most.
        steady: seconds that never jump.
    """

    def __init__(self, holder: str, steady: Callable[[], float] = time.monotonic) -> None:
        self.holder = holder
        self.presence = f"worker:{holder}"
        self._steady = steady
        self._turn = 0
        self._mine: set[str] = set()
        self._sure_until = 0.0
        self._seen: dict[str, tuple[str, float]] = {}
        self._lock = threading.Lock()

    def holds(self, name: str) -> bool:
        """Whether this worker may do it now."""
        with self._lock:
            return name in self._mine and self._steady() < self._sure_until

    def is_silent(self, name: str, seconds: float) -> bool:
        """Whether this row is gone, or has not changed for so long while this worker watched."""
        with self._lock:
            seen = self._seen.get(name)
            return seen is None or self._steady() - seen[1] >= seconds

    def renew(self, wanted: Collection[str]) -> None:
        """Rewrite what is held, take what is free or left by the dead, forget what was lost."""
        began, old = self._steady(), self._token()
        self._turn += 1
        new = self._token()
        mine = set(self._mine)
        if mine and Heartbeat.objects.filter(name__in=mine, detail=old).update(
            detail=new, at=clock.now()
        ) != len(mine):
            mine = set(Heartbeat.objects.filter(name__in=mine, detail=new).values_list("name", flat=True))
        rows = dict(
            Heartbeat.objects.filter(Q(name__in=wanted) | Q(name__startswith="worker:")).values_list(
                "name", "detail"
            )
        )
        with self._lock:
            for name, detail in rows.items():
                if self._seen.get(name, ("",))[0] != detail:
                    self._seen[name] = (detail, self._steady())
            for name in self._seen.keys() - rows.keys():
                del self._seen[name]
        mine |= {name for name in {*wanted, self.presence} - mine if self._take(name, rows.get(name), new)}
        with self._lock:
            self._mine, self._sure_until = mine, began + SURE

    def release(self) -> None:
        """Give everything back, so that another worker need not wait for this one to be taken for dead."""
        with self._lock:
            self._mine = set()
        Heartbeat.objects.filter(detail=self._token()).delete()

    def bury(self, worker: str) -> None:
        """Remove the row of a worker that was found dead."""
        seen = self._seen.get(f"worker:{worker}")
        if seen is not None:
            Heartbeat.objects.filter(name=f"worker:{worker}", detail=seen[0]).delete()

    def _token(self) -> str:
        return f"{self.holder} {self._turn}"

    def _take(self, name: str, detail: str | None, new: str) -> bool:
        if detail is None:
            return insert_once(Heartbeat(name=name, at=clock.now(), detail=new))
        if not self.is_silent(name, DEAD):
            return False
        return bool(Heartbeat.objects.filter(name=name, detail=detail).update(detail=new, at=clock.now()))
