"""By any means: how else one takes part, for everybody; her number and her code, for who is signed in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from madang.commons.channels import providers
from madang.commons.channels.domain import calling, mail, replies, text_words, texts
from madang.commons.channels.models import CallingCode, Number
from madang.commons.channels.web.calls import ACTS
from madang.kernel import policy
from madang.kernel.web import limits
from madang.kernel.web.acting import actor_of

LINK = limits.Limit("texts.link", 10, 3600)
CODE = limits.Limit("calling.make", 10, 3600)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def means(request: HttpRequest) -> HttpResponse:
    """Every means that is open here, and what each can do."""
    if request.method == "POST":
        return _act(request)
    user = actor_of(request).user
    places = text_words.open_targets()
    context: dict[str, Any] = {
        "sms_number": settings.SMS_NUMBER if providers.current() is not None else "",
        "places": places,
        "mails": [(target.title, mail.address_of(target)) for target in places] if replies.is_on() else [],
        "breadcrumb": [{"label": _("Every way to take part"), "url": ""}],
    }
    if user is not None:
        context |= {
            "connected": [
                f"··· {row.number[-4:]}" for row in Number.objects.filter(user=user, is_connected=True)
            ],
            "has_code": CallingCode.objects.filter(user=user).exists(),
            "uses": [
                {"at": row.at, "act": ACTS[row.act], "office": row.host.name, "link": link}
                for row, link in calling.uses_of(user)
            ],
        }
    return render(request, "channels/means.html", context)


@login_required
def _act(request: HttpRequest) -> HttpResponse:
    actor, act = actor_of(request), request.POST.get("act", "")
    back = {"label": _("Every way to take part"), "url": reverse("means")}
    if act == "connect":
        if providers.current() is None:
            raise Http404
        limits.spend(request, LINK)
        policy.require("channels.number.connect", actor)
        context = {
            "number": settings.SMS_NUMBER,
            "code": texts.new_link(actor.account),
            "minutes": texts.LINK_SECONDS // 60,
            "breadcrumb": [back, {"label": _("Connect a number"), "url": ""}],
        }
        return render(request, "channels/texts_link.html", context)
    if act == "code":
        limits.spend(request, CODE)
        code = calling.make(actor=actor)
        context = {"code": code, "breadcrumb": [back, {"label": _("Code for calls"), "url": ""}]}
        return render(request, "channels/calling_code.html", context)
    if act == "forget":
        texts.disconnect(actor=actor)
        messages.success(request, _("Your number is erased here."))
    elif act == "drop":
        calling.drop(actor=actor)
        messages.success(request, _("Your code is of no use any more."))
    return redirect("means")
