"""What the page shell needs on every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from madang.kernel import clock, manifest
from madang.kernel.models import Heartbeat

SILENT = timedelta(minutes=1)


@dataclass(frozen=True)
class Item:
    url: str
    label: str
    active: bool
    is_aside: bool


def _path_in(language: str, path: str) -> str:
    """The same page in the other language: Korean has no prefix, English lives under /en/."""
    bare = path[3:] if path == "/en" or path.startswith("/en/") else path
    return bare or "/" if language == "ko" else f"/en{bare or '/'}"


def _entries(entries: list[manifest.Entry], path: str) -> list[Item]:
    items = []
    for entry in sorted(entries, key=lambda entry: entry.order):
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:  # the service is switched off
            continue
        items.append(Item(url, str(entry.label), path.startswith(entry.prefix), entry.is_aside))
    return items


def shell(request: HttpRequest) -> dict[str, Any]:
    """Navigation, language switch, theme, badges. Lazy where it costs a query."""
    language = translation.get_language() or "ko"
    bare = request.path[3:] if request.path.startswith("/en/") else request.path
    query = request.GET.urlencode()
    other = "en" if language.startswith("ko") else "ko"
    actor = getattr(request, "actor", None)
    features = manifest.features()

    def badge() -> int:
        if actor is None or not actor.is_signed_in:
            return 0
        return sum(feature.badge(actor) for feature in features if feature.badge)

    def desk() -> str:
        return reverse("desk") if actor is not None and actor.is_official else ""

    def delayed() -> bool:
        """Whether the worker has been silent: totals and mails come later, nothing is lost."""
        known = cache.get("worker.silent")
        if known is None:
            try:
                beat = Heartbeat.objects.filter(name="worker").values_list("at", flat=True).first()
            except DatabaseError:
                return False  # this may be the very page that says so
            known = beat is not None and clock.now() - beat > SILENT
            cache.set("worker.silent", known, 15)
        return bool(known)

    navigation = _entries([entry for feature in features for entry in feature.navigation], bare)
    return {
        "is_delayed": SimpleLazyObject(delayed),
        "navigation": navigation,
        "navigation_aside": [item for item in navigation if item.is_aside],
        "other_language_code": other,
        "other_language_url": _path_in(other, request.path) + (f"?{query}" if query else ""),
        "other_language_label": "English" if other == "en" else "한국어",
        "language": "ko" if language.startswith("ko") else "en",
        "theme": request.COOKIES.get("theme") if request.COOKIES.get("theme") in {"light", "dark"} else "",
        "is_demo": settings.IS_DEMO,
        "public_url": settings.PUBLIC_URL,
        "actor": actor,
        "unread_notices": SimpleLazyObject(badge),
        "desk_url": SimpleLazyObject(desk),
    }
