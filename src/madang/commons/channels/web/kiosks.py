"""Kiosk pages: big targets, a visible minute, nothing left for the next person. And the operator's list.

The terminal holds a cookie that names its kiosk; all else is in a session that is thrown away between two people.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from madang.commons.channels import targets
from madang.commons.channels.domain import kiosks
from madang.commons.channels.models import Kiosk
from madang.commons.channels.web import forms
from madang.commons.channels.web.common import choices, crumbs, for_operators, offices_of, titles
from madang.commons.channels.web.taken import KEPT, keep, receipt_of
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.templatetags.ui import seoul_text
from madang.kernel.web import limits
from madang.kernel.web.acting import actor_of

P = ParamSpec("P")
COOKIE = "madang_kiosk"
SECONDS = 60
"""Without a touch for so long, and the page is the next person's."""
SHOWN = 180
"""Seconds after filing in which the server still shows the receipt, whatever the terminal does."""
PIN = limits.Limit("kiosk.pin", 10, 600, "address")
FILE = limits.Limit("kiosk.file", 60, 3600)
"""Of one terminal: somebody who writes needs a minute. A copied cookie files no more than the terminal itself."""
TICKETS = "kiosk.tickets"
"""In the session of a visit: the forms that were opened in it."""
FORMS = 10
OPEN_TO_ALL = ("/kiosk/", "/static/")
WRITE = "/kiosk/write/"


class Locked:
    """A terminal that is a kiosk opens the kiosk's pages and no others.

    A browser keeps what a form sent and sends it again to whoever goes back and reloads. A form of another visit is
    therefore neither filed nor shown, not even by the page that says that its protection ran out.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = request.COOKIES.get(COOKIE, "")
        path = request.path_info.removeprefix("/en")
        if path == WRITE and request.method == "POST" and not _is_of_this_visit(request):
            return redirect("kiosk")
        if not token:
            return self.get_response(request)
        if path.startswith(OPEN_TO_ALL):
            return _ending(self.get_response(request))
        if kiosks.by_token(token) is not None:
            return redirect("kiosk")
        response = self.get_response(request)
        response.delete_cookie(COOKIE)
        return response


def _is_of_this_visit(request: HttpRequest) -> bool:
    return request.POST.get("ticket", "") in request.session.get(TICKETS, ())


def _ending(response: HttpResponseBase) -> HttpResponseBase:
    """A page that is none of the kiosk's (too much at once, our fault, nothing here) has no clock: it gets one."""
    is_other = response.status_code >= 400 and response.status_code != 422
    if is_other and COOKIE not in response.cookies:
        response["Refresh"] = f"{SECONDS};url={reverse('kiosk')}"
    return response


def at_kiosk(
    view: Callable[Concatenate[HttpRequest, Kiosk, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page for terminals; anywhere else it says what a kiosk is."""

    @never_cache
    @wraps(view)
    def gated(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        kiosk = kiosks.by_token(request.COOKIES.get(COOKIE, ""))
        if kiosk is None:
            response = render(request, "channels/kiosk_none.html", status=404)
            response.delete_cookie(COOKIE)
            return response
        return view(request, kiosk, *args, **kwargs)

    return gated


def _shown(
    request: HttpRequest, kiosk: Kiosk, name: str, status: int = 200, **context: object
) -> HttpResponse:
    named = titles().get(kiosk.target, "")
    told = {
        "kiosk": kiosk,
        "place": named,
        "question": targets.question_of(kiosk.target),
        "seconds": SECONDS,
        **context,
    }
    return render(request, f"channels/{name}.html", told, status=status)


@require_safe
@at_kiosk
def start(request: HttpRequest, kiosk: Kiosk) -> HttpResponse:
    """The first page. Opening it ends whatever the person before had open, an account too."""
    logout(request)
    target = targets.find(kiosk.target)
    verdict = target.intake.verdict(actor_of(request), target.place.key)
    response = _shown(request, kiosk, "kiosk", problem="" if verdict else str(verdict.reason))
    response["Clear-Site-Data"] = '"storage"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@at_kiosk
def write(request: HttpRequest, kiosk: Kiosk) -> HttpResponse:
    """The form. An opened one begins empty, however one came to it, and is of use in this visit only."""
    if request.user.is_authenticated:
        return redirect("kiosk")
    form = forms.KioskForm(request.POST if request.method == "POST" else None)
    form.fit(targets.question_of(kiosk.target), targets.telling_of(kiosk.target))
    if request.method == "GET":
        opened = [*request.session.get(TICKETS, ()), form.fields["ticket"].initial]
        request.session[TICKETS] = opened[-FORMS:]
    if request.method == "POST" and form.is_valid():
        try:
            limits.spend_for(f"kiosk:{kiosk.number}", FILE)
            taken = kiosks.take(kiosk=kiosk, ticket=form.cleaned_data["ticket"], words=form.words())
        except RefusedError as refused:
            form.refuse(refused.code, str(refused))
        else:
            keep(request.session, kiosks.CHANNEL, taken)
            return redirect("kiosk_done")
    return _shown(request, kiosk, "kiosk_write", status=422 if form.errors else 200, form=form)


@require_safe
@at_kiosk
def done(request: HttpRequest, kiosk: Kiosk) -> HttpResponse:
    """The receipt, for three minutes at most: as a code for a phone, and to print."""
    held = request.session.get(KEPT)
    if held is None or held["channel"] != kiosks.CHANNEL:
        return redirect("kiosk")
    if clock.now().timestamp() - held["at"] > SHOWN:
        return redirect("kiosk")
    receipt, _code = receipt_of(held)
    receipt["url"] = ""  # the page of the idea is for her own device
    return _shown(request, kiosk, "kiosk_done", receipt=receipt)


@require_http_methods(["GET", "HEAD", "POST"])
@at_kiosk
def leave(request: HttpRequest, kiosk: Kiosk) -> HttpResponse:
    """An operator ends it here with the number she chose."""
    problem = ""
    if request.method == "POST":
        limits.spend(request, PIN)
        if kiosks.end_here(kiosk=kiosk, pin=request.POST.get("pin", "")[:12]):
            logout(request)
            messages.success(request, _("This is no kiosk any more."))
            response = redirect("account_login")
            response.delete_cookie(COOKIE)
            return response
        problem = _("This number is wrong.")
    return _shown(request, kiosk, "kiosk_end", status=422 if problem else 200, problem=problem)


@require_http_methods(["GET", "HEAD", "POST"])
@for_operators
def desk(request: HttpRequest) -> HttpResponse:
    """The kiosks of her offices; starting one makes this browser a kiosk and signs her out here."""
    actor = actor_of(request)
    offered = _what_it_is_for(actor)
    act = request.POST.get("act", "")
    form = forms.KioskStartForm(request.POST if act == "start" else None, choices=offered)
    rows = Kiosk.objects.filter(host__in=offices_of(actor)).select_related("opened_by")
    if act == "end":
        ended = kiosks.end(actor=actor, kiosk=get_object_or_404(rows, number=request.POST.get("number", "")))
        if ended:
            messages.success(request, _("This terminal is no kiosk any more."))
        return redirect("channels_kiosks")
    if act == "start" and form.is_valid():
        try:
            _kiosk, token = kiosks.start(actor=actor, **form.cleaned_data)
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            logout(request)
            response = redirect("kiosk")
            response.set_cookie(
                COOKIE,
                token,
                max_age=int(kiosks.LONGEST.total_seconds()),
                httponly=True,
                secure=settings.SESSION_COOKIE_SECURE,
                samesite="Strict",
            )
            return response
    named = titles()
    context = {
        "form": form,
        "has_places": bool(offered),
        "open": [_row(row, named) for row in rows.filter(ended_at__isnull=True)[:100]],
        "past": [_row(row, named) for row in rows.filter(ended_at__isnull=False)[:30]],
        "breadcrumb": crumbs((_("Kiosks"), "")),
    }
    return render(request, "channels/kiosks.html", context, status=422 if form.errors else 200)


def _what_it_is_for(actor: Actor) -> list[tuple[str, str]]:
    """What her offices take in: first what takes ideas from a stranger now, the rest said to be closed."""
    nobody = Actor()
    rows = []
    for key, label in choices(actor):
        target = targets.find(key)
        is_open = bool(target.intake.verdict(nobody, target.place.key))
        rows.append((not is_open, key, label if is_open else _("%(what)s (closed now)") % {"what": label}))
    return [(key, label) for _closed, key, label in sorted(rows, key=lambda row: row[0])]


def _row(kiosk: Kiosk, named: dict[str, str]) -> dict[str, object]:
    return {
        "number": kiosk.number,
        "where": kiosk.where,
        "title": named.get(kiosk.target, kiosk.target),
        "since": seoul_text(kiosk.opened_at),
        "until": seoul_text(kiosk.ended_at) if kiosk.ended_at else "",
        "by": kiosk.opened_by.shown_name,
        "filed": kiosk.filed,
    }
