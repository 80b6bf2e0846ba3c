"""What a reader can do with an idea: support, comment, report; and what its author can."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from madang.commons.matters.domain import answers as answering
from madang.commons.matters.domain import handling
from madang.commons.matters.enums import State
from madang.kernel import policy
from madang.kernel.errors import RefusedError, TooManyError
from madang.kernel.web import limits, once
from madang.kernel.web.acting import actor_of
from madang.services.square.domain import ideas, moderation, subjects, terms
from madang.services.square.domain.subjects import Subject
from madang.services.square.limits import COMMENT_MAX
from madang.services.square.models import Comment, Idea, PlanningVote, Support
from madang.services.square.web import items, present, talk
from madang.services.square.web.forms import CommentForm, FlagForm, ObjectionForm, WithdrawForm
from madang.services.square.web.pages import (
    is_key,
    resident_url,
    sign_in_url,
    trail,
    with_idea,
)


@require_POST
@with_idea
def support(request: HttpRequest, idea: Idea) -> HttpResponse:
    """Support an idea."""
    return _stand(request, idea, ideas.support)


@require_POST
@with_idea
def unsupport(request: HttpRequest, idea: Idea) -> HttpResponse:
    """Take support back."""
    return _stand(request, idea, ideas.unsupport)


def _stand(request: HttpRequest, idea: Idea, act: Any) -> HttpResponse:
    actor, back = actor_of(request), present.address(idea.matter)
    verdict = policy.can("square.idea.support", actor, idea)
    if not verdict and verdict.code == "sign_in":
        return redirect(sign_in_url(back))
    limits.spend(request, limits.SUPPORT)
    if not verdict and verdict.code == "level.resident" and act is ideas.support:
        return redirect(resident_url(back) or back)
    changed = act(actor=actor, idea=idea)
    said = _("You support this idea.") if act is ideas.support else _("Your support was taken back.")
    if getattr(request, "htmx", False):
        return render(
            request,
            "square/parts/panel.html",
            {"panel": items.panel(request, idea), "follow": items.follow(actor, idea.matter), "said": said},
        )
    if changed:
        messages.success(request, said)
    return redirect(back)


def _say(request: HttpRequest, idea: Idea, parent: Comment | None) -> HttpResponse | CommentForm:
    """Write the comment and go to it; or give the form back with what is wrong."""
    actor = actor_of(request)
    form = CommentForm(request.POST)
    verdict = policy.can("square.comment.write", actor, idea)
    if not verdict:
        form.is_valid()
        form.add_error(None, str(verdict.reason))
        if verdict.code == "sign_in":
            request.session[items.TYPED] = {
                "pk": idea.pk,
                "stance": request.POST.get("stance", ""),
                "body": request.POST.get("body", "")[:10000],
            }
        return form
    if not form.is_valid():
        return form
    try:
        limits.spend(request, limits.COMMENT)
    except TooManyError as error:
        form.add_error(None, str(error))
        form.wait = error.retry_after
        return form

    def act() -> tuple[int, dict[str, Any]]:
        row = ideas.comment(
            actor=actor,
            idea=idea,
            body=form.cleaned_data["body"],
            stance=form.cleaned_data["stance"],
            parent=parent,
        )
        return row.pk, {}

    try:
        pk, _is_new = once.use(request, form.key, act)
    except TooManyError as error:
        form.add_error(None, str(error))
        form.wait = error.retry_after
        return form
    except RefusedError as error:
        form.add_error(None, str(error))
        if error.code == once.ELSEWHERE:
            form.renew()
        return form
    request.session.pop(items.TYPED, None)
    messages.success(request, _("Your comment is published."))
    if parent is not None:
        thread = parent.parent_id or parent.pk
        return redirect(reverse("comment_form", args=[idea.matter.number, thread]) + f"#comment-{pk}")
    return redirect(f"{present.address(idea.matter)}#comment-{pk}")


@with_idea
def comment(request: HttpRequest, idea: Idea) -> HttpResponse:
    """Write a first-level comment."""
    if request.method != "POST":
        return redirect(f"{present.address(idea.matter)}#comments")
    said = _say(request, idea, None)
    if isinstance(said, HttpResponse):
        return said
    return said.answered(items.page(request, idea, form=said, status=422))


@with_idea
def comment_form(request: HttpRequest, idea: Idea, pk: int) -> HttpResponse:
    """One thread with all its replies, and a form to reply."""
    first = get_object_or_404(
        Comment.objects.select_related("author", "office").prefetch_related(
            "replies__author", "replies__office"
        ),
        pk=pk,
        idea=idea,
        parent__isnull=True,
    )
    actor = actor_of(request)
    verdict = policy.can("square.comment.write", actor, idea)
    form, status = CommentForm(), 200
    if request.method == "POST":
        said = _say(request, idea, first)
        if isinstance(said, HttpResponse):
            return said
        form, status = said, 422
    to = next((reply for reply in first.replies.all() if str(reply.pk) == request.GET.get("to")), None)
    context = {
        "idea": idea,
        "matter": idea.matter,
        "thread": talk.thread(first, **talk.options(actor, idea.matter, can_write=bool(verdict))),
        "form": form,
        "answers_to": to.author.shown_name if to is not None and to.state == "shown" else "",
        "refusal": verdict,
        "is_hidden": first.state != "shown",
        "comment_max": COMMENT_MAX,
        "room": terms.room(actor) if verdict else None,
        "sign_in_url": sign_in_url(request.path),
        "breadcrumb": trail(idea, _("Comment")),
    }
    return form.answered(render(request, "square/comment.html", context, status=status))


def _flagged(request: HttpRequest, idea: Idea) -> tuple[Subject, str]:
    """What is to be reported: the idea, one of its comments, or a reason in its planning group; and the way back."""
    comment, vote = request.GET.get("comment", ""), request.GET.get("vote", "")
    if is_key(comment):
        subject: Subject = get_object_or_404(Comment, pk=int(comment), idea=idea, state="shown")
        return subject, f"{present.address(idea.matter)}#comment-{subject.pk}"
    if is_key(vote):
        rows = subjects.rows("vote").filter(seat__candidate__idea=idea, is_by_rule=False, state="shown")
        said: PlanningVote = get_object_or_404(rows, pk=int(vote))
        about = said.seat.candidate
        return said, f"{reverse('candidate', args=[about.space.slug, about.number])}#vote-{said.pk}"
    return idea, present.address(idea.matter)


@with_idea
def flag(request: HttpRequest, idea: Idea) -> HttpResponse:
    """Ask moderation to look at the idea or at one of its comments."""
    actor = actor_of(request)
    subject, back = _flagged(request, idea)
    verdict = policy.can("square.flag.raise", actor, subject)
    if not verdict:
        return redirect(sign_in_url(request.get_full_path()))
    form = FlagForm(request.POST) if request.method == "POST" else FlagForm()
    if request.method == "POST" and form.is_valid():
        limits.spend(request, limits.FLAG)
        is_new = moderation.flag(actor=actor, subject=subject, reason=form.cleaned_data["reason"])
        messages.success(
            request,
            _("Thank you. Moderation will look at it.") if is_new else _("You have reported this already."),
        )
        return redirect(back)
    context = {
        "idea": idea,
        "matter": idea.matter,
        "kind": subjects.kind_of(subject),
        "words": idea.matter.title if isinstance(subject, Idea) else subjects.words_of(subject),
        "form": form,
        "back": back,
        "breadcrumb": trail(idea, _("Report")),
    }
    return render(request, "square/flag.html", context, status=422 if form.errors else 200)


@with_idea
def withdraw(request: HttpRequest, idea: Idea) -> HttpResponse:
    """The author takes the idea back, after a page that asks."""
    policy.require("matters.matter.withdraw", actor_of(request), idea.matter)
    form = WithdrawForm()
    if request.method == "POST":
        form = WithdrawForm(request.POST)
        if form.is_valid():
            handling.give_up(actor=actor_of(request), matter=idea.matter, reason=form.cleaned_data["reason"])
            idea.matter.refresh_from_db()
            said = (
                _("Your idea is withdrawn. Its page stays and says so.")
                if idea.matter.state == State.WITHDRAWN
                else _("You have stepped back. The page says how it goes on for the others.")
            )
            messages.success(request, said)
            return redirect(present.address(idea.matter))
    context = {
        "idea": idea,
        "matter": idea.matter,
        "form": form,
        "has_others": Support.objects.filter(idea=idea, withdrawn_at__isnull=True).exists(),
        "can": idea.matter.state in idea.matter.flow.step("withdraw").sources,
        "breadcrumb": trail(idea, _("Withdraw")),
    }
    return render(request, "square/withdraw.html", context, status=422 if form.errors else 200)


@with_idea
def object_to(request: HttpRequest, idea: Idea) -> HttpResponse:
    """The author asks for another answer, within the days of the rules."""
    policy.require("matters.matter.object", actor_of(request), idea.matter)
    form, status = ObjectionForm(), 200
    if request.method == "POST":
        form, status = ObjectionForm(request.POST), 422
        if form.is_valid():
            try:
                answering.object_to(
                    actor=actor_of(request), matter=idea.matter, reason=form.cleaned_data["reason"]
                )
            except RefusedError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Your objection is with the office. It has to answer again."))
                return redirect(present.address(idea.matter))
    context = {
        "idea": idea,
        "matter": idea.matter,
        "form": form,
        "until": answering.objection_until(idea.matter),
        "breadcrumb": trail(idea, _("Objection")),
    }
    return render(request, "square/objection.html", context, status=status)
