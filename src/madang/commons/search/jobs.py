"""Periodic work of the search."""

from __future__ import annotations

from madang.commons.search import domain, engines, kinship
from madang.kernel.jobs import every


@every(10, "search.cut")
def cut() -> int:
    """Write what is not in the inverted index yet, after an upgrade: some thousands of rows at a time."""
    done = 0
    for _ in range(10):
        written = domain.cut_waiting()
        done += written
        if written < domain.BATCH:
            break
    return done


@every(3600, "search.measure")
def measure() -> int:
    """How common each token is, and which words stand together."""
    return engines.measure() + kinship.learn()
