"""Taking over what its author has left, coming back, and answering the question of an office."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from madang.commons.matters.domain import inquiries
from madang.kernel import policy
from madang.kernel.web import refusing
from madang.kernel.web.acting import actor_of
from madang.services.square.domain import stepping
from madang.services.square.models import Idea
from madang.services.square.web import present
from madang.services.square.web.growing_forms import AnswerForm
from madang.services.square.web.pages import trail, with_idea


@require_POST
@with_idea
def take_over(request: HttpRequest, idea: Idea) -> HttpResponse:
    """A supporter becomes the author."""
    actor = actor_of(request)
    if not actor.is_signed_in:
        return redirect_to_login(present.address(idea.matter))
    row = idea.step_backs.filter(state="open").first()
    if row is None:
        raise Http404
    stepping.take_over(actor=actor, step_back=row)
    messages.success(request, _("You are its author now."))
    return redirect(present.address(idea.matter))


@require_POST
@with_idea
def come_back(request: HttpRequest, idea: Idea) -> HttpResponse:
    """The author stays after all."""
    row = idea.step_backs.filter(state="open").first()
    if row is None:
        raise Http404
    stepping.come_back(actor=actor_of(request), step_back=row)
    messages.success(request, _("You stay its author."))
    return redirect(present.address(idea.matter))


@with_idea
def answer(request: HttpRequest, idea: Idea) -> HttpResponse:
    """An author answers what the office asks; its clock runs on."""
    actor = actor_of(request)
    row = idea.matter.inquiries.filter(state="open").select_related("office").first()
    if row is None:
        raise Http404
    policy.require("matters.inquiry.answer", actor, row)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusing.on_form(form):
            inquiries.answer(actor=actor, inquiry=row, words=form.cleaned_data["words"])
            messages.success(request, _("Your answer is with the office; its clock runs again."))
            return redirect(present.address(idea.matter))
    context = {
        "idea": idea,
        "matter": idea.matter,
        "inquiry": row,
        "form": form,
        "breadcrumb": trail(idea, _("Answer to the office")),
    }
    return render(request, "square/inquiry.html", context, status=refusing.status_of(form))
