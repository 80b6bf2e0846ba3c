"""The desk of objections: the most urgent first, each answered with a reason."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madang.kernel import clock, policy
from madang.kernel.errors import RefusedError
from madang.kernel.web.acting import actor_of
from madang.services.polls.domain import coding, objections, tasks
from madang.services.polls.enums import ObjectionState
from madang.services.polls.models import Objection, Poll
from madang.services.polls.web import coding_forms as forms
from madang.services.polls.web.coding_pages import Part, crumbs, for_analysts, names_of, shown, tabs


@require_safe
@for_analysts
def waiting(request: HttpRequest, poll: Poll) -> HttpResponse:
    """All objections to the coding of a poll."""
    rows = objections.waiting_for(actor_of(request), poll)
    context = {
        "poll": poll,
        "rows": [_row(row) | {"url": reverse("desk_objection", args=[poll.code, row.pk])} for row in rows],
        "counts": objections.counts(poll),
        "tabs": tabs(request, poll),
        "breadcrumb": crumbs(poll, (_("Objections"), "")),
    }
    return render(request, "polls/coding/objections.html", context)


def _row(row: Objection) -> Part:
    is_open = row.state == ObjectionState.OPEN
    return {
        "objection": row,
        "is_open": is_open,
        "is_late": is_open and row.due_at < clock.now(),
        "tone": {"upheld": "jade", "refused": "plum"}.get(row.state, "ochre"),
        "state": row.get_state_display(),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@for_analysts
def one(request: HttpRequest, poll: Poll, pk: int) -> HttpResponse:
    """One objection beside the answer and its coding; answered here (POST)."""
    actor = actor_of(request)
    rows = Objection.objects.select_related("codebook__poll", "response", "by").filter(codebook__poll=poll)
    row = get_object_or_404(rows, pk=pk)
    book, names = row.codebook, names_of(row.codebook)
    verdict = policy.can("polls.objection.refuse", actor, row)
    held = coding.labels(book, [row.response_id]).get(row.response_id)
    form, status = (
        forms.AnswerForm(
            request.POST if request.method == "POST" else None,
            codes=book.body["codes"],
            initial={"code": row.wanted},
        ),
        200,
    )
    if form.is_bound:
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            try:
                if said["verdict"] == "uphold":
                    objections.uphold(actor=actor, objection=row, code=said["code"], reason=said["reason"])
                else:
                    objections.refuse(actor=actor, objection=row, reason=said["reason"])
            except RefusedError as refused:
                row.refresh_from_db()
                form.add_error(None, str(refused))
                status = refused.status
            else:
                messages.success(request, _("Answered. She reads it on her receipt page."))
                return redirect("desk_objections", poll.code)
    context = _row(row) | {
        "poll": poll,
        "text": tasks.texts(poll, [row.response_id]).get(row.response_id, ""),
        "wanted": names.get(row.wanted, ""),
        "code": names.get(held.code, held.code) if held else "",
        "groups": shown(book),
        "form": form,
        "unsent": form.data.get("reason", "") if status == 409 else "",
        "refused": "" if verdict else verdict.reason,
        "breadcrumb": crumbs(
            poll,
            (_("Objections"), reverse("desk_objections", args=[poll.code])),
            (_("Objection"), ""),
        ),
    }
    return render(request, "polls/coding/objection.html", context, status=status)
