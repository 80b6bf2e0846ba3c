"""Somebody calls who wants to support or say something about what is there already: an operator types it in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from madang.commons.channels import providers
from madang.commons.channels.domain import calling
from madang.commons.channels.web import forms
from madang.commons.channels.web.common import crumbs, for_operators
from madang.kernel.errors import RefusedError
from madang.kernel.web import limits
from madang.kernel.web.acting import actor_of

GUESS = limits.Limit("calling.code", 10, 600)
"""Wrong codes of one operator: of eight characters nobody guesses one in ten tries. The same for numbers that belong to
an account, so that nobody finds out whose do."""
NUMBERS = limits.Limit("calling.number", 60, 3600)
"""Callers without an account whom one operator enters in an hour: a call takes a minute."""
ACTS = {
    "support": gettext_lazy("Support"),
    "unsupport": gettext_lazy("Take support back"),
    "for": gettext_lazy("Comment: for"),
    "against": gettext_lazy("Comment: against"),
    "question": gettext_lazy("Comment: question"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_operators
def calls(request: HttpRequest) -> HttpResponse:
    """The form; who the caller is, the operator does not learn."""
    form = forms.CallForm(request.POST if request.method == "POST" else None, acts=list(ACTS.items()))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if data["phone"]:
            limits.spend(request, NUMBERS)
        try:
            title = calling.enter(
                operator=actor_of(request),
                number=data["number"],
                act=data["act"],
                body=data["body"],
                code=data["code"],
                phone=data["phone"],
                seen=data["seen"],
                key=data["ticket"],
            )
        except RefusedError as refused:
            if refused.code in ("calling.code", "calling.phone"):
                limits.spend(request, GUESS)
            form.refuse(refused.code, str(refused))
        else:
            # The same words whether it was new or counted already: what a number has supported is not told.
            messages.success(request, f"{ACTS[data['act']]} · {title}")
            return redirect("channels_calls")
    is_told = providers.current() is not None
    context = {"form": form, "is_told": is_told, "breadcrumb": crumbs((_("Support by phone"), ""))}
    return render(request, "channels/calls.html", context, status=422 if form.errors else 200)
