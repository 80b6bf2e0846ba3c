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
CONSENT_TO_CASE = 3
"""Of those before words that are not public."""


@require_http_methods(["GET", "HEAD", "POST"])
@for_operators
def phone(request: HttpRequest) -> HttpResponse:
    """The form for a call, and filing it."""
    actor, status = actor_of(request), 200
    offered = choices(actor)
    # What has words of its own stands on a form of its own; proposals share one.
    asking = {
        key
        for key, _label in offered
        if targets.question_of(key) is not None or targets.telling_of(key) is not None
    }
    chosen = (request.POST if request.method == "POST" else request.GET).get("target", "")
    is_own = chosen in asking
    question = targets.question_of(chosen) if is_own else None
    telling = targets.telling_of(chosen) if is_own else None
    form = forms.PhoneForm(
        request.POST if request.method == "POST" else None,
        choices=[one for one in offered if (one[0] == chosen if is_own else one[0] not in asking)],
        initial={"target": chosen},
    )
    form.fit(question, telling)
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
                payload={
                    "consent": CONSENT_TO_ANSWER if question else CONSENT_TO_CASE if telling else CONSENT
                },
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
        "has_form": is_own or len(offered) > len(asking),
        "question": question,
        "telling": telling,
        "own_title": next((label for key, label in offered if key == chosen), "") if is_own else "",
        "has_proposals": len(offered) > len(asking),
        "others": [
            {"url": f"?{urlencode({'target': key})}", "label": label}
            for key, label in offered
            if key in asking and key != chosen
        ],
        "breadcrumb": crumbs((_("A call"), "")),
    }
    return render(request, "channels/phone.html", context, status=status)
