"""The text of an idea: its versions and their differences, writing another, proposing an amendment."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from madang.kernel import policy, text
from madang.kernel.errors import RefusedError, TooManyError
from madang.kernel.web import limits, once
from madang.kernel.web.acting import actor_of
from madang.services.square.domain import amendments, versions
from madang.services.square.logic import texts
from madang.services.square.logic.turns import Who
from madang.services.square.models import Idea, TextVersion
from madang.services.square.models.growing import AmendmentState
from madang.services.square.web import items, present
from madang.services.square.web import turns as words
from madang.services.square.web.growing_forms import TextForm
from madang.services.square.web.pages import sign_in_url, trail, with_idea

Part = dict[str, Any]
TONES = {
    AmendmentState.OPEN: "ochre",
    AmendmentState.UNANSWERED: "persimmon",
    AmendmentState.ACCEPTED: "jade",
    AmendmentState.REFUSED: "",
    AmendmentState.WITHDRAWN: "",
}


def written(idea: Idea) -> list[Part]:
    """The versions, the newest first; a text that nobody changed has one, its own."""
    rows = list(idea.versions.select_related("author", "amendment").order_by("-number"))
    found = [
        {
            "number": row.number,
            "author": _author(idea, row),
            "at": row.at,
            "reason": row.reason,
            "share": round(row.changed / 10),
            "is_substantial": row.is_substantial,
            "amendment": row.amendment,
            "stands": place == 0,
        }
        for place, row in enumerate(rows)
    ]
    return found or [
        {
            "number": 1,
            "author": str(words.WHO[Who.FACILITATOR]) if idea.is_topic else present.author(idea.matter),
            "at": idea.matter.filed_at,
            "reason": "",
            "share": 0,
            "is_substantial": False,
            "amendment": None,
            "stands": True,
        }
    ]


def _author(idea: Idea, row: TextVersion) -> str:
    if idea.is_topic and row.author is None:
        return str(words.WHO[Who.FACILITATOR])
    if row.number == 1 or row.author is None:
        return present.author(idea.matter)
    return row.author.shown_name


def amendment_row(idea: Idea, row: Any) -> Part:
    state = AmendmentState(row.state)
    label = pgettext("amendment", "Accepted in part") if row.is_partly else state.label
    return {
        "number": row.number,
        "url": reverse("amendment", args=[idea.matter.number, row.number]),
        "tag": {"label": label, "tone": TONES[state]},
        "by": row.by.shown_name,
        "at": row.at,
        "due_at": row.due_at if state == AmendmentState.OPEN else None,
        "reason": row.reason,
        "hidden": row.get_hide_reason_display() if row.hide_reason else "",
    }


def may(request: HttpRequest, idea: Idea) -> Part:
    """What this person can do with the text, and where."""
    actor, number = actor_of(request), idea.matter.number
    write = policy.can("square.idea.write", actor, idea)
    propose = policy.can("square.amendment.propose", actor, idea)
    found: Part = {"refusal": ""}
    if write:
        found["write_url"] = reverse("text_write", args=[number])
        found["authors_url"] = "" if idea.is_topic else reverse("coauthors", args=[number])
    elif propose:
        found["propose_url"] = reverse("amendment_new", args=[number])
    elif propose.code == "sign_in":
        found["sign_in_url"] = sign_in_url(reverse("amendment_new", args=[number]))
    else:
        found["refusal"] = str(propose.reason)
    return found


@require_safe
@with_idea
def versions_of(request: HttpRequest, idea: Idea) -> HttpResponse:
    """All versions and all amendments."""
    rows = idea.amendments.select_related("by").order_by("-number")
    return render(
        request,
        "square/text.html",
        {
            "idea": idea,
            "matter": idea.matter,
            "versions": written(idea),
            "amendments": [amendment_row(idea, row) for row in rows],
            "may": may(request, idea),
            "tabs": items.tabs(idea.matter, "text"),
            "breadcrumb": trail(idea, _("Text and amendments")),
        },
    )


@require_safe
@with_idea
def version(request: HttpRequest, idea: Idea, place: int) -> HttpResponse:
    """One version: its words, and what is different from the one before (or from another, `?against=`)."""
    number, last = place, versions.number_of(idea)
    if not 1 <= number <= last:
        raise Http404
    typed = request.GET.get("against", "")
    against = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else number - 1
    against = against if 1 <= against <= last and against != number else max(number - 1, 0)
    title, body = versions.text_of(idea, number)
    before = versions.text_of(idea, against) if against else None
    row = next((each for each in written(idea) if each["number"] == number), None)
    context = {
        "idea": idea,
        "matter": idea.matter,
        "number": number,
        "last": last,
        "row": row,
        "title": title,
        "body_html": text.to_html(body),
        "against": against,
        "before": before,
        "after": (title, body),
        "others": [each for each in range(1, last + 1) if each not in (number, against)],
        "breadcrumb": trail(idea, pgettext("text", "Version %(n)s") % {"n": number}),
    }
    return render(request, "square/version.html", context)


def _start(idea: Idea) -> Part:
    return {
        "base": versions.number_of(idea),
        "title": idea.matter.title,
        "body": idea.matter.body,
    }


def rebase(form: TextForm, idea: Idea) -> tuple[str, ...]:
    """Put what was typed onto the version that stands now; the form is sent again with it. Returns what clashed."""
    base, last = int(form.cleaned_data["base"]), versions.number_of(idea)
    idea.matter.refresh_from_db()
    title, body = versions.text_of(idea, base)
    new_title = texts.merge(title, idea.matter.title, form.cleaned_data["title"])
    new_body = texts.merge(body, idea.matter.body, form.cleaned_data["body"])
    data: Any = form.data.copy()  # type: ignore[attr-defined]
    data.update({"base": str(last), "title": new_title.text, "body": new_body.text})
    for name in ("base", "title", "body"):
        data.setlist(name, [data[name]])
    form.data = data
    return (*new_title.conflicts, *new_body.conflicts)


@with_idea
def write(request: HttpRequest, idea: Idea) -> HttpResponse:
    """The authors write another version."""
    actor = actor_of(request)
    verdict = policy.can("square.idea.write", actor, idea)
    if not verdict and not actor.is_signed_in and not actor.receipts:
        return redirect(sign_in_url(request.path))
    policy.require("square.idea.write", actor, idea)
    form = TextForm(request.POST) if request.method == "POST" else TextForm(initial=_start(idea))
    conflicts: tuple[str, ...] = ()
    if request.method == "POST" and form.is_valid():
        words = {name: form.cleaned_data[name] for name in ("base", "title", "body", "reason")}
        try:
            row = versions.write(actor=actor, idea=idea, **words)
        except RefusedError as refusal:
            if refusal.code == "text.moved":
                conflicts = rebase(form, idea)
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Version %(n)s stands now.") % {"n": row.number})
            return redirect("text_version", idea.matter.number, row.number)
    return _form_page(request, idea, form, conflicts, is_amendment=False)


@with_idea
def propose(request: HttpRequest, idea: Idea) -> HttpResponse:
    """Anyone signed in proposes a changed text."""
    actor = actor_of(request)
    verdict = policy.can("square.amendment.propose", actor, idea)
    if not verdict and verdict.code == "sign_in" and request.method != "POST":
        return redirect(sign_in_url(request.path))
    form = TextForm(request.POST) if request.method == "POST" else TextForm(initial=_start(idea))
    if request.method == "GET" and not verdict:
        messages.info(request, str(verdict.reason))
        return redirect("text", idea.matter.number)
    if request.method == "POST" and form.is_valid():
        words = {name: form.cleaned_data[name] for name in ("base", "title", "body", "reason")}
        words["base"] = min(words["base"], versions.number_of(idea))
        try:
            limits.spend(request, limits.COMMENT)
            number, _is_new = once.use(
                request,
                form.key,
                lambda: (amendments.propose(actor=actor, idea=idea, **words).number, {}),
            )
        except TooManyError as error:
            form.add_error(None, str(error))
            form.wait = error.retry_after
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your amendment is published. The authors have been told."))
            return redirect("amendment", idea.matter.number, number)
    return form.answered(_form_page(request, idea, form, (), is_amendment=True))


def _form_page(
    request: HttpRequest, idea: Idea, form: TextForm, conflicts: tuple[str, ...], *, is_amendment: bool
) -> HttpResponse:
    context = {
        "idea": idea,
        "matter": idea.matter,
        "form": form,
        "conflicts": conflicts,
        "is_amendment": is_amendment,
        "supports": idea.support_total,
        "breadcrumb": trail(idea, _("Propose an amendment") if is_amendment else _("Another version")),
    }
    return render(request, "square/text_write.html", context, status=422 if form.errors else 200)
