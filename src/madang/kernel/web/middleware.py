"""What every request passes."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from madang.kernel import actors
from madang.kernel.errors import RefusedError, TooManyError, is_full_disk
from madang.kernel.models.people import at_hand
from madang.kernel.web import errors, programs

Handler = Callable[[HttpRequest], HttpResponse]


PERMISSIONS = "Permissions-Policy"
ALLOWED = "geolocation=(self), camera=(self), microphone=(), payment=(), usb=(), serial=(), hid=(), midi=()"
"""What pages of ours may ask a browser for: the position (a place on a form) and the camera (tickets at a door)."""
_policy = functools.cache(build_policy)


class SecurityPolicy(CSPMiddleware):
    """The content security policy; the one of nearly every page is put together once, not for each answer."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if PERMISSIONS not in response:
            response[PERMISSIONS] = ALLOWED
        has_own = any(hasattr(response, f"_csp_{what}") for what in ("config", "update", "replace", "exempt"))
        if has_own or settings.DEBUG or getattr(request, "_csp_nonce", None):
            return super().process_response(request, response)
        if HEADER not in response:
            response[HEADER] = _policy()
        return response


class CalmErrors:
    """Turns a refusal into a page that says why, and a busy or lost database or a full disk into a calm 503.

    What was typed is shown again on the page (`kept`), so that nothing is lost even without JavaScript.
    What fails outside a view (session or account look-up) comes to `errors.server_error`.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if seconds := request.META.get("madang.full"):  # set by the bridge; no header can be called so
            return errors.full(request, seconds)
        has_nul = "\0" in request.path or "%00" in request.META.get("QUERY_STRING", "")
        if has_nul and not programs.is_for_program(request.path):
            # No address of ours has one, and PostgreSQL refuses to look it up; the API cleans its own.
            return errors.bad_request(request)
        if request.META.get("CONTENT_LENGTH", "").isdecimal() and (
            int(request.META["CONTENT_LENGTH"]) > settings.REQUEST_MAX_BYTES
        ):
            # Before a byte of it is read: nobody fills the disk with one request.
            return errors.too_large(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, TooManyError):
            return errors.slow_down(request, error)
        if isinstance(error, RefusedError):
            return errors.calm(request, "kernel/refused.html", error.status, str(error), error.code)
        if isinstance(error, OperationalError) or is_full_disk(error):
            return errors.busy(request, error)
        return None


class Persons(AuthenticationMiddleware):
    """Django's look at who is signed in, with every check of it; the row it asks for came along with the session."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _signed_in(request))  # type: ignore[assignment]


def _signed_in(request: HttpRequest) -> Any:
    with at_hand(lambda: request.session.person):  # type: ignore[attr-defined]
        return get_user(request)


class ActorMiddleware:
    """Puts `request.actor` beside `request.user`: views pass it to the domain, never the request.

    A page made for somebody (signed in, or with a receipt or a draft in the session) is kept by no cache and
    cannot be called back after signing out, unless its view decided otherwise.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = actors.person(  # type: ignore[attr-defined]
            request.user,  # type: ignore[arg-type]
            receipts=frozenset(request.session.get("receipts", ())),
            held=frozenset(request.session.get("held", ())),
        )
        is_personal = not request.session.is_empty()
        response = self.get_response(request)
        if (is_personal or not request.session.is_empty()) and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response
