"""Somebody calls: an operator writes down what she says."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madang.commons.channels import targets
from madang.commons.channels.domain import taking
from madang.commons.channels.web import forms
from madang.commons.channels.web.common import choices, crumbs, for_operators
from madang.commons.channels.web.taken import keep
from madang.kernel.errors import RefusedError
from madang.kernel.web.acting import actor_of

CONSENT = 1
"""Version of the sentences that are read aloud (`channels/phone.html`); it is logged with every call."""
CONSENT_TO_ANSWER = 2
"""Of those before an answer to a question: they carry the consent text of the one who asks."""


@require_http_methods(["GET", "HEAD", "POST"])
@for_operators
def phone(request: HttpRequest) -> HttpResponse:
    """The form for a call, and filing it."""
    actor, status = actor_of(request), 200
    offered = choices(actor)
    asking = {key: asked for key, _label in offered if (asked := targets.question_of(key)) is not None}
    chosen = (request.POST if request.method == "POST" else request.GET).get("target", "")
    question = asking.get(chosen)
    form = forms.PhoneForm(
        request.POST if request.method == "POST" else None,
        choices=[one for one in offered if (one[0] == chosen if question else one[0] not in asking)],
        initial={"target": chosen},
    )
    form.fit(question)
    if request.method == "POST" and form.is_valid():
        try:
            target = targets.find(form.cleaned_data["target"])
            words = form.words()
            taking.measure(target, words)
            _entry, filed = taking.take(
                key=f"phone:{form.cleaned_data['ticket']}",
                channel="phone",
                target=target,
                words=words,
                operator=actor,
                payload={"consent": CONSENT if question is None else CONSENT_TO_ANSWER},
            )
        except RefusedError as refused:
            form.refuse(refused.code, str(refused))
        else:
            keep(request.session, "phone", filed)
            return redirect("channels_taken")
    if form.errors:
        status = 422
    context = {
        "form": form,
        "has_places": bool(offered),
        "has_form": question is not None or len(offered) > len(asking),
        "question": question,
        "others": [
            {"url": f"?{urlencode({'target': key})}", "label": label}
            for key, label in offered
            if key in asking and key != chosen
        ],
        "breadcrumb": crumbs((_("A call"), "")),
    }
    return render(request, "channels/phone.html", context, status=status)
