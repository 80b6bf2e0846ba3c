"""Pages on which several things can be done: each act has its form, its one domain call and its word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise

from madang.kernel.web import refusing
from madang.kernel.web.acting import actor_of

Doing = Callable[[Any, dict[str, Any]], object]
Verbs = dict[str, tuple[Any, Doing, str | Promise]]
"""By the value of the button: what makes the form, what is done with the actor and what was typed, what is said then."""


def perform(request: HttpRequest, verbs: Verbs, show: Callable[..., HttpResponse]) -> HttpResponse:
    """Do what the button asks for; a refusal shows the page again with what was typed."""
    do = request.POST.get("do", "")
    if do not in verbs:
        raise Http404
    make, act, said = verbs[do]
    form = make(request.POST)
    if form.is_valid():
        with refusing.on_form(form):
            act(actor_of(request), form.cleaned_data)
            messages.success(request, str(said))
            return redirect(request.path)
    return show(status=refusing.status_of(form), **{do: form})
