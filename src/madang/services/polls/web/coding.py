"""Coding: what waits for whom, and giving out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.models import User
from madang.kernel.web.acting import actor_of
from madang.services.polls import policies
from madang.services.polls.domain import codebooks, coding, objections, rulings, suggesting, tasks
from madang.services.polls.enums import CodebookState, ObjectionState, PollState
from madang.services.polls.models import Codebook, Objection, Poll, Task
from madang.services.polls.web import coding_forms as forms
from madang.services.polls.web.coding_pages import (
    Part,
    book_in_use,
    crumbs,
    for_analysts,
    for_readers,
    number,
    tabs,
)


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
        "sample_form": forms.CodersForm(
            people=people, initial_count=min(tasks.SAMPLE, max(without, 1)), prefix="sample"
        ),
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
            coder = get_object_or_404(User, pk=number(request.POST.get("coder")))
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
