"""Refusals of the API; their shape is that of every problem here (`kernel.web.problems`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madang.kernel.web.problems import MEDIA_TYPE, NOTHING_HERE, FieldError, busy, response

__all__ = ["MEDIA_TYPE", "FieldError", "ProblemError", "busy", "response"]


class ProblemError(Exception):
    """A refusal by the API itself; the domain raises `RefusedError`."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str | Promise,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = headers or {}


def from_error(error: ProblemError) -> HttpResponse:
    return response(error.status, error.code, error.detail, errors=error.errors, headers=error.headers)


def unknown_address(request: HttpRequest, rest: str = "") -> HttpResponse:
    """For every address under /api/v1/ that nothing answers."""
    return response(404, "address.unknown", NOTHING_HERE)


def method_not_allowed(allowed: str) -> HttpResponse:
    detail = gettext("This address takes %(methods)s.") % {"methods": allowed}
    return response(405, "method.not_allowed", detail, headers={"Allow": allowed})


# pydantic's error types in words that say what to do; values come from the error's context.
MESSAGES: dict[str, str | Promise] = {
    "missing": _("This is missing. Send it."),
    "string_too_short": _("Write at least %(min_length)s characters."),
    "string_too_long": _("Shorten it to %(max_length)s characters."),
    "string_type": _("Send text."),
    "string_unicode": _("It holds characters that cannot be read. Send UTF-8."),
    "string_pattern_mismatch": _("It does not have the form that is asked for."),
    "literal_error": _("Send one of: %(expected)s."),
    "extra_forbidden": _("There is no such field. Leave it out."),
    "int_parsing": _("Send a whole number."),
    "int_type": _("Send a whole number."),
    "greater_than_equal": _("Send %(ge)s or more."),
    "less_than_equal": _("Send %(le)s or less."),
    "date_parsing": _("Send a day as 2026-11-23."),
    "date_from_datetime_parsing": _("Send a day as 2026-11-23."),
    "model_attributes_type": _("Send a JSON object."),
    "dict_type": _("Send a JSON object."),
    "email": _("Send an address like name@example.kr, or leave it out."),
    "too_short": _("Write at least %(min_length)s characters."),
}


def message_for(kind: str, context: Mapping[str, Any]) -> str:
    """The sentence for one validation error."""
    sentence = MESSAGES.get(kind)
    if sentence is None:
        return gettext("This value cannot be used here.")
    return str(sentence) % context if context else str(sentence)
