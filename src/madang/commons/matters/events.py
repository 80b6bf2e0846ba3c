"""What matters tell the rest of the house."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MatterChanged:
    """Something happened to a matter.

    `what`: filed, qualified, assigned, transferred, arbitration, settled, paused, resumed, extended,
    answered, objected, reconsidered, covered, fell_back, succeeded, officer, retyped, outage, merged, withdrawn, closed, hidden,
    restored, effect, overdue, recounted,
    progress, more_time_asked, more_time_refused, inquiry_prolonged, sent_back, undelivered.
    `actor_id` is left out of the telling of her own act.
    """

    matter_id: int
    what: str
    actor_id: int | None = None
