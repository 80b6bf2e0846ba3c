"""What the views share: the poll behind a code, addresses, tags, breadcrumbs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from madang.kernel import clock, policy
from madang.kernel.web.acting import actor_of
from madang.services.polls import queries
from madang.services.polls.enums import PollState
from madang.services.polls.models import Poll
from madang.services.polls.policies import is_answered_now

P = ParamSpec("P")
Part = dict[str, Any]
TONES = {"draft": "ochre", "open": "blue", "closed": "ochre", "published": "jade", "called_off": ""}


def with_poll(
    view: Callable[Concatenate[HttpRequest, Poll, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]:
    """Give the view the poll behind a code; what somebody may not see looks as if it did not exist."""

    @wraps(view)
    def found(request: HttpRequest, code: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        written = queries.read_code(code)
        poll = queries.by_code(written) if written else None
        if poll is None or not policy.can("polls.poll.view", actor_of(request), poll):
            raise Http404
        if written is not None and written != code and request.method == "GET":
            return redirect(request.path.replace(code, written, 1))
        return view(request, poll, *args, **kwargs)

    return found


def address(poll: Poll, name: str = "poll") -> str:
    return reverse(name, args=[poll.code])


def crumb(label: Any, url: str = "") -> Part:
    return {"label": label, "url": url}


def crumbs(*last: Part) -> list[Part]:
    return [crumb(_("Polls"), reverse("polls")), *last]


def desk_crumbs(*last: Part) -> list[Part]:
    return [
        crumb(_("Desk"), reverse("desk")),
        crumb(_("Polls"), reverse("polls_desk") if last else ""),
        *last,
    ]


def sign_in_url(back: str) -> str:
    return f"{reverse('account_login')}?{urlencode({'next': back})}"


def resident_url(back: str) -> str:
    try:
        return f"{reverse('residence')}?{urlencode({'next': back})}"
    except NoReverseMatch:
        return ""


def tag(poll: Poll) -> Part:
    """State in words, with what the clock says: an open poll may not have begun, or have reached its end."""
    if poll.is_archive:
        return {"label": pgettext("polls", "Held elsewhere"), "tone": ""}
    if poll.state == PollState.OPEN and not is_answered_now(poll):
        begins = poll.opens_at is not None and clock.now() < poll.opens_at
        return {"label": _("Begins soon") if begins else _("Ended"), "tone": "ochre"}
    return {"label": poll.get_state_display(), "tone": TONES[poll.state]}


def personal(response: HttpResponse) -> HttpResponse:
    """A page with somebody's own answers: no cache keeps it."""
    response["Cache-Control"] = "private, no-store"
    return response
