"""The screen on which one answer after the other is read. With its script: one request an answer, and the next is there."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from madang.kernel import policy, text
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.web.acting import actor_of
from madang.services.polls.domain import coding, tasks
from madang.services.polls.models import Codebook, Coding, Poll, Task
from madang.services.polls.web import coding_forms as forms
from madang.services.polls.web.coding_pages import (
    Part,
    book_in_use,
    crumbs,
    for_readers,
    names_of,
    number,
    shown,
)

SCRIPT = "X-Coding"
"""The screen's script asks with this header, and gets the next answer alone."""
WAS = "X-Coding-Was"
"""The code that an answer has by now, with a refusal; the script sends it back as what its reader has seen."""


@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def screen(request: HttpRequest, poll: Poll) -> HttpResponse:
    """One answer at a time. POST codes, skips or undoes; with the script, the reply is the next answer alone."""
    book, actor = book_in_use(poll), actor_of(request)
    if request.method != "POST":
        if SCRIPT in request.headers:
            after = number(request.GET.get("after"))
            following = coding.waiting(actor, book).exclude(pk=after).select_related("codebook").first()
            return _alone(book, following)
        return _screen(request, book, _asked(request.GET, actor, book))
    do = request.POST.get("do", "")
    if do == "undo":
        try:
            task = coding.undo(actor=actor, codebook=book)
        except RefusedError as refused:
            messages.error(request, str(refused))
            return redirect(request.path)
        if task is None:
            messages.info(request, _("There is nothing to undo."))
        return redirect(request.path + (f"?task={task.pk}" if task else ""))
    task = _asked(request.POST, actor, book)
    if task is None:
        return _failed(
            request, book, None, _("This answer is no longer yours to code. Go on with the next one."), 409
        )
    if do == "skip":
        coding.skip(actor=actor, task=task)
        return redirect(request.path)
    said = request.POST.copy()
    if accepted := request.POST.get("accept"):
        said["code"] = accepted
    form = forms.CodingForm(said, codes=[one["key"] for one in book.body["codes"]])
    if not form.is_valid():
        return _failed(request, book, task, str(next(iter(form.errors.values()))[0]), 422, said)
    try:
        done = coding.code(
            actor=actor,
            task=task,
            code=form.cleaned_data["code"],
            more=form.cleaned_data["more"] if book.body.get("label") == "multi" else (),
            with_alike=form.cleaned_data["alike"],
            saw_suggestion=form.cleaned_data["shown"],
            was=request.POST.get("was", ""),
        )
    except RefusedError as refused:
        if not isinstance(refused, coding.ChangedError):
            return _failed(request, book, task, str(refused), refused.status, said)
        said["was"] = refused.held  # now she has been told
        answer = _failed(request, book, task, str(refused), refused.status, said)
        answer[WAS] = refused.held
        return answer
    if SCRIPT not in request.headers:
        return redirect(request.path)
    held = number(request.POST.get("held"))
    following = coding.waiting(actor, book).exclude(pk=held).select_related("codebook").first()
    return _alone(book, following, done)


def _asked(said: QueryDict, actor: Actor, book: Codebook) -> Task | None:
    """The task that was named, if it is hers; otherwise the next one where none was."""
    named = number(said.get("task"))
    rows = coding.tasks_of(actor, book).select_related("codebook")
    if named:
        return rows.filter(pk=named).first()
    return coding.waiting(actor, book).select_related("codebook").first()


def _failed(
    request: HttpRequest,
    book: Codebook,
    task: Task | None,
    reason: str,
    status: int,
    said: QueryDict | None = None,
) -> HttpResponse:
    if SCRIPT in request.headers:
        answer = HttpResponse(reason, status=status, content_type="text/plain; charset=utf-8")
        answer[SCRIPT] = "1"
        return answer
    return _screen(request, book, task, error=reason, status=status, said=said)


def _alone(book: Codebook, task: Task | None, done: int = 0) -> HttpResponse:
    """The next answer, and how many were coded by what was sent."""
    answer = JsonResponse({"done": done, "part": _part(book, task)})
    answer[SCRIPT] = "1"
    return answer


def _screen(
    request: HttpRequest,
    book: Codebook,
    task: Task | None,
    *,
    error: str = "",
    status: int = 200,
    said: QueryDict | None = None,
) -> HttpResponse:
    actor = actor_of(request)
    verdict = policy.can("polls.coding.code", actor, book)
    if not verdict:
        raise RefusedError(verdict.reason, verdict.code)
    own = coding.tasks_of(actor, book).aggregate(all=Count("pk"), done=Count("coding"))
    following = coding.waiting(actor, book).select_related("codebook")
    if task is not None:
        following = following.exclude(pk=task.pk)
    held = Coding.objects.filter(task=task).first() if task else None
    context = {
        "poll": book.poll,
        "book": book,
        "groups": shown(book),
        "is_multi": book.body.get("label") == "multi",
        "part": _part(book, task),
        "following_json": json.dumps(_part(book, following.first()), ensure_ascii=False),
        "own": own,
        "error": error,
        "was": said.get("was", "") if said else held.code if held else "",
        "chosen": said.get("code", "") if said else held.code if held else "",
        "chosen_more": said.getlist("more") if said else held.more if held else [],
        "can_undo": own["done"] > 0,
        "breadcrumb": crumbs(book.poll, (_("Code one answer after the other"), "")),
    }
    return render(request, "polls/coding/screen.html", context, status=status)


def _part(book: Codebook, task: Task | None) -> Part:
    """One answer as the screen shows it, with those that say the same, and the suggestion where it may be seen."""
    if task is None:
        return {}
    alike = list(coding.alike(task).values_list("response", flat=True))
    said = tasks.texts(book.poll, [task.response_id, *alike[:20]])
    own = said.pop(task.response_id, "")
    ranking: list[Any] = []
    if coding.may_see_suggestion(task):
        row = book.suggestions.filter(response=task.response_id).first()
        ranking = row.ranking[:3] if row else []
    names = names_of(book)
    return {
        "task": task.pk,
        "alike_key": task.alike,
        "text": own or _("(nothing was written)"),
        "language": text.language_of(own) or "ko",
        "alike": len(alike),
        "alike_words": ngettext(
            "Code %(n)s other that says the same as well",
            "Code %(n)s others that say the same as well",
            len(alike),
        )
        % {"n": len(alike)},
        "others": sorted(set(said.values()) - {own})[:5],
        "suggested": [
            {"key": key, "name": names.get(key, key), "percent": round(confidence * 100)}
            for key, confidence in ranking
        ],
    }
