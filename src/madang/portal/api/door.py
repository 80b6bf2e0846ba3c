"""What every request to the API passes: language, size, type, protection of the session, limits, caching."""

from __future__ import annotations

import functools
import hashlib
import json
import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from django.utils.translation import gettext_lazy as _

from madang.kernel.errors import TooManyError
from madang.kernel.web import errors as pages
from madang.kernel.web import limits
from madang.kernel.web.accepting import language_of
from madang.portal.api import access, problems
from madang.portal.api.problems import ProblemError

View = Callable[..., HttpResponseBase]

log = logging.getLogger("madang.web")
LARGEST = 100_000  # bytes of a body; the longest text allowed is far below
SAFE = ("GET", "HEAD", "OPTIONS")
REMEMBERED = 200  # letters of an Accept header up to which what it means is remembered


class _Protection(CsrfViewMiddleware):
    """Django's check, answering with the reason instead of a page."""

    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason


def _nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


_protection = _Protection(_nothing)


def door(view: View) -> View:
    """Wrap a view of the API. It checks the session's protection itself, so Django's check steps aside."""

    @functools.wraps(view)
    def through(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        language = language_of(request)
        with translation.override(language):
            response = _through(view, request, *args, **kwargs)
        response["Content-Language"] = language
        patch_vary_headers(response, ["Accept-Language"])
        if request.method in SAFE and "private" not in response.get("Cache-Control", ""):
            # Public reading without credentials is open to programs on any site.
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Expose-Headers"] = "ETag, Link, Content-Language, Retry-After"
        return response

    through.csrf_exempt = True  # type: ignore[attr-defined]
    return through


def _through(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    method = request.method or "GET"
    try:
        access.identify(request)
        if method == "OPTIONS":
            return _options(view(request, *args, **kwargs).headers.get("Allow", "GET"))
        _check_accept(request)
        if method in SAFE:
            limits.spend(request, limits.API_READ)
        else:
            _check_body(request)
            if access.token_of(request) is None:
                _check_session(request)
            limits.spend(request, limits.API_WRITE)
        if method != "HEAD":
            response = view(request, *args, **kwargs)
        else:
            # The server keeps the headers and drops the body.
            request.method = "GET"
            response = view(request, *args, **kwargs)
            request.method = "HEAD"
    except ProblemError as error:
        return problems.from_error(error)
    except TooManyError as error:
        return pages.slow_down(request, error)
    except RequestDataTooBig:
        return problems.response(413, "body.too_large", _too_large())
    except OperationalError:
        log.exception("database unavailable")
        return problems.busy()
    if response.status_code == 405:
        return problems.method_not_allowed(response.headers.get("Allow", "GET"))
    if isinstance(response, HttpResponse) and method in ("GET", "HEAD") and response.status_code == 200:
        return _with_etag(request, response)
    if method not in SAFE:
        response["Cache-Control"] = "no-store"
    return response


def _too_large() -> Any:
    return _("The request is larger than 100 kB. Shorten it; files cannot be sent here.")


def _check_body(request: HttpRequest) -> None:
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > LARGEST:
        raise ProblemError(413, "body.too_large", _too_large())
    if length and request.content_type != "application/json":
        raise ProblemError(415, "body.type", _("Send the request as application/json in UTF-8."))
    if length:
        try:
            json.loads(request.body)
        except (ValueError, RecursionError) as error:
            raise ProblemError(
                400, "body.unreadable", _("The request is not JSON that can be read.")
            ) from error


def _check_accept(request: HttpRequest) -> None:
    if not _takes_json(request.headers.get("Accept", "*/*")):
        raise ProblemError(
            406, "accept", _("Answers are application/json. Ask for that, or send no Accept header.")
        )


def _takes_json(accept: str) -> bool:
    return _read_accept(accept) if len(accept) <= REMEMBERED else _read_accept.__wrapped__(accept)


@functools.lru_cache(maxsize=256)
def _read_accept(accept: str) -> bool:
    asked = HttpRequest()
    asked.META["HTTP_ACCEPT"] = accept
    return asked.accepts("application/json") or asked.accepts(problems.MEDIA_TYPE)


def _check_session(request: HttpRequest) -> None:
    """A browser that brings its session must prove that this site's own page asked."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return
    _protection.process_request(request)
    if _protection.process_view(request, _nothing, (), {}) is not None:
        raise ProblemError(
            403,
            "csrf",
            _("The session's protection is missing or has run out. Send the page's token as X-CSRFToken."),
        )


def _options(allowed: str) -> HttpResponse:
    response = HttpResponse(status=204)
    response["Allow"] = response["Access-Control-Allow-Methods"] = ", ".join(
        sorted({"OPTIONS", *(name.strip() for name in allowed.split(","))})
    )
    # Only public reading is open to other sites, so only its headers are.
    response["Access-Control-Allow-Headers"] = "Accept-Language, If-None-Match"
    response["Access-Control-Max-Age"] = "86400"
    return response


def _with_etag(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    etag = quote_etag(hashlib.sha256(response.content).hexdigest()[:32])
    response["ETag"] = etag
    if not response.has_header("Cache-Control"):
        response["Cache-Control"] = "no-cache"  # keep it, but ask each time whether it still holds
    answer: HttpResponseBase = get_conditional_response(request, etag=etag, response=response) or response
    return answer
