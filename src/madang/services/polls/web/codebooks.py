"""Codebooks: versions, a draft and its entries, what changed, fixing; and the page that everybody may read."""

from __future__ import annotations

import copy
from typing import Any

from django.contrib import messages
from django.forms import BooleanField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from madang.kernel import policy
from madang.kernel.errors import RefusedError
from madang.kernel.web.acting import actor_of
from madang.services.polls.domain import carrying, checking, codebooks
from madang.services.polls.enums import CodebookState
from madang.services.polls.logic.codebook import KEYWORD, plan_book
from madang.services.polls.models import Codebook, Poll
from madang.services.polls.web import coding_forms as forms
from madang.services.polls.web.codebook_public import changes_between
from madang.services.polls.web.coding_pages import (
    Part,
    crumbs,
    for_analysts,
    for_readers,
    number,
    shown,
    tabs,
    version_of,
)


def _crumbs(poll: Poll, *more: tuple[str, str]) -> list[dict[str, str]]:
    return crumbs(poll, (_("Codebook"), reverse("desk_codebooks", args=[poll.code])), *more)


@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def versions(request: HttpRequest, poll: Poll) -> HttpResponse:
    """All versions; an analyst begins the next one here (POST)."""
    actor = actor_of(request)
    rows = list(poll.codebooks.order_by("-version"))
    may_lead = bool(policy.can("polls.coding.lead", actor, poll))
    has_draft = bool(rows) and rows[0].state == CodebookState.DRAFT
    form, status = None, 200
    if may_lead and (not has_draft or request.method == "POST"):
        bound = (request.POST, request.FILES) if request.method == "POST" else ()
        form = forms.StartForm(*bound, has_before=bool(rows))
    if request.method == "POST":
        if form is None:
            raise Http404
        status = 422
        if form.is_valid():
            try:
                made = codebooks.start(actor=actor, poll=poll, body=_source(form.cleaned_data, rows))
                return redirect("desk_codebook", poll.code, made.version)
            except RefusedError as refused:
                form.add_error(None, str(refused))
                status = refused.status
    context = {
        "poll": poll,
        "rows": rows,
        "form": form,
        "tabs": tabs(request, poll),
        "breadcrumb": crumbs(poll, (_("Codebook"), "")),
    }
    return render(request, "polls/coding/codebooks.html", context, status=status)


def _source(said: dict[str, Any], rows: list[Codebook]) -> Part:
    if said["source"] == "before":
        return dict(rows[0].body)
    if said["source"] == "plan":
        return plan_book().as_dict()
    return said["body"] if said["source"] == "file" else copy.deepcopy(codebooks.EMPTY)


@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def version(request: HttpRequest, poll: Poll, version: int) -> HttpResponse:
    """One version. A draft is settled here (POST); its groups and codes have pages of their own."""
    book, actor = version_of(poll, version), actor_of(request)
    may_edit = book.state == CodebookState.DRAFT and bool(policy.can("polls.codebook.edit", actor, book))
    if book.state == CodebookState.DRAFT and not may_edit:
        raise Http404  # a draft is the analysts' business
    form, status, theirs = _head(request, book) if may_edit else None, 200, None
    if request.method == "POST":
        if form is None:
            raise Http404
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            try:
                codebooks.settle(
                    actor=actor,
                    codebook=book,
                    title={"ko": said["title_ko"], "en": said["title_en"]},
                    label=said["label"],
                    assist=said["assist"],
                    note=said["note"],
                    mapping=form.mapping,
                    seen=said["seen"],
                )
                messages.success(request, _("Saved."))
                return redirect(request.path)
            except codebooks.ChangedError as changed:
                book = version_of(poll, version)
                status, form = changed.status, _head(request, book, seen=codebooks.head_digest(book))
                theirs = _theirs(form, {one.name: one.initial for one in form.visible_fields()})
                form.add_error(None, str(changed))
    problems = checking.problems(book.body) if may_edit else []
    context = {
        "poll": poll,
        "book": book,
        "groups": shown(book),
        "form": form,
        "theirs": theirs,
        "problems": [_linked(book, one) for one in problems],
        "may_edit": may_edit,
        "has_before": codebooks.before(book) is not None,
        "tabs": tabs(request, poll),
        "breadcrumb": _crumbs(poll, (pgettext("codebook", "Version %(n)s") % {"n": book.version}, "")),
    }
    return render(request, "polls/coding/codebook.html", context, status=status)


def _head(request: HttpRequest, book: Codebook, *, seen: str | None = None) -> forms.HeadForm:
    last = codebooks.before(book)
    title = book.body.get("title") or {}
    return forms.HeadForm(
        _typed(request, seen),
        changed=[row for row in carrying.foresee(last, book) if row["is_changed"]] if last else [],
        codes=book.body["codes"],
        initial={
            "title_ko": title.get("ko", ""),
            "title_en": title.get("en", ""),
            "label": book.body.get("label", "single"),
            "assist": book.assist,
            "note": book.note,
            "seen": codebooks.head_digest(book),
        },
    )


def _typed(request: HttpRequest, seen: str | None = None) -> Any:
    """What was sent, if anything; with `seen` it now answers to what stands there."""
    if request.method != "POST":
        return None
    data = request.POST.copy()
    if seen is not None:
        data["seen"] = seen
    return data


def _theirs(form: Any, values: Part) -> list[Part]:
    """What somebody else wrote meanwhile where it differs from what was typed; all of it where nothing was."""
    typed = form.cleaned_data if form.is_valid() else {}
    found = []
    for field in form.visible_fields():
        value = values.get(field.name) or ""
        text = dict(getattr(field.field, "choices", ())).get(value, value)
        if isinstance(field.field, BooleanField):
            text = _("Yes") if value else _("No")
        found.append(
            {"term": field.label, "text": str(text), "differs": value != (typed.get(field.name) or "")}
        )
    return [one for one in found if one["differs"]] or found


def _linked(book: Codebook, problem: checking.Problem) -> Part:
    """A problem with the page where it is put right."""
    where = (book.poll.code, book.version, problem.where)
    if codebooks.find(book, "groups", problem.where):
        return {"text": problem.text, "href": reverse("desk_codebook_group", args=where)}
    if codebooks.find(book, "codes", problem.where):
        return {"text": problem.text, "href": reverse("desk_codebook_code", args=where)}
    return {"text": problem.text, "href": ""}


@require_http_methods(["GET", "HEAD", "POST"])
@for_analysts
def entry(request: HttpRequest, poll: Poll, version: int, key: str, part: str) -> HttpResponse:
    """One group or code of a draft; `new` is one more. Two analysts at once: the second is told, and keeps her words."""
    book, key = version_of(poll, version), "" if key == "new" else key
    now = codebooks.find(book, part, key) if key else None
    if book.state != CodebookState.DRAFT or (key and now is None and request.method != "POST"):
        raise Http404
    apart = part == "codes" and bool(now) and now is not None and now.get("kind", KEYWORD) != KEYWORD
    form = _entry_form(request, book, part, now, apart=apart)
    theirs, status = None, 200
    if request.method == "POST":
        status, drops = 422, request.POST.get("do") == "drop"
        if drops or form.is_valid():
            try:
                codebooks.put(
                    actor=actor_of(request),
                    codebook=book,
                    part=part,
                    key=key,
                    entry=None if drops else form.entry(now),
                    seen=request.POST.get("seen", ""),
                )
                messages.success(request, _("Taken out.") if drops else _("Saved."))
                return redirect("desk_codebook", poll.code, version)
            except codebooks.ChangedError as changed:
                status = changed.status
                form = _entry_form(
                    request, book, part, now, apart=apart, seen=codebooks.digest_of(changed.theirs)
                )
                theirs = _theirs(form, form.of(changed.theirs)) if changed.theirs else []
                form.add_error(None, str(changed))
            except RefusedError as refused:
                form.add_error("key" if refused.code == "codebook.key" else None, str(refused))
                status = refused.status
    title = forms.named(now) if now else _("A new code") if part == "codes" else _("A new group")
    context = {
        "poll": poll,
        "book": book,
        "form": form,
        "title": title,
        "theirs": theirs,
        "is_new": not key,
        "may_drop": bool(now) and not apart,
        "breadcrumb": _crumbs(
            poll,
            (
                pgettext("codebook", "Version %(n)s") % {"n": book.version},
                reverse("desk_codebook", args=[poll.code, book.version]),
            ),
            (title, ""),
        ),
    }
    return render(request, "polls/coding/entry.html", context, status=status)


def _entry_form(
    request: HttpRequest, book: Codebook, part: str, now: Part | None, *, apart: bool, seen: str | None = None
) -> Any:
    kind: Any = forms.CodeForm if part == "codes" else forms.EntryForm
    more: Part = {"groups": book.body["groups"], "apart": apart} if part == "codes" else {}
    first = kind.of(now) if now else {"group": request.GET.get("group", "")}
    return kind(_typed(request, seen), initial=first | {"seen": codebooks.digest_of(now)}, **more)


@require_http_methods(["GET", "HEAD", "POST"])
@for_analysts
def fix(request: HttpRequest, poll: Poll, version: int) -> HttpResponse:
    """What fixing would do, then doing it (POST). A fixed version is retired here, with a reason."""
    book, actor = version_of(poll, version), actor_of(request)
    error, status = "", 200
    if request.method == "POST":
        try:
            if book.state == CodebookState.DRAFT:
                codebooks.fix(actor=actor, codebook=book, seen=number(request.POST.get("seen")))
                messages.success(request, _("The codebook is fixed. Now it can be coded with."))
            else:
                codebooks.retire(actor=actor, codebook=book, reason=request.POST.get("reason", "")[:300])
                messages.success(request, _("This version is no longer used."))
            return redirect("desk_codebook", poll.code, version)
        except RefusedError as refused:
            book, error, status = version_of(poll, version), str(refused), refused.status
    last = codebooks.before(book)
    fates = carrying.foresee(last, book) if last and book.state == CodebookState.DRAFT else []
    context = {
        "poll": poll,
        "book": book,
        "fates": fates,
        "rows": [
            {
                "name": forms.named(row["code"]),
                "to": forms.named(row["to"]) if row["to"] else "",
                "codings": row["codings"],
            }
            for row in fates
        ],
        "kept": sum(row["codings"] for row in fates if row["to"]),
        "anew": sum(row["codings"] for row in fates if not row["to"]),
        "last": last,
        "error": error,
        "typed": request.POST.get("reason", ""),
        "problems": [_linked(book, one) for one in checking.problems(book.body)]
        if book.state == CodebookState.DRAFT
        else [],
        "breadcrumb": _crumbs(
            poll,
            (
                pgettext("codebook", "Version %(n)s") % {"n": book.version},
                reverse("desk_codebook", args=[poll.code, book.version]),
            ),
            (_("Fix") if book.state == CodebookState.DRAFT else _("Retire"), ""),
        ),
    }
    return render(request, "polls/coding/fix.html", context, status=status)


@require_safe
@for_readers
def changes(request: HttpRequest, poll: Poll, version: int) -> HttpResponse:
    """What is different from the version before, word by word, and which answers have to be read anew for it."""
    book = version_of(poll, version)
    last = codebooks.before(book)
    if last is None or (
        book.state == CodebookState.DRAFT and not policy.can("polls.codebook.edit", actor_of(request), book)
    ):
        raise Http404
    context = {
        "poll": poll,
        "book": book,
        "last": last,
        "changes": changes_between(last, book),
        "tabs": tabs(request, poll),
        "breadcrumb": _crumbs(
            poll,
            (
                pgettext("codebook", "Version %(n)s") % {"n": book.version},
                reverse("desk_codebook", args=[poll.code, book.version]),
            ),
            (_("Changes"), ""),
        ),
    }
    return render(request, "polls/coding/changes.html", context)
