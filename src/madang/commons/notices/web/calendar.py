"""The private calendar of what somebody follows, behind a secret address."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madang.commons.notices import calendars, deadlines, queries
from madang.commons.notices.domain import preferring
from madang.kernel.models import User


@require_safe
def my_calendar(request: HttpRequest, token: str) -> HttpResponseBase:
    """Deadlines of what this person follows, in her language. An address that was taken back is not found."""
    user = queries.calendar_of(token)
    if user is None:
        raise Http404
    with translation.override(user.language):
        items = deadlines.of_follows(user)
        return calendars.response(request, title=_("Madang: what I follow"), items=items, is_private=True)


@require_POST
@login_required
def calendar_link(request: HttpRequest) -> HttpResponse:
    """Make a new secret address, or take it back."""
    user = request.user
    assert isinstance(user, User)  # login_required, said for the type checker
    revoke = request.POST.get("what") == "revoke"
    preferring.calendar_link(user, revoke=revoke)
    if revoke:
        messages.success(request, _("The address was taken back. Whoever had it sees nothing any more."))
    else:
        messages.success(request, _("Here is a new address. One that you had before opens nothing any more."))
    return redirect("mail_settings")
