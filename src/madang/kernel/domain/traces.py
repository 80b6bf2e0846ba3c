"""Arrows between things."""

from __future__ import annotations

from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.models import Trace


def draw(*, actor: Actor, kind: str, source: str, target: str, evidence: str = "") -> Trace:
    """Draw the arrow once; drawing it again returns the first."""
    trace, _ = Trace.objects.get_or_create(
        kind=kind,
        source=source,
        target=target,
        defaults={"evidence": evidence, "at": clock.now(), "by": actor.user},
    )
    return trace
