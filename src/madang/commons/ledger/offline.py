"""The page that checks without a network: one file with script, style and words inside."""

from __future__ import annotations

import base64
import hashlib
import json
import re

from django import forms
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from madang.commons.ledger import api, wording

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
    script, style = _built("js/offline.js").replace("</script", "<\\/script"), _built("madang.css")
    style = re.sub(r"@font-face\s*\{[^}]*\}", "", style)  # the typeface lies elsewhere; the device has one
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
        "language": get_language(),
        "form": OfflineForm(initial={"key": api.public_key(), "policy": api.witness_policy()}),
        "words": json.dumps({name: str(text) for name, text in words.items()}, ensure_ascii=False),
        "outcomes": outcomes,
        "kinds": kinds,
        "script_hash": _digest(script),
        "style_hash": _digest(style),
    }
    answer = render(request, "ledger/offline.html", context)
    # Put in last, because templates would escape them.
    for mark, text in (
        (b"<!--style-->", f"<style>{style}</style>"),
        (b"<!--script-->", f'<script type="module">{script}</script>'),
    ):
        answer.content = answer.content.replace(mark, text.encode())
    answer["Content-Disposition"] = 'attachment; filename="madang-verify.html"'
    return answer


def _built(name: str) -> str:
    with staticfiles_storage.open(name) as file:
        text: str = file.read().decode()
    return text


def _digest(text: str) -> str:
    """As a browser counts it in a content security policy."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
