"""Meetings of the hall, to read: what comes, what was held, the agenda, the minutes. Never who comes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _
from ninja import Field, Query, Router, Schema

from madang.commons.meetings import api as meetings
from madang.kernel.errors import RefusedError
from madang.portal.api import cursors
from madang.portal.api.asked import Paging
from madang.portal.api.paging import linked
from madang.portal.api.schemas import Bilingual, Links, Office

router = Router(tags=["meetings"])


class MeetingQuery(Paging):
    when: Literal["coming", "held"] = Field(
        "coming", description=_("What comes, the next first, or what was held, the latest first.")
    )


class Meeting(Schema):
    number: str
    state: str = Field(description=_("planned, open, running, closed, published or cancelled."))
    title: Bilingual
    summary: Bilingual
    host: Office
    mode: str = Field(description=_("on_site, online or both."))
    place: str
    address: str
    district: str | None
    starts_at: datetime
    ends_at: datetime
    opened_at: datetime | None = Field(description=_("When it really began."))
    closed_at: datetime | None = Field(description=_("When it really ended."))
    level: str = Field(description=_("Who can register: contact or resident."))
    seats: int | None = Field(description=_("Null: as many as come."))
    coming: int = Field(description=_("People with a seat in the hall."))
    online: int
    waiting: int
    stream_url: str | None
    recording_url: str | None
    about: list[str] = Field(description=_("References of what it is about."))
    links: Links


class MeetingPage(Schema):
    items: list[Meeting]
    next: str | None = Field(description=_("Send it as cursor for the next page; null at the end."))


class AgendaPoint(Schema):
    place: int
    title: str
    note: str
    minutes: int = Field(description=_("Planned length."))
    reference: str | None
    started_at: datetime | None
    ended_at: datetime | None


class Agenda(Schema):
    number: str
    items: list[AgendaPoint]


class Attendance(Schema):
    came: int = Field(description=_("Checked in with a registration."))
    door: int = Field(description=_("Came to the door without one."))
    registered: int
    online: int
    waited: int


class Paragraph(Schema):
    place: int
    text: str
    language: str
    item: str | None = Field(description=_("Title of the agenda item."))
    table: int | None
    question: str | None = Field(description=_("Question from the room that it answers."))
    reference: str | None
    second: int | None = Field(description=_("Second of the recording where it was said."))


class Minutes(Schema):
    number: str
    version: int
    versions: list[int] = Field(description=_("All published versions; the last one stands."))
    published_at: datetime
    approved_by: str
    attendance: Attendance
    missing: str = Field(description=_("Who was missing in the room."))
    paragraphs: list[Paragraph]


def _found(number: str) -> Any:
    found = meetings.by_number(number)
    if found is None:
        raise RefusedError(
            gettext_lazy("There is no meeting with this number."), "meetings.unknown", status=404
        )
    return found


def _linked(plain: dict[str, Any]) -> dict[str, Any]:
    number = plain["number"]
    return plain | {
        "links": {
            "api": f"{settings.PUBLIC_URL}/api/v1/meetings/{number}",
            "page": f"{settings.PUBLIC_URL}{reverse('meeting', args=[number])}",
        }
    }


@router.get("/meetings", response=MeetingPage, summary=_("List meetings"), operation_id="listMeetings")
def list_meetings(request: HttpRequest, response: HttpResponse, query: Query[MeetingQuery]) -> dict[str, Any]:
    after = cursors.read("meetings", [query.when], query.cursor)
    found, position = meetings.listed(query.when, after=after, limit=query.limit)
    items = [_linked(one) for one in found]
    return linked(request, response, items, cursors.write("meetings", [query.when], position))


@router.get("/meetings/{number}", response=Meeting, summary=_("Read one meeting"), operation_id="getMeeting")
def get_meeting(request: HttpRequest, number: str) -> dict[str, Any]:
    return _linked(meetings.plain(_found(number)))


@router.get(
    "/meetings/{number}/agenda",
    response=Agenda,
    summary=_("Its agenda, with what has begun and ended"),
    operation_id="getAgenda",
)
def get_agenda(request: HttpRequest, number: str) -> dict[str, Any]:
    found = _found(number)
    return {"number": found.number, "items": meetings.agenda(found)}


class MinutesQuery(Schema):
    version: int | None = Field(
        None, ge=1, le=1_000_000, description=_("A published version; without it the one that stands.")
    )


@router.get(
    "/meetings/{number}/minutes",
    response=Minutes,
    summary=_("Its published minutes"),
    operation_id="getMinutes",
)
def get_minutes(request: HttpRequest, number: str, query: Query[MinutesQuery]) -> dict[str, Any]:
    found = _found(number)
    chosen = meetings.published(found, query.version)
    if chosen is None:
        raise RefusedError(
            gettext_lazy("There are no published minutes of this meeting, or not this version."),
            "minutes.unknown",
            status=404,
        )
    return meetings.minutes(found, chosen)
