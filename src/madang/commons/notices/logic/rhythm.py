"""When a mail may leave: digests at their hour, nothing in the quiet hours. Plain Python.

Korea has had no summer time since 1988; the zone is still asked, not a fixed offset added.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Seoul")
DAY = timedelta(days=1)


def next_digest(rhythm: str, after: datetime, *, hour: int, weekday: int) -> datetime:
    """The moment of the first digest later than `after`; `after` itself for a rhythm that gathers nothing.

    Args:
        rhythm: `instant`, `daily` or `weekly`.
        after: an aware moment.
        hour: of the day in Korea, 0 to 23.
        weekday: of the weekly digest, Monday is 0.
    """
    if rhythm == "instant":
        return after
    here = after.astimezone(ZONE)
    slot = here.replace(hour=hour, minute=0, second=0, microsecond=0)
    if rhythm == "weekly":
        slot += DAY * ((weekday - slot.weekday()) % 7)
    while slot <= here:
        slot += DAY * 7 if rhythm == "weekly" else DAY
    return slot


def end_of_quiet(moment: datetime, *, start: int, end: int) -> datetime | None:
    """When the quiet hours end that `moment` lies in, None outside of them.

    From `start` to `end` o'clock in Korea, over midnight when `start` is later; the same hour twice is no time.
    """
    here = moment.astimezone(ZONE)
    over_midnight = start > end
    inside = (here.hour >= start or here.hour < end) if over_midnight else start <= here.hour < end
    if not inside:
        return None
    morning = here.replace(hour=end, minute=0, second=0, microsecond=0)
    return morning if morning > here else morning + DAY
