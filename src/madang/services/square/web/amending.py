"""The page of an amendment: what it changes, and the authors' answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from madang.kernel import policy
from madang.kernel.errors import RefusedError
from madang.kernel.web.acting import actor_of
from madang.services.square.domain import amendments, versions
from madang.services.square.models import Amendment, Idea
from madang.services.square.web.growing import amendment_row, rebase
from madang.services.square.web.growing_forms import AcceptForm, ReasonForm, TakeDownForm
from madang.services.square.web.pages import trail, with_idea

Part = dict[str, Any]


def _may(request: HttpRequest, row: Amendment) -> dict[str, bool]:
    """Which acts this person has now."""
    actor, steps = actor_of(request), {step.name for step in row.flow.open_steps(row.state)}
    found = {
        name: name in steps and bool(policy.can(f"square.amendment.{name}", actor, row))
        for name in ("accept", "refuse", "withdraw", "take_up", "hide")
    }
    if row.hide_reason:
        return dict.fromkeys(found, False)
    return found | {"take_in": found["accept"] or found["take_up"]}


def _start(row: Amendment) -> Part:
    title, merged = amendments.rebased(row)
    return {"base": versions.number_of(row.idea), "title": title, "body": merged.text}


@with_idea
def amendment(request: HttpRequest, idea: Idea, place: int) -> HttpResponse:
    """Read it; the authors accept or refuse it here, whoever proposed it takes it back."""
    row = get_object_or_404(Amendment.objects.select_related("by"), idea=idea, number=place)
    row.idea = idea
    act, actor = request.POST.get("act", ""), actor_of(request)
    accepting = AcceptForm(request.POST) if act == "accept" else AcceptForm(initial=_start(row))
    refusing = ReasonForm(request.POST if act == "refuse" else None, prefix="refuse")
    hiding = TakeDownForm(request.POST if act == "hide" else None, prefix="hide")
    conflicts: tuple[str, ...] = ()
    if request.method == "POST":
        form: Any = {"accept": accepting, "refuse": refusing, "hide": hiding}.get(act)
        if act == "withdraw" or (form is not None and form.is_valid()):
            try:
                said = _do(actor, row, act, form)
            except RefusedError as refusal:
                if form is None:
                    raise
                if refusal.code == "text.moved":
                    conflicts = rebase(accepting, idea)
                form.add_error(None, str(refusal))
            else:
                messages.success(request, said)
                return redirect("amendment", idea.matter.number, place)
    return _page(request, row, accepting, refusing, hiding, conflicts)


def _do(actor: Any, row: Amendment, act: str, form: Any) -> str:
    if act == "withdraw":
        amendments.withdraw(actor=actor, amendment=row)
        return _("Your amendment is taken back.")
    words = form.cleaned_data
    if act == "accept":
        amendments.accept(
            actor=actor,
            amendment=row,
            base=words["base"],
            title=words["title"],
            body=words["body"],
            answer=words["reason"],
        )
        return _("The amendment is part of the text now, with its author's name.")
    if act == "refuse":
        amendments.refuse(actor=actor, amendment=row, reason=words["reason"])
        return _("The amendment is refused; your reason is published.")
    amendments.hide(actor=actor, amendment=row, reason_code=words["reason_code"], reason=words["reason"])
    return _("It is taken down.")


def _page(
    request: HttpRequest,
    row: Amendment,
    accepting: AcceptForm,
    refusing: ReasonForm,
    hiding: TakeDownForm,
    conflicts: tuple[str, ...],
) -> HttpResponse:
    idea, last = row.idea, versions.number_of(row.idea)
    title, merged = amendments.rebased(row)
    waits = row.state in ("open", "unanswered")
    has_moved = waits and row.base != last
    failed = bool(accepting.errors or refusing.errors or hiding.errors)
    context = {
        "idea": idea,
        "matter": idea.matter,
        "row": amendment_row(idea, row),
        "amendment": row,
        "before": versions.text_of(idea, row.base),
        "after": (row.title, row.body),
        "has_moved": has_moved,
        "last": last,
        "current": (idea.matter.title, idea.matter.body),
        "rebased": (title, merged.text),
        "conflicts": conflicts or (merged.conflicts if has_moved else ()),
        "version": getattr(row, "version", None),
        "may": _may(request, row),
        "accepting": accepting,
        "refusing": refusing,
        "hiding": hiding,
        "breadcrumb": trail(idea, _("Amendment %(n)s") % {"n": row.number}),
    }
    return render(request, "square/amendment.html", context, status=422 if failed else 200)
