"""Calendars that other programs subscribe to (RFC 5545).

Every moment is in UTC, so no time zone has to be described. An entry keeps its UID for ever; when its moment, state
or title changes, SEQUENCE rises and LAST-MODIFIED moves, and so programs that know it change it as well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from icalendar import Calendar, Event

from madang.commons.notices.models import Revision
from madang.kernel import clock

MOST = 500  # entries of one calendar


@dataclass(frozen=True)
class Item:
    """One entry. `start` is a moment, or a day for something that lasts the day.

    `name` tells the thing from all others, for ever ("deadline/ID-2611-00042-7"). `facts` are what a reader must be
    told a change of, beyond the moments and the state: mostly the title. `is_busy`: whoever has it in her calendar is
    there; a deadline of an office takes nobody's time.
    """

    name: str
    start: datetime | date
    summary: str
    end: datetime | date | None = None
    description: str = ""
    url: str = ""
    is_cancelled: bool = False
    is_tentative: bool = False
    facts: str = ""
    location: str = ""
    is_busy: bool = False

    @property
    def uid(self) -> str:
        return f"{self.name}@{urlsplit(settings.PUBLIC_URL).hostname}"

    @property
    def digest(self) -> str:
        facts = (self.start.isoformat(), self.end.isoformat() if self.end else "", self.is_cancelled)
        return hashlib.sha256(repr((*facts, self.is_tentative, self.facts)).encode()).hexdigest()


def response(
    request: HttpRequest, *, title: str, items: Iterable[Item], is_private: bool = False
) -> HttpResponseBase:
    """The calendar as a file, or 304 when the program has it already."""
    shown = sorted(list(items)[:MOST], key=lambda item: item.uid)
    revisions = _revisions(shown)
    calendar = Calendar()
    calendar.add("prodid", "-//Madang//KO")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    calendar.add("x-wr-timezone", "Asia/Seoul")
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for item in shown:
        calendar.add_component(_event(item, revisions[item.uid]))
    body = calendar.to_ical()
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache" if is_private else "public, no-cache"
    answer["Content-Disposition"] = 'inline; filename="madang.ics"'
    return get_conditional_response(request, etag=etag, response=answer) or answer


def _event(item: Item, revision: Revision) -> Event:
    event = Event()
    event.add("uid", item.uid)
    event.add("sequence", revision.sequence)
    changed = revision.changed_at.astimezone(clock.UTC).replace(microsecond=0)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("dtstart", _moment(item.start))
    if item.end is not None:
        event.add("dtend", _moment(item.end))
    event.add("summary", item.summary)
    if item.description:
        event.add("description", item.description)
    if item.url:
        event.add("url", item.url)
    event.add(
        "status", "CANCELLED" if item.is_cancelled else "TENTATIVE" if item.is_tentative else "CONFIRMED"
    )
    if item.location:
        event.add("location", item.location)
    event.add("transp", "OPAQUE" if item.is_busy else "TRANSPARENT")
    return event


def _moment(moment: datetime | date) -> datetime | date:
    if isinstance(moment, datetime):
        return moment.astimezone(clock.UTC).replace(microsecond=0)
    return moment


def _revisions(items: list[Item]) -> dict[str, Revision]:
    """What is published about each item, brought up to date; writes only what has changed."""
    known = {row.uid: row for row in Revision.objects.filter(uid__in=[item.uid for item in items])}
    stale = [item for item in items if item.uid not in known or known[item.uid].digest != item.digest]
    if stale:
        now = clock.now()
        with transaction.atomic():
            for item in stale:
                old = known.get(item.uid)
                if old is None:
                    continue
                # Whoever comes second finds the new digest and counts nothing.
                Revision.objects.filter(pk=old.pk, digest=old.digest).update(
                    digest=item.digest, sequence=F("sequence") + 1, changed_at=now
                )
            Revision.objects.bulk_create(
                [
                    Revision(uid=item.uid, digest=item.digest, changed_at=now)
                    for item in stale
                    if item.uid not in known
                ],
                ignore_conflicts=True,
            )
        fresh = Revision.objects.filter(uid__in=[item.uid for item in stale])
        known.update({row.uid: row for row in fresh})
    return known
