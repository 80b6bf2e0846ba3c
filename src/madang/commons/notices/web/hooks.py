"""Pages for web hooks: list and register; one with its secret and its messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from madang.commons.notices import queries
from madang.commons.notices.domain import hooks as domain
from madang.commons.notices.kinds import sentence_of
from madang.commons.notices.models import Hook, HookDelivery
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.models import User
from madang.kernel.web import limits
from madang.kernel.web.acting import actor_of

TONES = {
    HookDelivery.State.WAITING: "ochre",
    HookDelivery.State.SENT: "jade",
    HookDelivery.State.FAILED: "persimmon",
}


class HookForm(forms.Form):
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        help_text=gettext_lazy("Begins with https:// and can be reached from the internet."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": gettext_lazy("Write the address that we shall call."),
            "max_length": gettext_lazy("Use an address of at most 500 characters."),
        },
    )
    scope = forms.ChoiceField(
        label=gettext_lazy("What shall it hear of?"),
        choices=Hook.Scope.choices,
        initial=Hook.Scope.FOLLOWED,
        widget=forms.RadioSelect,
    )


def why(row: HookDelivery) -> str:
    """What came of the last attempt, in words."""
    errors = {
        "timeout": _("no answer within ten seconds"),
        "connection": _("no connection"),
        "certificate": _("the certificate is not valid"),
        "unknown_host": _("the name of the address is not known"),
        "private_address": _("the address lies inside a private network"),
    }
    if row.status is not None:
        return _("answered %(status)s") % {"status": row.status}
    return errors.get(row.last_error, row.last_error)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hooks(request: HttpRequest) -> HttpResponse:
    """The hooks of whoever is signed in, and a form for one more."""
    user = request.user
    assert isinstance(user, User)  # login_required, said for the type checker
    form = HookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = domain.create(actor=actor_of(request), **form.cleaned_data)
        except RefusedError as refused:
            form.add_error("url", str(refused))
        else:
            messages.success(
                request, _("The web hook is registered. Keep its secret, and send a trial message.")
            )
            return redirect("hook", token=made.name)
    rows = [
        {
            "title": hook.url,
            "url": reverse("hook", args=[hook.name]),
            "meta": [hook.get_scope_display()],
            "tags": [_tag(hook)],
        }
        for hook in queries.hooks_of(user)
    ]
    context = {
        "form": form,
        "rows": rows,
        "breadcrumb": [{"label": _("Notices"), "url": reverse("notices")}, {"label": _("Web hooks")}],
    }
    return render(
        request, "notices/hooks.html", context, status=422 if form.is_bound and not form.is_valid() else 200
    )


def _tag(hook: Hook) -> dict[str, Any]:
    is_on = hook.state == Hook.State.ACTIVE
    return {"label": hook.get_state_display(), "tone": "jade" if is_on else "persimmon"}


def _crumbs() -> list[dict[str, str]]:
    return [
        {"label": _("Notices"), "url": reverse("notices")},
        {"label": _("Web hooks"), "url": reverse("hooks")},
        {"label": _("Web hook")},
    ]


def _rotate(actor: Actor, hook: Hook) -> str:
    domain.rotate(actor=actor, hook=hook)
    return _("There is a new secret. The one before is still used beside it for a day.")


def _trial(actor: Actor, hook: Hook) -> str:
    domain.trial(actor=actor, hook=hook)
    return _("A trial message is on its way. Reload the page in a few seconds.")


def _resume(actor: Actor, hook: Hook) -> str:
    domain.resume(actor=actor, hook=hook)
    return _("The web hook works again. What was not delivered is tried anew.")


def _delete(actor: Actor, hook: Hook) -> str:
    domain.delete(actor=actor, hook=hook)
    return _("The web hook is deleted.")


VERBS: dict[str, Callable[[Actor, Hook], str]] = {
    "rotate": _rotate,
    "trial": _trial,
    "resume": _resume,
    "delete": _delete,
}


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hook(request: HttpRequest, token: str) -> HttpResponse:
    """One hook. Somebody else's is not found, as if it did not exist."""
    user = request.user
    assert isinstance(user, User)  # login_required, said for the type checker
    row = queries.hooks_of(user).filter(name=token).first()
    if row is None:
        raise Http404
    if request.method == "POST":
        limits.spend(request, limits.HOOK_TEST)
        verb = VERBS.get(request.POST.get("what", ""))
        if verb is None:
            raise Http404
        messages.success(request, verb(actor_of(request), row))
        return redirect("hooks") if verb is _delete else redirect("hook", token=token)
    if "delete" in request.GET:
        return render(request, "notices/hook_delete.html", {"hook": row, "breadcrumb": _crumbs()})
    table = {
        "caption": _("Messages of the last thirty days"),
        "caption_hidden": True,
        "columns": [
            {"label": _("When")},
            {"label": _("What")},
            {"label": _("State")},
            {"label": _("Attempts"), "numeric": True},
            {"label": _("Last answer")},
        ],
        "rows": [
            {
                "cells": [
                    {"at": message.made_at},
                    _("Trial message") if message.event_id is None else sentence_of(message.kind, {}),
                    {
                        "text": message.get_state_display(),
                        "badge": TONES.get(HookDelivery.State(message.state), ""),
                    }
                    if message.state in TONES
                    else message.get_state_display(),
                    {"text": str(message.attempts), "numeric": True},
                    why(message),
                ]
            }
            for message in queries.hook_deliveries(row)
        ],
        "empty": _("No message yet"),
    }
    context = {
        "hook": row,
        "is_on": row.state == Hook.State.ACTIVE,
        "tag": _tag(row),
        "secret": domain.secret(row),
        "table": table,
        "is_local": settings.HOOKS_LOCAL,
        "breadcrumb": _crumbs(),
    }
    return render(request, "notices/hook.html", context)
