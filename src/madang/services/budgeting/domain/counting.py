"""Elections are counted by the program that is published for everyone, with faster loops, in a process of its own."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from django.db import transaction

from madang.kernel import actors, clock
from madang.kernel.domain import audit
from madang.services.budgeting.enums import BY_KEY, METHODS
from madang.services.budgeting.models import Count, Election

log = logging.getLogger("madang.budgeting")

PROGRAM = "madang.services.budgeting.fast"
LONGEST = 1_800  # seconds that one count may take


def ask_for_all(election: Election) -> None:
    """Have an election counted by every rule; counts that are there stay."""
    Count.objects.bulk_create(
        (Count(election=election, method=method.key) for method in METHODS), ignore_conflicts=True
    )


def arguments(election: Election, method: str) -> list[str]:
    """The options of the program for a method."""
    chosen = BY_KEY[method]
    rule = ["--rule", chosen.rule, "--utility", chosen.utility, "--completion", chosen.completion]
    if chosen.weights:
        rule += ["--weights", chosen.weights]
    return [*rule, "--ties", election.tie_order, "--increment", election.increment]


def count_waiting() -> int:
    """Count what waits, the oldest first; the number of counts that were tried.

    Two workers that take the same one write the same result: only the first is kept and put into the log.
    """
    tried = 0
    while waiting := Count.objects.filter(state=Count.State.WAITING).order_by("pk").first():
        _count(waiting)
        tried += 1
    return tried


def _count(row: Count) -> None:
    content, began = row.election.ballots, time.monotonic()
    result, said = _run(content, arguments(row.election, row.method))
    took = round(time.monotonic() - began, 3)
    with transaction.atomic():
        fresh = Count.objects.select_for_update().get(pk=row.pk)
        if fresh.state != Count.State.WAITING:
            return
        fresh.took, fresh.counted_at = took, clock.now()
        if result is None:
            fresh.state, fresh.said = Count.State.FAILED, said
            fresh.save()
            return
        fresh.state, fresh.result, fresh.digest = Count.State.DONE, result, result["digest"]
        fresh.served = result["served"]
        fresh.save()
        audit.record(
            actor=actors.system("budgeting.count"),
            action="budgeting.election.count",
            target=row.election.reference,
            payload={"method": row.method, "file_sha256": row.election.digest, "result_digest": fresh.digest},
        )


def _run(content: bytes, options: list[str]) -> tuple[dict[str, Any] | None, list[str]]:
    """What the program made of the file; None and its words where it refused or took too long."""
    with tempfile.TemporaryDirectory(prefix="madang-count-") as folder:
        ballots, result = Path(folder) / "ballots.pb", Path(folder) / "result.json"
        ballots.write_bytes(content)
        command = [sys.executable, "-m", PROGRAM, str(ballots), *options, "--json", str(result)]
        try:
            done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=LONGEST)  # noqa: S603 - our own program
        except subprocess.TimeoutExpired:
            return None, [f"{LONGEST} s"]
        if done.returncode != 0 or not result.is_file():
            log.warning("count by %s failed with %s: %s", options, done.returncode, done.stderr[-500:])
            return None, done.stderr.strip().splitlines()[-4:]
        found: dict[str, Any] = json.loads(result.read_text("utf-8"))
        return found, []
