"""Error pages that keep what was typed."""

from __future__ import annotations

import logging
import math
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise

from madang.kernel.errors import TooManyError
from madang.kernel.saying import tongue
from madang.kernel.web import problems, programs

log = logging.getLogger("madang.web")
SECRET = frozenset({"csrfmiddlewaretoken", "ticket", "code", "pin"})


def kept(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed into the form of this request, to be shown again; never passwords, tickets or codes.

    Numbers of up to three digits are choices (an hour, an office), not words that somebody would miss.
    """
    return [
        (name, value)
        for name, values in (request.POST.lists() if request.method == "POST" else [])
        for value in values
        if len(value) > 1
        and not (len(value) < 4 and value.isdigit())
        and name not in SECRET
        and "password" not in name
    ]


def calm(request: HttpRequest, template: str, status: int, reason: str, code: str) -> HttpResponse:
    """The page (or, for programs, the problem) that says what went wrong, with what was typed."""
    if programs.is_for_program(request.path):
        return programs.refuse(request.path, status, code, reason)
    context = {"reason": reason, "kept": kept(request), "bare": status == 503}
    try:
        return render(request, template, context, status=status)
    except DatabaseError:
        # Something in the shell asked a database that does not answer: the words alone, then.
        page = render_to_string(template, {**context, "bare": True, "language": tongue()})
        return HttpResponse(page, status=status)


def busy(request: HttpRequest, error: BaseException) -> HttpResponse:
    """The database is busy or away: 503, try again in ten seconds."""
    log.error("database unavailable", exc_info=error)
    response = calm(request, "kernel/busy.html", 503, str(problems.BUSY), "database.busy")
    response["Retry-After"] = "10"
    return response


def full(request: HttpRequest, seconds: int) -> HttpResponse:
    """More people are here than can be answered: 503, with the time to wait and what was typed. No database is asked."""
    with _addressed(request):
        if programs.is_for_program(request.path):
            response = programs.refuse(request.path, 503, "site.full", problems.CROWDED)
        else:
            context = {"seconds": seconds, "kept": kept(request), "bare": True, "language": tongue()}
            response = HttpResponse(render_to_string("kernel/busy.html", context), status=503)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    response._has_been_logged = True  # type: ignore[attr-defined] # the bridge says it once a minute
    return response


def slow_down(request: HttpRequest, error: TooManyError) -> HttpResponse:
    """More than a limit allows: 429, with the time to wait and what was typed."""
    if programs.is_for_program(request.path):
        response = programs.refuse(request.path, 429, error.code, str(error))
    else:
        context = {"minutes": math.ceil(error.retry_after / 60), "kept": kept(request)}
        response = render(request, "kernel/slow.html", context, status=429)
    response["Retry-After"] = str(error.retry_after)
    return response


def shown_again_by(
    page: Callable[..., HttpResponseBase],
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark a view whose form `page` shows again, with all that was typed, when its protection has run out.

    Whoever signs in or out in another window makes the forms of all others run out. Ticks and choices cannot be copied
    from a page as words can. `page` is called with what the view is called with and must change nothing: what it is sent
    may come from another site.
    """

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        view.shown_again_by = page  # type: ignore[attr-defined]
        return view

    return mark


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """The form's protection ran out (signed in or out elsewhere, expired session, cookies off)."""
    match = request.resolver_match
    page = getattr(match.func, "shown_again_by", None) if match is not None else None
    if match is None or page is None:
        return expired(request)
    try:
        shown: HttpResponseBase = page(request, *match.args, **match.kwargs)
    except Http404:  # gone, or hidden from whoever is signed in now: the words are not
        return expired(request)
    return shown


def expired(request: HttpRequest) -> HttpResponse:
    """Show the words again and how to go on."""
    context = {"kept": kept(request), "back": request.get_full_path()}
    return render(request, "kernel/expired.html", context, status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A request no page of ours makes: an unknown host, a broken form, a character no address has.

    More words, files or fields than one form may hold arrive here too: Django reads the form before any view does.
    """
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return too_large(request)
    return _bare(request, 400, "request.broken", problems.BROKEN)


def too_large(request: HttpRequest) -> HttpResponse:
    """More than any form of ours holds; it is not read. The browser still has what was typed."""
    return _bare(request, 413, "request.too_large", problems.TOO_LARGE)


def _addressed(request: HttpRequest) -> AbstractContextManager[None]:
    """The language of the request, before any middleware has set it.

    That of a page stands in its address, whatever the browser prefers; programs ask for theirs.
    """
    if programs.is_for_program(request.path):
        return translation.override(translation.get_language_from_request(request))
    return translation.override(translation.get_language_from_path(request.path) or settings.LANGUAGE_CODE)


def _bare(request: HttpRequest, status: int, code: str, reason: str | Promise) -> HttpResponse:
    """Without the shell and without a look at the session or the host: nothing in the request can be trusted."""
    with _addressed(request):
        if programs.is_for_program(request.path):
            return programs.refuse(request.path, status, code, reason)
        page = render_to_string(
            "kernel/400.html",
            {"bare": True, "reason": reason, "is_too_large": status == 413, "language": tongue()},
        )
        return HttpResponse(page, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if programs.is_for_program(request.path):
        return programs.refuse(request.path, 404, "address.unknown", problems.NOTHING_HERE)
    return render(request, "kernel/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without the shell: whatever broke may have broken the shell too.

    A database that fails while session or account are looked up ends here too, and gets its calm page.
    """
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError):
        return busy(request, error)
    if programs.is_for_program(request.path):
        return programs.refuse(request.path, 500, "server.error", problems.OUR_FAULT)
    return render(request, "kernel/500.html", {"bare": True}, status=500)
