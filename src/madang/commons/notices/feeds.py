"""Atom feeds (RFC 4287) that every app of the house publishes in the same way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _

from madang.kernel import clock
from madang.kernel.saying import tongue

EMPTY_SINCE = datetime(2018, 3, 19, tzinfo=clock.SEOUL)  # the day of the plan: an empty feed does not change


@dataclass(frozen=True)
class Entry:
    """One entry. `name` tells it from all others, for ever, in every language; `url` is a path of this site."""

    name: str
    title: str
    url: str
    published: datetime
    updated: datetime
    summary: str = ""
    author: str = ""
    categories: tuple[str, ...] = field(default_factory=tuple)


class _Feed(Atom1Feed):
    def latest_post_date(self) -> datetime:
        dates = [item["updateddate"] or item["pubdate"] for item in self.items]
        return max(dates, default=EMPTY_SINCE)


def response(
    request: HttpRequest, *, title: str, subtitle: str, url: str, entries: Iterable[Entry]
) -> HttpResponseBase:
    """The feed, or 304 when the reader has it already.

    The caller gives only what everybody may see. Caches may keep the feed but must ask each time, so what is taken
    down is gone with the next request.

    Args:
        url: path of the page that this is the feed of.
    """
    language = tongue()
    atom = _Feed(
        title=title,
        link=settings.PUBLIC_URL + url,
        feed_url=settings.PUBLIC_URL + request.get_full_path(),
        description=subtitle,
        language=language,
        author_name=_("Madang"),
    )
    for entry in entries:
        atom.add_item(
            title=entry.title,
            link=settings.PUBLIC_URL + entry.url,
            description=entry.summary,
            author_name=entry.author or None,
            pubdate=entry.published,
            updateddate=max(entry.updated, entry.published),
            unique_id=f"{settings.PUBLIC_URL}/{entry.name}",
            categories=entry.categories,
        )
    body = atom.writeString("utf-8").encode()
    latest = int(atom.latest_post_date().timestamp())
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    answer = HttpResponse(body, content_type="application/atom+xml; charset=utf-8")
    answer["ETag"] = etag
    answer["Last-Modified"] = http_date(latest)
    answer["Cache-Control"] = "public, no-cache"
    # By the tag alone: what was taken down makes the newest date older, and a date would then say "not modified".
    asked = request.META.get("HTTP_IF_NONE_MATCH")
    return (get_conditional_response(request, etag=etag, response=answer) if asked else None) or answer
