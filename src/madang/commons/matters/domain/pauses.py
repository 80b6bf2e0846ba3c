"""How long an answer clock may stand still: dated data, and then it runs on by itself.

What the author is asked for has a limit of its own (`inquiries`). The law leaves the days of a hearing or an expert
review out of the period and names no longest time; so the limit is this site's own and marked as unchecked.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from madang.commons.matters.enums import PauseReason
from madang.commons.matters.models import Clock, ClockEvent
from madang.kernel import clock
from madang.kernel.domain import rules
from madang.kernel.errors import RefusedError
from madang.kernel.models import Rule

RULE = "matters.pause"
DEFAULT_BODY: dict[str, Any] = {"longest_days": 30}
DEFAULT_SOURCE = (
    "이 사이트의 규칙. 민원 처리에 관한 법률 시행령 제20조와 행정절차법 시행령 제11조는 처리기간에 넣지 않는 기간을 정할 뿐 "
    "가장 긴 기간은 정하지 않음"
)


def require_time(row: Clock, reason_code: str, now: datetime) -> datetime | None:
    """Until when the clock may stand still for this reason, times before included; None where the author is asked.

    Raises:
        RefusedError: 422, the longest time is used up; nothing is written.
    """
    if reason_code == PauseReason.SUPPLEMENT:
        return None
    end = now + longest(now) - used(row.events.all(), reason_code)
    if end <= now:
        raise RefusedError(
            _("The clock has stood still for this reason as long as the rules allow."),
            "clock.pause_used_up",
            status=422,
        )
    return end


def longest(at: datetime) -> timedelta:
    """The longest time that counts at this moment."""
    return timedelta(days=int(_rule(clock.seoul(at).date()).body["longest_days"]))


def used(events: Iterable[ClockEvent], reason_code: str) -> timedelta:
    """How long a clock has stood still for a reason, in stops that are over."""
    total, since = timedelta(), None
    for event in events:
        if event.kind == ClockEvent.Kind.PAUSED:
            since = event.at if event.reason_code == reason_code else None
        elif event.kind == ClockEvent.Kind.RESUMED and since is not None:
            total, since = total + (event.at - since), None
    return total


def runs_on_at(row: Clock) -> datetime | None:
    """When a stopped clock runs on by itself; None where it runs, or waits for its author."""
    stops = [event for event in row.events.all() if event.kind == ClockEvent.Kind.PAUSED]
    if row.state != Clock.State.PAUSED or not stops or stops[-1].reason_code == PauseReason.SUPPLEMENT:
        return None
    return stops[-1].until or stops[-1].at + longest(stops[-1].at)  # without: from before there was a limit


def _rule(on: date) -> Rule:
    """The rule in force on a day; the first time it is written down."""
    return rules.in_force_or_first(
        code=RULE,
        on=on,
        body=DEFAULT_BODY,
        source=DEFAULT_SOURCE,
        by="pause_limit",
        missing=RefusedError(
            _("No rule for a clock that stands still was in force on that day."), "clock.rule", status=422
        ),
    )
