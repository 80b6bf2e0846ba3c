"""A page of a list, with the way to the next one in the body and as a Link header (RFC 8288)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def linked(
    request: HttpRequest, response: HttpResponse, items: Sequence[Any], cursor: str | None
) -> dict[str, Any]:
    """The body of a list's answer; `cursor` leads on, None is the end."""
    if cursor:
        query = request.GET.copy()
        query["cursor"] = cursor
        response["Link"] = f'<{settings.PUBLIC_URL}{request.path}?{query.urlencode()}>; rel="next"'
    return {"items": list(items), "next": cursor}
