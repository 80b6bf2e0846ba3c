"""Coding: what waits for whom, giving out, and the screen on which one answer after the other is read."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madang.kernel import clock, policy, text
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.models import User
from madang.kernel.web.acting import actor_of
from madang.services.polls import policies
from madang.services.polls.domain import codebooks, coding, objections, rulings, suggesting, tasks
from madang.services.polls.enums import CodebookState, ObjectionState, PollState
from madang.services.polls.models import Codebook, Coding, Objection, Poll, Task
from madang.services.polls.web import coding_forms as forms
from madang.services.polls.web.coding_pages import (
    Part,
    book_in_use,
    crumbs,
    for_analysts,
    for_readers,
    names_of,
    shown,
    tabs,
)

SCRIPT = "X-Coding"
"""The screen's script asks with this header, and gets the next answer alone."""


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The polls whose answers somebody reads, and what waits for her in each."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    actor = actor_of(request)
    offices = actor.offices(*policies.READING)
    if not offices:
        raise RefusedError(policies.NOT_READER.reason, policies.NOT_READER.code)
    open_ = Objection.objects.filter(codebook__poll=OuterRef("pk"), state=ObjectionState.OPEN)
    own = Task.objects.filter(
        codebook__poll=OuterRef("pk"),
        codebook__state=CodebookState.FIXED,
        coder=actor.account,
        coding__isnull=True,
        response__is_withdrawn=False,
    )
    rows = (
        Poll.objects.filter(host__in=offices)
        .exclude(state__in=(PollState.DRAFT, PollState.CALLED_OFF))
        .select_related("host")
        .annotate(
            left=Coalesce(Subquery(_counted(own.values("codebook__poll"))), 0),
            objected=Coalesce(Subquery(_counted(open_.values("codebook__poll"))), 0),
            late=Exists(open_.filter(due_at__lt=clock.now())),
        )
    )
    context = {
        "rows": rows[:200],
        "breadcrumb": [{"label": _("Desk"), "url": reverse("desk")}, {"label": _("Coding"), "url": ""}],
    }
    return render(request, "polls/coding/mine.html", context)


def _counted(rows: Any) -> Any:
    return rows.order_by().annotate(n=Count("pk")).values("n")


@require_safe
@for_readers
def overview(request: HttpRequest, poll: Poll) -> HttpResponse:
    """Where the coding of one poll stands, and the next thing to do."""
    return _show(request, poll)


def _show(request: HttpRequest, poll: Poll, *, status: int = 200, **more: Any) -> HttpResponse:
    actor, book = actor_of(request), codebooks.in_use(poll)
    may_lead = bool(policy.can("polls.coding.lead", actor, poll))
    context: Part = {
        "poll": poll,
        "book": book,
        "may_lead": may_lead,
        "responses": tasks.responses_of(poll),
        "is_closed": poll.state in (PollState.CLOSED, PollState.PUBLISHED),
        "tabs": tabs(request, poll),
        "breadcrumb": [*crumbs(poll)[:-1], {"label": poll.title, "url": ""}],
    }
    if book is not None:
        own = coding.tasks_of(actor, book).aggregate(all=Count("pk"), done=Count("coding"))
        context |= {"own": own, "own_left": own["all"] - own["done"]}
    if may_lead:
        people = tasks.coders_of(poll)
        context |= {"people": people, "draft": poll.codebooks.filter(state=CodebookState.DRAFT).first()}
        if book is not None:
            context |= _standing(book, people, actor)
    return render(request, "polls/coding/overview.html", context | more, status=status)


def _standing(book: Codebook, people: list[User], actor: Actor) -> Part:
    """What an analyst has to know of one version."""
    by_coder = (
        Task.objects.filter(codebook=book, response__is_withdrawn=False)
        .order_by("coder")
        .values("coder", "coder__name", "coder__email")
        .annotate(all=Count("pk"), done=Count("coding"))
    )
    known = {one.pk for one in people}
    given = Task.objects.filter(codebook=book, response__is_withdrawn=False)
    sampled = given.filter(purpose=tasks.SAMPLED).values("response").distinct().count()
    without = tasks.responses_of(book.poll) - given.values("response").distinct().count()
    return {
        "coders": [
            row | {"left": row["all"] - row["done"], "is_gone": row["coder"] not in known} for row in by_coder
        ],
        "sampled": sampled,
        "seed": tasks.seed_of(book),
        "without": without,
        "labelled": len(coding.labels(book)),
        "differences": len(rulings.differences(actor=actor, codebook=book)),
        "objections": objections.counts(book.poll),
        "learning": (learning := book.learnings.first()),
        "quality": _quality(learning.result if learning else {}),
        "enough": suggesting.enough(book),
        "sample_form": forms.CodersForm(people=people, initial_count=tasks.SAMPLE, prefix="sample"),
        "rest_form": forms.CodersForm(people=people, initial_count=max(without, 1), prefix="rest"),
    }


@require_POST
@for_analysts
def act(request: HttpRequest, poll: Poll) -> HttpResponse:
    """Give out, hand on, let the machine learn; what was chosen comes back with its error."""
    book, actor, do = book_in_use(poll), actor_of(request), request.POST.get("do", "")
    people = tasks.coders_of(poll)
    try:
        if do in ("sample", "rest"):
            form = forms.CodersForm(request.POST, people=people, prefix=do)
            if not form.is_valid():
                return _show(request, poll, status=422, **{f"{do}_form": form})
            chosen, count = list(form.cleaned_data["coders"]), form.cleaned_data["count"]
            try:
                if do == "sample":
                    done = tasks.hand_out_sample(actor=actor, codebook=book, coders=chosen, size=count)
                else:
                    done = tasks.hand_out_rest(actor=actor, codebook=book, coders=chosen, count=count)
            except RefusedError as refused:
                form.add_error(None, str(refused))
                return _show(request, poll, status=refused.status, **{f"{do}_form": form})
            said = ngettext("%(n)s answer is given out.", "%(n)s answers are given out.", done) % {"n": done}
            messages.success(request, said)
        elif do == "hand_on":
            coder = get_object_or_404(User, pk=_number(request.POST.get("coder")))
            moved, stuck = tasks.hand_on(actor=actor, codebook=book, coder=coder)
            messages.success(
                request,
                ngettext(
                    "%(n)s answer is handed on. What was coded stays.",
                    "%(n)s answers are handed on. What was coded stays.",
                    moved,
                )
                % {"n": moved},
            )
            if stuck:
                messages.warning(request, _("Some answers stay: everybody else has them already."))
        elif do == "learn":
            suggesting.ask(actor=actor, codebook=book)
            messages.success(request, _("The machine learns now. Look again in a minute."))
        else:
            raise Http404
    except RefusedError as refused:
        messages.error(request, str(refused))
    return redirect("desk_coding", poll.code)


def _quality(result: Part) -> Part:
    """How good the machine was, in percent with its interval."""
    if not result:
        return {}
    said = {
        name: "{:.0%} ({:.0%} – {:.0%})".format(*result[name]).replace("%", " %") for name in ("top1", "top3")
    }
    return {**said, "commonest": f"{result['commonest'] * 100:.0f} %"}


def _number(typed: str | None) -> int:
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 19 else 0


@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def screen(request: HttpRequest, poll: Poll) -> HttpResponse:
    """One answer at a time. POST codes, skips or undoes; with the script, the reply is the next answer alone."""
    book, actor = book_in_use(poll), actor_of(request)
    if request.method != "POST":
        if SCRIPT in request.headers:
            after = _number(request.GET.get("after"))
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
        )
    except RefusedError as refused:
        return _failed(request, book, task, str(refused), refused.status, said)
    if SCRIPT not in request.headers:
        return redirect(request.path)
    held = _number(request.POST.get("held"))
    following = coding.waiting(actor, book).exclude(pk=held).select_related("codebook").first()
    return _alone(book, following, done)


def _asked(said: QueryDict, actor: Actor, book: Codebook) -> Task | None:
    """The task that was named, if it is hers; otherwise the next one where none was."""
    named = _number(said.get("task"))
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
