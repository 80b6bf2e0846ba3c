"""The page of the public log, and its files for everyone's programs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from madang.commons.ledger import api, witness, wording
from madang.commons.ledger.errors import LedgerError
from madang.commons.ledger.logic.receipt import MAX_RECEIPT, Verdict
from madang.commons.ledger.logic.tiles import Tile, TileError
from madang.commons.ledger.sequencer import store
from madang.kernel import clock

MAX_STATE = 20_000
"""Characters of a signed state, with many cosignatures."""
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


class GrowthForm(forms.Form):
    """Two states of the log, each as a size or as a signed note."""

    old = forms.CharField(
        label=_("Older state"),
        help_text=_("A number of entries, or a whole signed state that you kept."),
        max_length=MAX_STATE,
        strip=False,
        error_messages={"required": _("Give a number of entries, or paste a signed state.")},
        widget=forms.Textarea(
            attrs={"rows": 2, "spellcheck": "false", "autocomplete": "off", "class": "mono"}
        ),
    )
    new = forms.CharField(
        label=_("Newer state"),
        help_text=_("Leave it empty to compare with the state of today."),
        max_length=MAX_STATE,
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 2, "spellcheck": "false", "autocomplete": "off", "class": "mono"}
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """What the log is, how it stands, and a check of a receipt that works without JavaScript."""
    form, growth = ReceiptForm(), GrowthForm()
    if request.method == "POST" and "old" in request.POST:
        growth = GrowthForm(request.POST)
    elif request.method == "POST":
        form = ReceiptForm(request.POST, request.FILES)
    verdict = api.verify_receipt(form.text) if form.is_bound and form.is_valid() else None
    status = api.status()
    try:
        published = api.latest_checkpoint()
        key, policy_text = api.public_key(), api.witness_policy()
    except LedgerError:
        published, key, policy_text = None, "", ""
    witnesses, least = api.witness_states()
    context = {
        "form": form,
        "growth": growth,
        "grown": _grown(growth) if growth.is_bound and growth.is_valid() else None,
        "growth_words": json.dumps({name: str(look[0]) for name, look in wording.GROWTH.items()}),
        "growth_kinds": {name: _line(_seen(name)) for name in wording.GROWTH},
        "witnesses": [(state, _line(wording.ANSWERS[state.answer])) for state in witnesses],
        "least": least,
        "witnessed": api.witnessed_checkpoint() if witnesses else None,
        "policy": policy_text,
        "witness_problem": wording.PROBLEMS.get(api.witness_problem(), ""),
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
    return render(request, "ledger/page.html", context, status=422 if form.errors or growth.errors else 200)


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The signed state of the log, with the cosignatures that are there by now."""
    published = api.latest_checkpoint()
    if published is None:
        raise Http404
    return _file(published[0].encode(), "text/plain; charset=utf-8", "no-cache")


@require_safe
def witnessed(request: HttpRequest) -> HttpResponse:
    """The newest state that enough witnesses cosigned."""
    found = api.witnessed_checkpoint()
    if found is None:
        raise Http404
    return _file(found[0].encode(), "text/plain; charset=utf-8", "no-cache")


@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """Who the witnesses are and how many are enough."""
    text = api.witness_policy()
    if not text:
        raise Http404
    return _file(text.encode(), "text/plain; charset=utf-8", "no-cache")


@require_safe
def witness_program(request: HttpRequest) -> HttpResponse:
    """The one-file witness, for whoever wants to run one."""
    answer = _file(Path(witness.__file__).read_bytes(), "text/x-python; charset=utf-8", "max-age=300")
    answer["Content-Disposition"] = 'attachment; filename="witness.py"'
    return answer


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


def _line(look: tuple[str | Promise, str, str], words: str = "") -> Line:
    label, tone, icon = look
    return Line(words, label, tone, icon)


def _seen(code: str) -> tuple[str | Promise, str, str]:
    """The badge of a comparison: right, wrong, or not compared."""
    return wording.STATUS[{"right": "passed", "wrong": "failed", "signature": "failed"}.get(code, "skipped")]


def _grown(form: GrowthForm) -> dict[str, Any]:
    try:
        found = api.consistency(form.cleaned_data["old"], form.cleaned_data["new"])
    except LedgerError as error:
        return {"line": Line("", wording.PROBLEMS[error.code], "persimmon", "error"), "found": None}
    return {"line": _line(_seen(found.code), wording.growth(found)), "found": found}


def _outcome(name: str) -> dict[str, str | Promise]:
    title, text, tone, icon = wording.OUTCOMES[name]
    return {"title": title, "text": text, "tone": tone, "icon": icon}


def _shown(verdict: Verdict) -> dict[str, Any]:
    lines = [Line(wording.sentence(step), *wording.STATUS[step.status]) for step in verdict.steps]
    return {"outcome": _outcome(wording.outcome(verdict)), "lines": lines}
