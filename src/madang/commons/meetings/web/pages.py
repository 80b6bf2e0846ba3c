"""What the views of the hall share: the meeting behind an address, the way to a page, who is at the desk."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from madang.commons.meetings import queries
from madang.commons.meetings.models import Meeting
from madang.kernel import ids, policy
from madang.kernel.web.acting import actor_of

P = ParamSpec("P")


def crumb(label: Any, url: str = "") -> dict[str, Any]:
    return {"label": label, "url": url}


def trail(meeting: Meeting, last: str = "") -> list[dict[str, Any]]:
    """The way to a page about a meeting."""
    first = crumb(_("Meetings"), reverse("meetings"))
    if not last:
        return [first, crumb(meeting.number)]
    return [first, crumb(meeting.number, reverse("meeting", args=[meeting.number])), crumb(last)]


def desk_trail(meeting: Meeting | None, last: str = "") -> list[dict[str, Any]]:
    found = [crumb(_("Desk"), reverse("desk")), crumb(_("Meetings"), reverse("desk_meetings"))]
    if meeting is None:
        return [*found, crumb(last)] if last else [found[0], crumb(_("Meetings"))]
    found.append(crumb(meeting.number, reverse("desk_meeting", args=[meeting.number]) if last else ""))
    return [*found, crumb(last)] if last else found


def sign_in_url(back: str) -> str:
    return f"{reverse('account_login')}?{urlencode({'next': back})}"


def with_meeting(
    view: Callable[Concatenate[HttpRequest, Meeting, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]:
    """Give the view the meeting behind a number, with its counts; a number typed loosely is sent on."""

    @wraps(view)
    def found(request: HttpRequest, number: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        meeting = queries.by_number(number)
        if meeting is None:
            raise Http404
        written = ids.read_number(number)
        if written is not None and written != number and request.method == "GET":
            return redirect(request.path.replace(number, written, 1), permanent=True)
        return view(request, meeting, *args, **kwargs)

    return found


def at_desk(
    view: Callable[Concatenate[HttpRequest, Meeting, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]:
    """Only for the office of the meeting: others are asked to sign in, or told why not."""

    @with_meeting
    def inside(request: HttpRequest, meeting: Meeting, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        policy.require("meetings.meeting.organise", actor_of(request), meeting)
        return view(request, meeting, *args, **kwargs)

    @wraps(view)
    def found(request: HttpRequest, number: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return inside(request, number, *args, **kwargs)

    return found


def hold(request: HttpRequest, reference: str) -> None:
    """Remember in this session that a thing was opened with its code; the latest hundred are kept."""
    held = [one for one in request.session.get("held", ()) if one != reference]
    request.session["held"] = [*held, reference][-100:]


def quiet(response: HttpResponse) -> HttpResponse:
    """A page that no cache keeps and that sends its address nowhere."""
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
