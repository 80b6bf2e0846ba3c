"""The processes that read words: started by a worker, given a name, and when one dies what it had is given back at once.

Three ways to die are told apart, because what to do differs: ended from outside (most often for want of memory), out of memory by
its own account, or a fault. After three deaths in a row without a part read in between the analysis ends and says so. A reader that
goes together with its worker cannot be seen to die; others take its parts when it has not been heard of for `analysing.PATIENCE`.
"""

from __future__ import annotations

import logging
import secrets
import signal
import subprocess
import sys
import threading

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q

from madang.kernel import clock
from madang.services.polls.domain import analysing
from madang.services.polls.enums import AnalysisState, Trouble
from madang.services.polls.models import Analysis, Chunk

log = logging.getLogger("madang.polls")
MOST_DEATHS = 3
BEAT = 15.0
"""Seconds between two signs of life."""
NO_MEMORY, NO_DATABASE = 71, 75
"""Exit codes of a reader that knows why it ends."""
SAID = {
    NO_MEMORY: "낱말을 읽을 메모리가 모자랍니다. 읽은 부분은 남아 있습니다. 메모리를 늘리면 이어서 읽습니다.\n"
    "There is too little memory to read the words. What was read is kept; with more memory it goes on.",
    NO_DATABASE: "데이터베이스에 닿지 않습니다. 읽은 부분은 남아 있고, 다시 닿으면 이어서 읽습니다.\n"
    "The database cannot be reached. What was read is kept; it goes on when the database is back.",
}


def start() -> int:
    """Have a process of its own read until nothing is left; its memory is given back when it ends. Gives its exit code."""
    name = secrets.token_hex(8)
    call = [sys.executable, "-m", "madang.conf.cli", "polls", "read", "--as", name]
    code = subprocess.run(call, check=False).returncode  # noqa: S603 - our own program
    if code:
        log.warning("a process that reads words ended with %s", code)
        died(name, trouble_of(code))
    return code


def trouble_of(code: int) -> Trouble | None:
    """What an exit code means; None where nobody needs to be told: it was asked to stop, or the database was away."""
    if code == NO_MEMORY:
        return Trouble.MEMORY
    if code in (NO_DATABASE, -signal.SIGTERM, -signal.SIGINT):
        return None
    return Trouble.KILLED if code < 0 else Trouble.FAULT


def read(name: str) -> int:
    """What such a process does. Returns its exit code: 0, or why it could not go on."""
    stop = threading.Event()
    beat = threading.Thread(target=_beat, args=(name, stop), daemon=True)
    beat.start()
    try:
        analysing.work(name)
    except MemoryError:
        return NO_MEMORY
    except (OperationalError, InterfaceError):
        log.exception("the database is away")
        return NO_DATABASE
    finally:
        stop.set()
        beat.join()
    return 0


def _beat(name: str, stop: threading.Event) -> None:
    """Say now and then that what this reader has taken is still its own."""
    while not stop.wait(BEAT):
        try:
            alive(name)
        except (OperationalError, InterfaceError) as error:
            log.warning("a sign of life could not be given: %s", error)
        finally:
            connection.close()


def alive(name: str) -> None:
    now = clock.now()
    Chunk.objects.filter(taken_by=name, read=None).update(taken_at=now)
    Analysis.objects.filter(taken_by=name, ended_at=None).update(taken_at=now)


@transaction.atomic
def died(name: str, trouble: Trouble | None) -> None:
    """Give back what this reader had; with a `trouble` it counts as a death of the analysis it worked for."""
    had = Q(chunks__taken_by=name, chunks__read=None) | Q(taken_by=name)
    live = Analysis.objects.filter(state__in=[AnalysisState.WAITING, AnalysisState.RUNNING])
    touched = list(live.filter(had).values_list("pk", flat=True).distinct())
    Chunk.objects.filter(taken_by=name, read=None).update(taken_at=None, taken_by="")
    live.filter(taken_by=name).update(taken_at=None, taken_by="")
    if trouble is None:
        return
    live.filter(pk__in=touched).update(deaths=F("deaths") + 1, trouble=trouble)
    for analysis in live.filter(pk__in=touched, deaths__gte=MOST_DEATHS):
        analysing.give_up(analysis)
