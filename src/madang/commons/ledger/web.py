"""The page of the public log, and its files for everyone's programs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from madang.commons.ledger import api, wording
from madang.commons.ledger.errors import LedgerError
from madang.commons.ledger.logic.receipt import MAX_RECEIPT, Verdict
from madang.commons.ledger.logic.tiles import Tile, TileError
from madang.commons.ledger.sequencer import store
from madang.kernel import clock

MAX_FILE = 4 * MAX_RECEIPT
"""Bytes: a character of UTF-8 has at most four."""


class ReceiptForm(forms.Form):
    """A receipt, pasted or as a file."""

    receipt = forms.CharField(
        label=_("Text of the receipt"),
        required=False,
        strip=False,
        max_length=MAX_RECEIPT,
        error_messages={"max_length": _("A receipt has at most 100,000 characters. Paste only one receipt.")},
        widget=forms.Textarea(
            attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off", "class": "mono"}
        ),
    )
    file = forms.FileField(
        label=_("Or the receipt file"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".txt"}),
    )

    def clean_file(self) -> str:
        upload = self.cleaned_data.get("file")
        if not upload:
            return ""
        if upload.size > MAX_FILE:
            raise forms.ValidationError(
                _("This file is too big for a receipt. Choose the file that you downloaded.")
            )
        try:
            text: str = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(
                _("This file is not text. Choose the receipt file that ends in .txt.")
            ) from None
        return text

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not self.errors and not (values.get("file") or (values.get("receipt") or "").strip()):
            self.add_error("receipt", _("Paste the text of a receipt or choose its file."))
        return values

    @property
    def text(self) -> str:
        """What was given; a file goes first."""
        return self.cleaned_data["file"] or self.cleaned_data["receipt"]


@dataclass(frozen=True)
class Line:
    """One step as the page shows it."""

    words: str
    label: str | Promise
    tone: str
    icon: str


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """What the log is, how it stands, and a check of a receipt that works without JavaScript."""
    form = ReceiptForm(request.POST, request.FILES) if request.method == "POST" else ReceiptForm()
    verdict = api.verify_receipt(form.text) if form.is_bound and form.is_valid() else None
    status = api.status()
    try:
        published = api.latest_checkpoint()
        key = api.public_key()
    except LedgerError:
        published, key = None, ""
    context = {
        "form": form,
        "status": status,
        "problem": wording.PROBLEMS.get(status.problem, ""),
        "checkpoint": published[0] if published else "",
        "size": published[1].size if published else 0,
        "read_at": clock.now(),
        "key": key,
        "words": json.dumps({name: str(words) for name, words in wording.STEPS.items()}, ensure_ascii=False),
        "outcomes": {name: _outcome(name) for name in wording.OUTCOMES},
        "kinds": {name: Line("", *look) for name, look in wording.STATUS.items()},
        **(_shown(verdict) if verdict else {}),
    }
    return render(request, "ledger/page.html", context, status=422 if form.errors else 200)


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The signed state of the log."""
    data = store().fetch("checkpoint")
    if data is None:
        raise Http404
    return _file(data, "text/plain; charset=utf-8", "no-cache")


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """The public key as programs for signed notes read it."""
    return _file(f"{api.public_key()}\n".encode(), "text/plain; charset=utf-8", "max-age=300")


@require_safe
def tile(request: HttpRequest, path: str) -> HttpResponse:
    """A tile or an entry bundle, once it is part of the published log.

    Tiles that were written but not yet signed are not shown: they may still change, and answers are cached
    for ever.
    """
    try:
        wanted = Tile.parse(f"tile/{path}")
    except TileError:
        raise Http404 from None
    published = api.latest_checkpoint()
    if published is None or not wanted.within(published[1].size):
        raise Http404
    data = store().fetch(wanted.path)
    if data is None:  # a partial tile may be gone; programs then ask for the full one
        raise Http404
    return _file(data, "application/octet-stream", "public, max-age=31536000, immutable")


def _file(data: bytes, content_type: str, caching: str) -> HttpResponse:
    # Everyone's programs may read the log, also those in a page of another site.
    headers = {"Cache-Control": caching, "Access-Control-Allow-Origin": "*"}
    return HttpResponse(data, content_type=content_type, headers=headers)


def _outcome(name: str) -> dict[str, str | Promise]:
    title, text, tone, icon = wording.OUTCOMES[name]
    return {"title": title, "text": text, "tone": tone, "icon": icon}


def _shown(verdict: Verdict) -> dict[str, Any]:
    lines = [Line(wording.sentence(step), *wording.STATUS[step.status]) for step in verdict.steps]
    return {"outcome": _outcome(wording.outcome(verdict)), "lines": lines}
