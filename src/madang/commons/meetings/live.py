"""What open pages of a hall watch: who speaks, what is asked and how many want it answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from madang.commons.meetings import room
from madang.commons.meetings.models import Meeting
from madang.kernel import live
from madang.kernel.ids import read_number


def address(meeting: Meeting) -> str:
    """Where a page hears of the hall; answered beside Django, so no name leads there."""
    return f"/events/meetings/{meeting.number}/"


@live.topic("meetings", read_number)
def halls(numbers: Sequence[str]) -> dict[str, Any]:
    """The public state of each hall at this moment: never a name that nobody agreed to show."""
    return {meeting.number: room.state(meeting) for meeting in Meeting.objects.filter(number__in=numbers)}
