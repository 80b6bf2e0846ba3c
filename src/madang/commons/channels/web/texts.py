"""Text messages: the web hook of the carrier, the list of what came, and the sandbox."""

from __future__ import annotations

import logging
import secrets

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from madang.commons.channels import providers
from madang.commons.channels.domain import texts
from madang.commons.channels.models import Text
from madang.commons.channels.web import forms
from madang.commons.channels.web.common import choices, crumbs, for_operators, titles, why
from madang.kernel import clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Role
from madang.kernel.web import limits
from madang.kernel.web.acting import actor_of
from madang.kernel.web.paging import Counted

log = logging.getLogger("madang.channels")
PAGE = 30
FORGED = limits.Limit("texts.forged", 60, 600, "address")


@csrf_exempt  # the carrier's signature is the proof, and it has no page of ours
@never_cache
@require_POST
def hook(request: HttpRequest) -> HttpResponse:
    """A message from the carrier: 200 taken in, 409 known already, 401 not believed. Only 200 has changed anything."""
    provider = providers.current()
    if provider is None:
        raise Http404
    body = request.read(providers.LARGEST + 1)
    if len(body) > providers.LARGEST:
        return JsonResponse({"problem": "too large"}, status=413)
    try:
        message = provider.receive(request.headers, body)
    except providers.ForgedError as refused:
        limits.spend(request, FORGED)
        log.warning("a call of the web hook for text messages is not believed: %s", refused)
        return JsonResponse({"problem": "signature"}, status=401)
    row = texts.receive(message=message, provider=provider.name)
    if row is None:
        return JsonResponse({"problem": "known"}, status=409)
    return JsonResponse({"state": "taken"})


@require_http_methods(["GET", "HEAD", "POST"])
@for_operators
def desk(request: HttpRequest) -> HttpResponse:
    """What came by text message and what became of it: no words, no numbers. Under it the sandbox, where it is set."""
    actor = actor_of(request)
    if not actor.holds(Role.TRIAGE):
        raise RefusedError(_("Only the triage desk of an office sees the text messages."), "mandate.triage")
    sandbox = providers.sandbox()
    form = forms.SandboxForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if request.POST.get("act") == "again":
            return _again(request)
        if sandbox is None:
            raise Http404
        if form.is_valid() and _try(request, sandbox, form):
            return redirect(reverse("channels_texts") + "#sandbox")
    own = [key for key, _label in choices(actor, Role.TRIAGE)]
    rows = Text.objects.filter(target__in=[*own, ""])
    page = Counted(rows, PAGE, known=None).get_page(request.GET.get("page"))
    context = {
        "provider": providers.current(),
        "sms_number": settings.SMS_NUMBER,
        "failed": rows.filter(reason__startswith="carrier", reply_at=None).exclude(sealed_reply="").count(),
        "sandbox": sandbox,
        "talk": list(reversed(sandbox.messages(40))) if sandbox is not None else [],
        "form": form,
        "page": page,
        "table": _table(page),
        "breadcrumb": crumbs((_("Text messages"), "")),
    }
    return render(request, "channels/texts.html", context, status=422 if form.errors else 200)


def _again(request: HttpRequest) -> HttpResponse:
    failed = Text.objects.filter(reason__startswith="carrier", reply_at=None).exclude(sealed_reply="")
    n = failed.update(reply_at=clock.now(), attempts=0, reason="")
    messages.success(request, _("%(n)s replies are tried again.") % {"n": n})
    return redirect("channels_texts")


def _try(request: HttpRequest, sandbox: providers.Sandbox, form: forms.SandboxForm) -> bool:
    """Send a message to ourselves as a carrier would: signed, by the same way in. Whether it was taken in."""
    data = form.cleaned_data
    headers, body = sandbox.call(
        sender=data["sender"], words=data["words"], key=f"sandbox-{secrets.token_hex(12)}"
    )
    message = sandbox.receive(headers, body)
    row = texts.receive(message=message, provider=sandbox.name)
    if row is None:
        form.add_error("sender", _("Write the number like 010-1234-5678."))
        return False
    texts.answer()
    return True


def _table(page: object) -> dict[str, object]:
    named = titles()
    rows: list[Text] = list(page)  # type: ignore[call-overload]
    return {
        "caption": _("Text messages that came in"),
        "columns": [
            {"label": label}
            for label in (_("When"), _("For what"), _("State"), _("Letter back"), _("Reason"))
        ],
        "rows": [
            {
                "cells": [
                    {"at": row.received_at},
                    named.get(row.target, "–"),
                    {"text": row.get_state_display(), "badge": TONES.get(row.state, "")},
                    _("waits") if row.reply_at else (_("not sent") if row.sealed_reply else "–"),
                    why(row.reason),
                ]
            }
            for row in rows
        ],
        "empty": _("No text message has come in yet"),
    }


TONES = {
    "filed": "jade",
    "asked": "ochre",
    "commented": "jade",
    "supported": "jade",
    "told": "blue",
    "refused": "persimmon",
    "flood": "ochre",
}
