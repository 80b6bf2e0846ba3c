"""Refusals for programs: problem details (RFC 9457), in the language of the request."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

MEDIA_TYPE = "application/problem+json"

# What the status means, for every problem with it; `detail` says what happened this time.
TITLES: dict[int, str | Promise] = {
    400: pgettext_lazy("problem", "The request could not be read"),
    401: pgettext_lazy("problem", "Sign in or send a token"),
    403: pgettext_lazy("problem", "Not allowed"),
    404: pgettext_lazy("problem", "Not found"),
    405: pgettext_lazy("problem", "Not offered here"),
    406: pgettext_lazy("problem", "Only JSON is given out"),
    409: pgettext_lazy("problem", "Changed meanwhile"),
    413: pgettext_lazy("problem", "Too large"),
    415: pgettext_lazy("problem", "Only JSON is taken in"),
    422: pgettext_lazy("problem", "Something has to be corrected"),
    429: pgettext_lazy("problem", "Too many requests"),
    500: pgettext_lazy("problem", "Something went wrong on our side"),
    503: pgettext_lazy("problem", "Busy at the moment"),
}
BROKEN = pgettext_lazy("problem", "Something in it is not what this page expects. Go back and try again.")
TOO_LARGE = pgettext_lazy(
    "problem",
    "This is more than can be sent at once. Go back, leave out files or shorten your words, and send it again.",
)
BUSY = pgettext_lazy("problem", "The database is busy. Nothing was written; try again in a few seconds.")
CROWDED = pgettext_lazy(
    "problem",
    "More people are here than can be answered at once. Nothing was saved; send it again after the time in Retry-After.",
)

UNREADABLE = pgettext_lazy("problem", "This request cannot be read. Check its address, headers and body.")
NOTHING_HERE = pgettext_lazy("problem", "There is nothing at this address. /api/v1/docs lists what there is.")
OUR_FAULT = pgettext_lazy("problem", "It was not your mistake. It is written down; try again later.")


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field. `field` is a path such as `title` or `Idempotency-Key`."""

    field: str
    message: str | Promise


def response(
    status: int,
    code: str,
    detail: str | Promise,
    *,
    errors: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The problem as a response. `code` is stable across languages and releases of the API."""
    body: dict[str, Any] = {
        "type": f"urn:madang:{code}",
        "title": str(TITLES.get(status) or TITLES[500]),
        "status": status,
        "detail": str(detail),
        "code": code,
        "errors": [{"field": error.field, "message": str(error.message)} for error in errors],
    }
    answer = HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=MEDIA_TYPE)
    for name, value in (headers or {}).items():
        answer[name] = value
    answer["Cache-Control"] = "no-store"
    return answer


def busy() -> HttpResponse:
    """The database is locked or lost: nothing was written, try again."""
    return response(503, "database.busy", BUSY, headers={"Retry-After": "10"})
