"""Joining a case, rating its answer, saying that it is not fixed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from madang.commons.matters.domain.answers import objection_until
from madang.commons.matters.domain.attachments import STANDARD
from madang.commons.matters.policies import NOT_AUTHOR, is_author
from madang.commons.matters.receipts import OPENED, opened_with
from madang.commons.matters.web import uploads
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError, TooManyError
from madang.kernel.web import crowding, limits, once, refusing
from madang.kernel.web.acting import actor_of
from madang.kernel.web.codes import seal
from madang.services.casework.domain import feedback, joining
from madang.services.casework.models import Case
from madang.services.casework.web import case as page
from madang.services.casework.web import words
from madang.services.casework.web.after_forms import JoinForm, NotFixedForm, RatingForm
from madang.services.casework.web.filed import FILED
from madang.services.casework.web.forms import NAMELESS
from madang.services.casework.web.shell import crumbs


def _trail(one: Case, last: str) -> list[dict[str, str]]:
    return crumbs(last, (one.matter.number or _("Not public"), words.address(one)))


@never_cache
def join(request: HttpRequest, ref: str) -> HttpResponse:
    """Follow somebody else's case, with a receipt of one's own."""
    actor = actor_of(request)
    one = page.seen(actor, ref)
    form = JoinForm(request.POST or None, is_signed_in=actor.is_signed_in)
    if request.method == "POST" and form.is_valid():
        with refusing.on_form(form):
            try:
                limits.spend(request, limits.FILE)
                _join(request, actor, one, form)
            except TooManyError as error:
                form.add_error(None, str(error))
                form.wait = error.retry_after
            else:
                return redirect("case_filed")
    context = {
        "case": one,
        "matter": one.matter,
        "form": form,
        "effort": crowding.effort_of(request),
        "breadcrumb": _trail(one, _("Join")),
    }
    return form.answered(render(request, "casework/join.html", context, status=refusing.status_of(form)))


def _join(request: HttpRequest, actor: Actor, one: Case, form: JoinForm) -> None:
    data = form.cleaned_data

    def act() -> tuple[int, dict[str, Any]]:
        crowding.enter(request, form)
        made = joining.join(
            actor=actor,
            case=one,
            words=data["words"],
            is_anonymous=data.get("naming") == NAMELESS,
            author_label=data.get("author_label", ""),
            contact_email=data.get("contact_email", ""),
        )
        pk = made.joining.matter_id
        remember: dict[str, Any] = {
            FILED: {
                "pk": one.pk,
                "joining": pk,
                "code": seal(made.filed.code),
                "at": clock.now().timestamp(),
            }
        }
        if made.filed.matter.author_id is None:
            remember[OPENED] = opened_with(request.session, pk)
        return pk, remember

    once.use(request, form.key, act)


def _mine(request: HttpRequest, ref: str) -> tuple[Actor, Case]:
    """A case of the one who asks.

    Raises:
        RefusedError: 403, it is somebody else's.
    """
    actor = actor_of(request)
    one = page.seen(actor, ref)
    if not is_author(actor, one.matter):
        raise RefusedError(NOT_AUTHOR.reason, NOT_AUTHOR.code)
    return actor, one


@never_cache
@require_POST
def rate(request: HttpRequest, ref: str) -> HttpResponse:
    """How good the answer was; once."""
    actor, one = _mine(request, ref)
    form = RatingForm(request.POST)
    if form.is_valid():
        with refusing.on_form(form):
            feedback.rate(actor=actor, case=one, **form.cleaned_data)
            messages.success(request, _("Thank you. It is counted with the answers of this office."))
            return redirect(words.address(one))
    context = page.context_of(request, actor, one) | {"rating_form": form}
    return render(request, "casework/case.html", context, status=refusing.status_of(form))


@never_cache
def not_fixed(request: HttpRequest, ref: str) -> HttpResponse:
    """It is not fixed: the offices answer again."""
    actor, one = _mine(request, ref)
    answered = one.parts.filter(matter__state="answered").select_related("matter__responsible")
    form = NotFixedForm(request.POST or None, parts=list(answered))
    errors: list[dict[str, str]] = []
    kept: list[uploads.Kept] = []
    if request.method == "POST":
        kept, errors = uploads.sent(request)
        if form.is_valid() and not errors:
            with refusing.on_form(form):
                feedback.not_fixed(
                    actor=actor,
                    case=one,
                    reason=form.cleaned_data["reason"],
                    parts=form.chosen,
                    uploads=tuple(file.read() for file in kept),
                )
                uploads.drop(kept)
                messages.success(
                    request, _("It is open again. The office has to answer again, with a new date.")
                )
                return redirect(words.address(one))
    until = objection_until(one.matter)
    context = {
        "case": one,
        "matter": one.matter,
        "form": form,
        "kept": kept,
        "file_terms": STANDARD,
        "errors": errors,
        "until": until if until and clock.today() <= until else None,
        "breadcrumb": _trail(one, _("Not fixed")),
    }
    status = 422 if errors else refusing.status_of(form)
    return render(request, "casework/not_fixed.html", context, status=status)
