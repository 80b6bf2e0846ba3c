"""The page that checks without a network: one file with script, style and words inside."""

from __future__ import annotations

import json

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from madang.commons.ledger import api, wording
from madang.kernel.web import alone

_AREA = {"rows": 3, "spellcheck": "false", "autocomplete": "off", "class": "mono"}


class OfflineForm(forms.Form):
    """The fields of the page. They are read by its script only and never sent."""

    key = forms.CharField(label=_("Public key of the log"), widget=forms.Textarea(attrs=_AREA))
    policy = forms.CharField(
        label=_("Witnesses you rely on"), required=False, widget=forms.Textarea(attrs=_AREA)
    )
    receipt = forms.CharField(
        label=_("Text of the receipt"), required=False, widget=forms.Textarea(attrs=_AREA)
    )
    file = forms.FileField(label=_("Or the receipt file"), required=False)
    kept = forms.CharField(
        label=_("Older signed state that you kept"), required=False, widget=forms.Textarea(attrs=_AREA)
    )


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The file, with this log's key and witnesses filled in."""
    words = {**wording.STEPS, **wording.OFFLINE}
    words |= {f"growth.{name}": look[0] for name, look in wording.GROWTH.items()}
    outcomes = {
        name: {"title": title, "text": text, "tone": tone, "icon": icon}
        for name, (title, text, tone, icon) in wording.OUTCOMES.items()
    }
    kinds = {
        name: {"words": "", "label": label, "tone": tone, "icon": icon}
        for name, (label, tone, icon) in wording.STATUS.items()
    }
    context = {
        "form": OfflineForm(initial={"key": api.public_key(), "policy": api.witness_policy()}),
        "words": json.dumps({name: str(text) for name, text in words.items()}, ensure_ascii=False),
        "outcomes": outcomes,
        "kinds": kinds,
    }
    return alone.page(
        request, "ledger/offline.html", context, script="js/offline.js", name="madang-verify.html"
    )
