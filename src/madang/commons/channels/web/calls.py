"""Somebody calls who wants to support or say something about what is there already: an operator types her code."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from madang.commons.channels.domain import calling
from madang.commons.channels.web import forms
from madang.commons.channels.web.common import crumbs, for_operators
from madang.kernel.errors import RefusedError
from madang.kernel.web import limits
from madang.kernel.web.acting import actor_of

GUESS = limits.Limit("calling.code", 10, 600)
"""Wrong codes of one operator: of eight characters nobody guesses one in ten tries."""
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
        try:
            title = calling.enter(
                operator=actor_of(request),
                code=data["code"],
                number=data["number"],
                act=data["act"],
                body=data["body"],
            )
        except RefusedError as refused:
            if refused.code == "calling.code":
                limits.spend(request, GUESS)
            form.refuse(refused.code, str(refused))
        else:
            messages.success(request, f"{ACTS[data['act']]} · {title}")
            return redirect("channels_calls")
    context = {"form": form, "breadcrumb": crumbs((_("Support by phone"), ""))}
    return render(request, "channels/calls.html", context, status=422 if form.errors else 200)
