"""Erasing one's account: first what goes and what stays, then proof that it is she, then the act."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlencode

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django import forms
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from madang.kernel.errors import RefusedError
from madang.kernel.web.acting import actor_of
from madang.portal import leaving

RECENT = 600
"""Seconds for which a sign-in counts as proof where there is neither password nor passkey."""


class LeaveForm(forms.Form):
    sure = forms.BooleanField(
        label=gettext_lazy("Yes, erase my account. I know that this cannot be undone."),
        error_messages={"required": gettext_lazy("Tick this if you are sure.")},
    )


def _crumbs() -> list[dict[str, Any]]:
    return [{"label": _("My page"), "url": reverse("me")}, {"label": _("Erase my account")}]


@login_required
@never_cache
@require_safe
def explain(request: HttpRequest) -> HttpResponse:
    """What goes, what stays and why."""
    seen = leaving.look(actor_of(request).account)
    return render(request, "portal/leave.html", {"seen": seen, "breadcrumb": _crumbs()})


def _signed_in_lately(request: HttpRequest) -> bool:
    """For accounts with neither password nor passkey: the sign-in itself, if it was a moment ago."""
    if get_reauthentication_flows(request.user):
        return True
    moments = [float(record.get("at", 0)) for record in get_authentication_records(request, request.user)]
    return bool(moments) and 0 <= time.time() - max(moments) < RECENT


@login_required
@never_cache
@reauthentication_required(app="allauth.mfa")
def confirm(request: HttpRequest) -> HttpResponse:
    """The last question; then everything at once."""
    if not _signed_in_lately(request):
        logout(request)
        return redirect(f"{reverse('account_login')}?{urlencode({'next': request.path})}")
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        actor = actor_of(request)
        try:
            leaving.leave(actor=actor, user=actor.account)
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            logout(request)
            return redirect("left")
    status = 422 if form.is_bound else 200
    return render(
        request, "portal/leave_confirm.html", {"form": form, "breadcrumb": _crumbs()}, status=status
    )


@require_safe
def left(request: HttpRequest) -> HttpResponse:
    """The account is gone."""
    return render(request, "portal/left.html")
